// How often the 99% intervals of fitted laws hold, by family, number of lengths and window. Run by hand from the project's root:
//   npx rolldown test/fit-coverage-campaign.ts --platform node --format esm --file build/fit-coverage.mjs
//   node build/fit-coverage.mjs [REPETITIONS] [NAME]
// The table goes to stdout, progress to stderr. NAME: the beginning of the laws' names to which it is to be limited.

import { markdownTable } from "../src/report/markdown-table.js";
import { CASES, choices, coverage, whole, windowed } from "./src/fit/coverage.js";

const repetitions = Number(process.argv[2] ?? 1000);
const only = process.argv[3] ?? "";

const SEEN = [
  ...[30, 100, 1000, 10_000].map((n) => ({ seen: `${n} whole`, sampler: whole(n) })),
  ...[
    [1, 40],
    [3, 40],
    [3, 400],
  ].map(([means, tasks]) => ({ seen: `${tasks} tasks, ${means} means`, sampler: windowed(means!, tasks!) })),
];

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
const rows: string[][] = [];
for (const one of CASES.filter(({ name }) => name.startsWith(only))) {
  for (const { seen, sampler } of SEEN) {
    const { ended, parameters, mean } = coverage(one, sampler, repetitions);
    const chosen = choices(one, sampler, Math.ceil(repetitions / 4));
    const shares = one.family.parameters.map(({ name }, i) => `${name} ${percent(parameters[i]!)}`);
    rows.push([
      one.name,
      seen,
      ended.toFixed(0),
      shares.join(", "),
      percent(mean),
      percent(chosen.mean),
      percent(chosen.recognised),
    ]);
    process.stderr.write(`${rows.at(-1)!.join(" | ")}\n`);
  }
}
const heads = ["law", "seen", "ended", "parameters", "mean", "mean of the chosen law", "recognised"];
process.stdout.write(`${markdownTable(heads, rows)}\n`);
