// docs/api.md: what the package exports; docs/results.md: the JSON that commands print. Both from the declarations in dist/.

import { type Declared, declarationsOf } from "./declarations.js";
import { anchor, fence, plain, table } from "./markdown.js";

const API = `# The library

\`import { simulate } from "klpsim"\`: everything that the commands do, with types. Times in results are milliseconds, as their names say. \`klpsim/browser\` is the same for pages
([how-to](how-to/use-in-a-browser.md)); worked examples: [in Node](how-to/use-in-node.md). This page is made of the package's declarations.
`;

const PARTS: [string, Declared["kind"]][] = [
  ["Functions", "function"],
  ["Errors", "class"],
  ["Constants", "constant"],
  ["Types", "type"],
];

export function apiPage(entry: string): string {
  const all = declarationsOf(entry);
  const parts = PARTS.map(([title, kind]) => {
    const some = all.filter((each) => each.kind === kind);
    return [
      `## ${title}`,
      ...some.flatMap((each) => [
        `### ${each.name}`,
        ...(each.told === "" ? [] : [plain(each.told)]),
        fence("ts", shortened(each)),
      ]),
    ];
  });
  return `${API}\n${parts.flat().join("\n\n")}\n`;
}

/** A preset's record is no news here: its names are. */
function shortened({ name, kind, text }: Declared): string {
  return kind === "constant" && text.split("\n").length > 20
    ? `const ${name}: Record<string, ...>; // see the page of its name`
    : text;
}

const RESULTS = `# The JSON of results

\`--json\` prints one object; a run directory keeps it as \`results.json\`. Times are milliseconds unless a name says otherwise; an interval holds at 95% ([statistics.md](statistics.md)).
\`null\` means not known: a mean with censored replicas, a quantile among them, an exceedance past the horizon. Fields may be added under the same \`schemaVersion\`.
What prints what: \`run\` a [RunResult](#runresult), \`compare\` a [CompareResult](#compareresult), \`sweep\` a [SweepResult](#sweepresult), \`fit\` a [FitResult](#fitresult),
\`explain\` an [Explanation](#explanation), experiments an [ExperimentResult](#experimentresult). This page is made of the types of the library.
`;

const WHOLES = [
  "RunResult",
  "PolicyResult",
  "CompareResult",
  "SweepResult",
  "FitResult",
  "Explanation",
  "ExperimentResult",
];

/** Of declaration files: what commands print first, then what is in it. */
export function resultsPage(entries: readonly string[]): string {
  const types = entries.flatMap(declarationsOf).filter(({ kind }) => kind === "type");
  const all = [
    ...types.filter(({ name }) => WHOLES.includes(name)),
    ...types.filter(({ name }) => !WHOLES.includes(name)),
  ];
  const names = new Set(all.map(({ name }) => name));
  const parts = all.map((each) =>
    [`## ${each.name}`, ...(each.told === "" ? [] : [plain(each.told)]), body(each, names)].join("\n\n"),
  );
  return `${RESULTS}\n${parts.join("\n\n")}\n`;
}

function body({ fields, text }: Declared, names: ReadonlySet<string>): string {
  if (fields.length === 0) return fence("ts", text);
  const rows = fields.map(({ name, type, optional, told }) => [
    `\`${name}\`${optional ? ", if any" : ""}`,
    linked(type, names),
    plain(told),
  ]);
  return table(["field", "type", "what it is"], rows);
}

/** A type's own names lead to their tables. */
function linked(type: string, names: ReadonlySet<string>): string {
  return type
    .split(/(\b[A-Z]\w+\b)/)
    .filter((part) => part !== "")
    .map((part) => (names.has(part) ? `[${part}](#${anchor(part)})` : code(part)))
    .join("");
}

const code = (text: string): string => (text.trim() === "" ? text : `\`${text}\``);
