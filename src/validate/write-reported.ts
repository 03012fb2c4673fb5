// Writes the table of reported transitions into docs/validation.md: node dist/validate/write-reported.js

import { packageFile } from "../package-file.js";
import { percent, percentInterval, whole } from "../report/format.js";
import { markdownTable } from "../report/markdown-table.js";
import { writeMarked } from "../report/marked.js";
import { type Judged, judgeCases, type Reading, type Share } from "./reported.js";

const REPLICAS = 2000;

const judged: Judged[] = [];
for await (const one of judgeCases(packageFile("examples/reported/"), REPLICAS)) {
  process.stderr.write(`${one.reported.name}: ${one.verdict}\n`);
  judged.push(one);
}
const count = (verdict: string) => judged.filter((one) => one.verdict === verdict).length;
await writeMarked(
  "docs/validation.md",
  "reported",
  `${judged.length} reports: ${count("consistent")} consistent, ${count("inconsistent")} inconsistent, ${count("not decidable")} not decidable. ${whole(REPLICAS)} transitions for each line.

${markdownTable(["report", "scenario", "klpsim says", "probability, by what the report does not say", "what decides"], judged.map(row))}`,
);

function row({ reported, verdict, readings }: Judged): string[] {
  const decides = { consistent: "", inconsistent: reported.missing, "not decidable": reported.record }[verdict];
  return [
    `${reported.report}<br>${reported.source}`,
    `[${reported.name}](../examples/reported/${reported.scenario ?? reported.name}.yaml)`,
    verdict,
    readings.map(line).join("<br>"),
    decides ?? "",
  ];
}

function line({ unknown, extreme, near }: Reading): string {
  return `${unknown}: ${withInterval(extreme)}${near === undefined ? "" : `, so near ${withInterval(near)}`}`;
}

function withInterval({ share, low, high }: Share): string {
  return low === high ? percent(share) : `${percent(share)} (${percentInterval(low, high)})`;
}
