// Writes the tables of docs/sensitivity.md: node dist/analyse/write-sensitivity.js. Takes a quarter of an hour.

import { InProcessExecutor } from "../execute/in-process.js";
import { duration, whole } from "../report/format.js";
import { markdownTable } from "../report/markdown-table.js";
import { writeMarked } from "../report/marked.js";
import { type Family, familyEvaluator, HORIZON, readFamilies } from "./families.js";
import { type InputSensitivity, type Latency, type Sensitivity, sensitivity } from "./sensitivity.js";
import type { Index, InputIndices } from "./sobol-indices.js";

const REPLICAS = 1000;
const LOG2_POINTS = 6;

const executor = new InProcessExecutor();
const results: [Family, Sensitivity][] = [];
for (const family of await readFamilies()) {
  process.stderr.write(`${family.name}\n`);
  const evaluate = await familyEvaluator(family, executor, REPLICAS);
  results.push([family, await sensitivity(family.ranges, LOG2_POINTS, evaluate)]);
}
const method = `Every point is ${whole(REPLICAS)} transitions, the same ones at each; ${2 ** LOG2_POINTS} Sobol' points twice over and the mixtures of both, so ${2 ** LOG2_POINTS} x (ranges + 2) points a family. A transition that is not complete by ${HORIZON} (or the family's run.horizon) counts as that.`;
const summary = markdownTable(
  ["family", "median", "moved most by", "99th percentile", "moved most by"],
  results.map(summaryRow),
);
await writeMarked("docs/sensitivity.md", "sensitivity", [method, summary, ...results.map(section)].join("\n\n"));

type Quantity = keyof Latency;

function summaryRow([family, result]: [Family, Sensitivity]): string[] {
  return [family.name, span(result, "p50"), movers(result, "p50"), span(result, "p99"), movers(result, "p99")];
}

/** The two assumptions with the largest total indices. */
function movers({ inputs }: Sensitivity, quantity: Quantity): string {
  return inputs
    .flatMap((input) =>
      input[quantity] === undefined ? [] : [{ name: input.range.name, total: input[quantity].total }],
    )
    .sort((a, b) => b.total.value - a.total.value)
    .slice(0, 2)
    .filter(({ total }) => total.value >= 0.05)
    .map(({ name, total }) => `${name} (${total.value.toFixed(2)})`)
    .join(", ");
}

function span({ least, most }: Sensitivity, quantity: Quantity): string {
  return between(least[quantity], most[quantity]);
}

function between(a: number, b: number): string {
  return duration(a) === duration(b) ? duration(a) : `${duration(a)} to ${duration(b)}`;
}

function section([family, result]: [Family, Sensitivity]): string {
  const { base } = result;
  const settings = (family.set ?? []).map((setting) => `\`${setting}\``).join(", ");
  const head = [
    "assumption",
    "range",
    "source",
    "median, alone",
    "p99, alone",
    "median: first",
    "total",
    "p99: first",
    "total",
  ];
  return `### ${family.name}

\`examples/${family.scenario}.yaml\` under \`${family.policy}\`${settings === "" ? "" : `, with ${settings}`}: median ${duration(base.p50)}, p99 ${duration(base.p99)}; over the
ranges ${span(result, "p50")} and ${span(result, "p99")}.

${markdownTable(head, result.inputs.map(inputRow))}`;
}

function inputRow({ range, alone, p50, p99 }: InputSensitivity): string[] {
  const values = range.among?.join(", ") ?? `${range.from} to ${range.to}${range.log ? ", log" : ""}`;
  const each = (quantity: Quantity) => alone.map((latency) => duration(latency[quantity])).join(", ");
  return [range.name, values, range.source, each("p50"), each("p99"), ...indices(p50), ...indices(p99)];
}

function indices(both: InputIndices | undefined): string[] {
  return both === undefined ? ["", ""] : [shown(both.first), shown(both.total)];
}

function shown({ value, low, high }: Index): string {
  return `${fixed(value)} (${fixed(low)} to ${fixed(high)})`;
}

/** Two digits, never "-0.00". */
function fixed(value: number): string {
  return (Math.round(value * 100) / 100 + 0).toFixed(2);
}
