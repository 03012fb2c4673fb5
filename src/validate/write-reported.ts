// Writes the table of reported transitions into docs/validation.md: node dist/validate/write-reported.js

import { readFile, writeFile } from "node:fs/promises";
import { percent, percentInterval, whole } from "../report/format.js";
import { type Judged, judgeCases, type Reading, type Share } from "./reported.js";

const REPORTED = new URL("../../examples/reported/", import.meta.url);
const PAGE = "docs/validation.md";
const REPLICAS = 2000;
const BEGIN = "<!-- reported: what follows is written by npm run reported -->";
const END = "<!-- reported: end -->";

const judged: Judged[] = [];
for await (const one of judgeCases(REPORTED, REPLICAS)) {
  process.stderr.write(`${one.reported.name}: ${one.verdict}\n`);
  judged.push(one);
}
const page = await readFile(PAGE, "utf8");
const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
if (before < 0 || after < before) throw new Error(`${PAGE}: expected the lines ${BEGIN} and ${END}`);
await writeFile(PAGE, `${page.slice(0, before)}${BEGIN}\n\n${table(judged)}\n\n${page.slice(after)}`);

function table(all: Judged[]): string {
  const count = (verdict: string) => all.filter((one) => one.verdict === verdict).length;
  return [
    `${all.length} reports: ${count("consistent")} consistent, ${count("inconsistent")} inconsistent, ${count("not decidable")} not decidable; ${whole(REPLICAS)} transitions for each probability.`,
    "",
    "| report | scenario | klpsim says | probability, by what the report does not say | what decides |",
    "| --- | --- | --- | --- | --- |",
    ...all.map(row),
  ].join("\n");
}

function row({ reported, verdict, readings }: Judged): string {
  const scenario = reported.scenario ?? reported.name;
  const decides = verdict === "consistent" ? "" : verdict === "inconsistent" ? reported.missing : reported.record;
  const cells = [
    `${reported.report}<br>${reported.source}`,
    `[${reported.name}](../examples/reported/${scenario}.yaml)`,
    verdict,
    readings.map(line).join("<br>"),
    decides ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function line({ unknown, extreme, near }: Reading): string {
  return `${unknown}: ${withInterval(extreme)}${near === undefined ? "" : `; near ${withInterval(near)}`}`;
}

function withInterval({ share, low, high }: Share): string {
  return `${percent(share)} (${percentInterval(low, high)})`;
}
