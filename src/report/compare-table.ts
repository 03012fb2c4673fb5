// A comparison as text: the answer first, then each policy in a line, then pair by pair what differs by how much.

import type { CompareResult, Comparison, Estimate, JudgedCondition } from "../results/result.js";
import { quantileName } from "./compare-verdict.js";
import { COSTS } from "./costs.js";
import {
  count,
  countDifference,
  difference,
  differenceInterval,
  duration,
  percent,
  percentInterval,
  whole,
} from "./format.js";
import { seriesMark } from "./series.js";
import { stoppingLines } from "./stopping-lines.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

const WIDTH_MAX = 100;
const NAME_MAX = 16;
/** More pairs than these are a sentence each. */
const TABLES_MAX = 8;
const CENSORED = "censored";
/** Lines of text for a terminal. */
export function compareReport(result: CompareResult, terminal: Terminal): string[] {
  const { bold } = terminal;
  const paragraph = (text: string, paint = terminal.dim) => wrap(text, widthOf(terminal)).split("\n").map(paint);
  return [
    ...paragraph(result.verdict, bold),
    "",
    ...conditionLines(result.failIf, terminal),
    `${bold(result.scenario.name)}  ${whole(result.replicas)} transitions a policy, the same ones under each, seed ${result.seed}`,
    "",
    ...tableLines(POLICY_COLUMNS, policyRows(result, terminal), terminal),
    ...paragraph(frontWords(result), (text) => text),
    ...comparisonsShown(result).flatMap((compared) => ["", ...pairLines(compared, terminal)]),
    ...manyLines(result, terminal),
    ...stoppingLines(result, terminal),
    "",
    ...notes(result).flatMap((note) => paragraph(note)),
  ];
}

function widthOf({ columns }: Terminal): number {
  return Math.min(columns, WIDTH_MAX);
}

function conditionLines(failIf: JudgedCondition[], terminal: Terminal): string[] {
  if (failIf.length === 0) return [];
  const lines = failIf.flatMap(({ condition, holds, detail }) => {
    const [mark, paint] = holds === false ? ["ok    ", terminal.dim] : ["FAILED", terminal.warn];
    return [`${mark}  ${condition}`, ...wrap(detail, widthOf(terminal), 8).split("\n")].map(paint);
  });
  return [...lines, ""];
}

const POLICY_COLUMNS: Column[] = [
  { title: "  policy", align: "left" },
  { title: CENSORED, align: "right" },
  { title: "p99", align: "right" },
  { title: "EINTR", align: "right", drop: 2 },
  { title: "guest exits", align: "right", drop: 2 },
  { title: "IPIs", align: "right", drop: 2 },
  { title: "violations", align: "right" },
];

function policyRows({ results, pareto }: CompareResult, { series, warn }: Terminal): Cell[][] {
  return results.map(({ policy, censored, replicas, disturbance, violations }, i) => {
    const { p99Ms } = pareto[i]!;
    return [
      { text: `${seriesMark(i)} ${policy}`, paint: series(i) },
      { text: percent(censored / replicas), paint: censored > 0 ? warn : undefined },
      p99Ms === null ? { text: CENSORED, paint: warn } : { text: duration(p99Ms) },
      { text: count(disturbance.eintr) },
      { text: count(disturbance.guestExits) },
      { text: count(disturbance.ipis) },
      { text: whole(violations), paint: violations > 0 ? warn : undefined },
    ];
  });
}

function frontWords({ pareto }: CompareResult): string {
  const front = pareto.flatMap(({ policy, onFront }) => (onFront ? policy : []));
  const whose = front.length > 0 ? front.join(", ") : "nobody, since no p99 is known";
  return `Unbeaten in p99 and disturbance (guest exits + EINTRs + IPIs) together: ${whose}.`;
}

/** The pairs asked for, and what decides if that is none of them. */
function comparisonsShown({ comparisons, deciding }: CompareResult): Comparison[] {
  const among = comparisons.some((one) => isSamePair(one, deciding));
  const shown = comparisons.length > TABLES_MAX ? [] : comparisons;
  return among && shown.length > 0 ? shown : [deciding, ...shown];
}

/** Whether they are of the same two policies, in either order. */
export function isSamePair(x: Comparison, y: Comparison): boolean {
  return (x.a === y.a && x.b === y.b) || (x.a === y.b && x.b === y.a);
}

function manyLines({ comparisons }: CompareResult, terminal: Terminal): string[] {
  if (comparisons.length <= TABLES_MAX) return [];
  return ["", ...comparisons.flatMap(({ verdict }) => wrap(verdict, widthOf(terminal)).split("\n"))];
}

function pairLines(compared: Comparison, terminal: Terminal): string[] {
  const columns: Column[] = [
    { title: "", align: "left" },
    { title: short(compared.a), align: "right" },
    { title: short(compared.b), align: "right" },
    { title: "difference", align: "right" },
    { title: "95% interval", align: "left", drop: 1 },
  ];
  const rows = [...timeRows(compared, terminal), ...costRows(compared, terminal)];
  const words = [orderWords(compared), dominanceWords(compared), pairingWords(compared)];
  return [
    terminal.bold(`${compared.b} against ${compared.a}`),
    ...tableLines(columns, rows, terminal),
    ...wrap(words.join(" "), widthOf(terminal), 2).split("\n"),
  ];
}

function short(name: string): string {
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
}

function timeRows({ meanMs, quantilesMs }: Comparison, terminal: Terminal): Cell[][] {
  const time = (ms: number | null): Cell =>
    ms === null ? { text: CENSORED, paint: terminal.warn } : { text: duration(ms) };
  const rows = [{ name: "mean", of: meanMs }, ...quantilesMs.map((of) => ({ name: quantileName(of.p), of }))];
  return rows.map(({ name, of }) => [
    { text: `  ${name}` },
    time(of.a),
    time(of.b),
    { text: of.value === null ? "unknown" : difference(of.value) },
    { text: timeInterval(of), paint: terminal.dim },
  ]);
}

function timeInterval({ value, low, high }: Estimate): string {
  if (value === null) return "";
  return low === null && high === null ? "too few replicas" : differenceInterval(low, high);
}

/** What somebody pays under either; EINTRs always, since those are what programs see. */
function costRows({ disturbance }: Comparison, { dim }: Terminal): Cell[][] {
  const paid = COSTS.filter(({ kind }) => kind === "eintr" || disturbance[kind].a! > 0 || disturbance[kind].b! > 0);
  return paid.map(({ kind, short: title }) => {
    const { a, b, value, low, high } = disturbance[kind];
    return [
      { text: `  ${title}` },
      { text: count(a!) },
      { text: count(b!) },
      { text: countDifference(value!) },
      { text: low === null || high === null ? "too few replicas" : countInterval(low, high), paint: dim },
    ];
  });
}

function countInterval(low: number, high: number): string {
  const [least, most] = [countDifference(low), countDifference(high)];
  return least === most ? least : `${least} to ${most}`;
}

function orderWords({ b, faster, equal, slower, censored, replicas }: Comparison): string {
  const bounds = percentInterval(faster.low!, faster.high!);
  const never = censored.both > 0 ? ` (in ${percent(censored.both / replicas)} neither completes)` : "";
  return `In the same transition, ${b} is faster in ${percent(faster.value!)} (${bounds}), equal in ${percent(equal)}${never}, slower in ${percent(slower)}.`;
}

function dominanceWords({ a, b, dominance, lead }: Comparison): string {
  switch (dominance) {
    case "a":
      return `${a} is sooner at every quantile or equal: ${b} buys nothing (first-order dominance).`;
    case "b":
      return `${b} is sooner at every quantile or equal, so at every deadline (first-order dominance).`;
    case "equal":
      return "Both have the same distribution.";
    case "none":
      return `Which is better depends on the deadline: by ${duration(lead.b!.ms)} ${b} has completed in ${percent(lead.b!.share)} more of the transitions, by ${duration(lead.a!.ms)} ${a} in ${percent(lead.a!.share)} more.`;
  }
}

function pairingWords({ meanMs, varianceReduction }: Comparison): string {
  if (meanMs.value === null) return "Where a transition is censored there is no mean, and no difference of means.";
  if (varianceReduction === null) return "The difference is the same in every transition.";
  const times = Number(varianceReduction.toPrecision(3)).toLocaleString("en-US");
  return `Pairing: the mean difference of independent transitions would vary ${times} times as much.`;
}

function notes({ results, comparisons, replicas }: CompareResult): string[] {
  const notes: string[] = [];
  if (results.some(({ censored }) => censored > 0))
    notes.push("censored: not complete within the scenario's horizon, and so later than anything.");
  if (
    comparisons.some(({ quantilesMs }) =>
      quantilesMs.some(({ value, low, high }) => value !== null && (low ?? high) === null),
    )
  )
    notes.push(`${whole(replicas)} transitions are too few to bound quantiles that far out: --replicas asks for more.`);
  notes.push(
    "Differences are the second column less the first; below 0 the second is sooner. Intervals are of single figures, not of all at once.",
  );
  return notes;
}
