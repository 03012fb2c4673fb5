// A sweep as text: a row a point and policy, a heat map where two lists make a grid, and what moves the figures.

import type { PolicyResult, SweepPoint, SweepResult, SweepSensitivity } from "../results/result.js";
import { isRecord, shortPaths, shownValue } from "./axis-names.js";
import { duration, durationInterval, percent, whole } from "./format.js";
import { groupBy } from "./group-by.js";
import { heatMaps } from "./heat-map.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

/** More points than these are for programs to read. */
const ROWS_SHOWN = 200;

/** Lines of text for a terminal. */
export function sweepReport(result: SweepResult, terminal: Terminal): string[] {
  const { bold, dim } = terminal;
  const heading = `${bold(result.scenario.name)}  ${counted(result.points.length, "point")} (${result.design}), ${whole(result.replicas)} transitions a point and policy, seed ${result.seed}`;
  return [
    heading,
    ...result.axes
      .map((axis, i) => dim(`  ${shortPaths(result.axes)[i]}: ${axis.path}`))
      .filter((_, i) => isShort(result, i)),
    "",
    ...pointTable(result, terminal),
    ...apart(spreadLines(result, terminal)),
    ...heatMaps(result, shortPaths(result.axes), terminal),
    ...apart(sensitivityTable(result, terminal)),
  ];
}

function apart(lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

function counted(count: number, what: string): string {
  return `${whole(count)} ${what}${count === 1 ? "" : "s"}`;
}

function isShort(result: SweepResult, i: number): boolean {
  return shortPaths(result.axes)[i] !== result.axes[i]!.path;
}

function pointTable(result: SweepResult, terminal: Terminal): string[] {
  const rows = result.points.flatMap((point) => point.results.map((one) => rowOf(result, point, one, terminal)));
  const lines = tableLines(columnsOf(result), rows.slice(0, ROWS_SHOWN), terminal);
  const left = rows.length - ROWS_SHOWN;
  return left > 0 ? [...lines, terminal.dim(`and ${counted(left, "row")} more: --json has them all`)] : lines;
}

function columnsOf(result: SweepResult): Column[] {
  return [
    ...shortPaths(result.axes).map((title) => ({ title, align: "right" }) as const),
    ...(hasPolicies(result) ? [{ title: "policy", align: "left" } as const] : []),
    { title: "censored", align: "right" },
    { title: "mean", align: "right", drop: 1 },
    { title: "p50", align: "right" },
    { title: "p99", align: "right" },
    { title: "95% interval", align: "right", drop: 2 },
    { title: "> 60 s", align: "right", drop: 3 },
  ];
}

/** Where points are workloads that a recording leaves open (klpsim fit --draws): how far the figures go, by policy. */
function spreadLines(result: SweepResult, { bold }: Terminal): string[] {
  const { axes, points } = result;
  if (points.length < 2 || !axes.some(({ path }) => isRecord(points[0]!.settings[path]))) return [];
  const policies = points[0]!.results.map(({ policy }) => policy);
  return policies.map((policy, i) => {
    const spread = [0.5, 0.99].map((p) => `p${100 * p} ${spreadWords(result, i, p)}`);
    return `${bold(policy)}  over all points ${spread.join(", ")}`;
  });
}

function spreadWords({ points }: SweepResult, policy: number, p: number): string {
  const values = points.map(({ results }) => results[policy]!.latencyMs.quantiles.find((one) => one.p === p)!.value);
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const censored = values.length - known.length;
  if (known.length === 0) return "censored in all";
  const range = `${duration(known[0]!)} to ${duration(known.at(-1)!)}`;
  return censored === 0 ? range : `${range}, censored in ${censored} of ${values.length}`;
}

/** Whether rows of one point must be told apart. */
function hasPolicies({ points }: SweepResult): boolean {
  return points.some(({ results }) => results.length > 1);
}

function rowOf(result: SweepResult, point: SweepPoint, one: PolicyResult, { warn, dim }: Terminal): Cell[] {
  const { latencyMs, censored, replicas, exceed } = one;
  const at = (p: number) => latencyMs.quantiles.find((quantile) => quantile.p === p)!;
  const time = (ms: number | null): Cell => (ms === null ? { text: "censored", paint: warn } : { text: duration(ms) });
  const { value, low, high } = at(0.99);
  const late = exceed.find(({ seconds }) => seconds === 60)?.probability ?? null;
  return [
    ...result.axes.map(({ path }) => ({ text: shownValue(point.settings[path]) })),
    ...(hasPolicies(result) ? [{ text: one.policy }] : []),
    { text: percent(censored / replicas), paint: censored > 0 ? warn : undefined },
    time(latencyMs.mean),
    time(at(0.5).value),
    time(value),
    { text: low === null || high === null ? "" : durationInterval(low, high), paint: dim },
    { text: late === null ? "" : percent(late) },
  ];
}

const FIGURES = ["p50", "p99", "censored"];

/** By policy and path: how far each figure goes from the first value to the last, or which share of its variance is the path's. */
function sensitivityTable(result: SweepResult, terminal: Terminal): string[] {
  if (result.sensitivity.length === 0) return [];
  const isSobol = result.design === "sobol";
  const title = isSobol
    ? "Share of the variance that a path explains alone, and with its interactions (95% intervals in --json):"
    : "From the first value to the last, the others averaged:";
  const columns: Column[] = [
    { title: "path", align: "left" },
    ...(hasPolicies(result) ? [{ title: "policy", align: "left" } as const] : []),
    ...FIGURES.map((figure) => ({ title: figure, align: "right" }) as const),
  ];
  const rows = groupBy(result.sensitivity, ({ path, policy }) => JSON.stringify([path, policy])).map(([, entries]) => [
    { text: entries[0]!.path },
    ...(hasPolicies(result) ? [{ text: entries[0]!.policy }] : []),
    ...FIGURES.map((figure) => ({
      text: shownSensitivity(
        entries.find((entry) => entry.figure === figure),
        isSobol,
      ),
    })),
  ]);
  return [...wrap(title, terminal.columns).split("\n"), ...tableLines(columns, rows, terminal)];
}

function shownSensitivity(sensitivity: SweepSensitivity | undefined, isSobol: boolean): string {
  if (sensitivity === undefined) return "-";
  const { ratio, first, total } = sensitivity;
  if (isSobol) return first === null || total === null ? "same" : `${share(first.value)}, ${share(total.value)}`;
  return ratio === null ? "-" : `x ${ratio >= 100 ? whole(ratio) : Number(ratio.toPrecision(3))}`;
}

/** Two digits, never "-0.00". */
function share(value: number | null): string {
  return (Math.round((value ?? 0) * 100) / 100 + 0).toFixed(2);
}
