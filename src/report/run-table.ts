// A run as tables: how long transitions take under each policy, how often too long, what holds them up, what they cost.

import type { PolicyResult, RunResult } from "../results/result.js";
import { COSTS } from "./costs.js";
import { count, duration, durationInterval, percent, percentInterval, whole } from "./format.js";
import { rareLines } from "./rare-table.js";
import { seriesMark } from "./series.js";
import { stoppingLines } from "./stopping-lines.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

/** A policy's cells: a line of values and, where there are any, a line of intervals below. */
interface Entry {
  values: Cell[];
  intervals: Cell[];
}

const CENSORED = "censored";

/** Lines of text for a terminal; `horizonSeconds`, where it is known, explains what censored means. */
export function runReport(run: RunResult, horizonSeconds: number | undefined, terminal: Terminal): string[] {
  const { bold, dim } = terminal;
  const heading = `${bold(run.scenario.name)}  ${whole(run.replicas)} transitions a policy, seed ${run.seed}`;
  const interval = run.stopping === undefined ? "its 95% interval" : "its 95% interval over all looks";
  return [
    `${heading}  ${dim(`(below each value: ${interval})`)}`,
    "",
    ...tableLines(TIME_COLUMNS, timeRows(run, terminal), terminal),
    "",
    ...tableLines(costColumns(run), costRows(run, terminal), terminal),
    ...section(rareLines(run, terminal)),
    ...notes(run, horizonSeconds, terminal),
    ...stoppingLines(run, terminal),
  ];
}

/** Apart from what is before it, if there is anything. */
function section(lines: string[]): string[] {
  return lines.length > 0 ? ["", ...lines] : [];
}

const POLICY: Column = { title: "  policy", align: "left" };

/** Time to completion, by policy. */
const TIME_COLUMNS: Column[] = [
  POLICY,
  { title: CENSORED, align: "right" },
  { title: "mean", align: "right", drop: 1 },
  { title: "p50", align: "right" },
  { title: "p90", align: "right", drop: 2 },
  { title: "p99", align: "right" },
  { title: "p99.9", align: "right" },
  { title: "slowest", align: "right", drop: 3 },
];

function timeRows(run: RunResult, terminal: Terminal): Cell[][] {
  return run.results.flatMap((result, i) => lines(timeEntry(result, i, terminal), terminal));
}

function timeEntry(result: PolicyResult, number: number, terminal: Terminal): Entry {
  const { latencyMs, censored, replicas } = result;
  const quantiles = [0.5, 0.9, 0.99, 0.999].map((p) => latencyMs.quantiles.find((quantile) => quantile.p === p)!);
  const time = (ms: number | null): Cell =>
    ms === null ? { text: CENSORED, paint: terminal.warn } : { text: duration(ms) };
  const [worst] = result.worst;
  return {
    values: [
      policyCell(result, number, terminal),
      { text: percent(censored / replicas), paint: censored > 0 ? terminal.warn : undefined },
      time(latencyMs.mean),
      ...quantiles.map(({ value }) => time(value)),
      time(worst ? worst.latencyMs : null),
    ],
    intervals: [
      EMPTY,
      EMPTY,
      { text: timeInterval(latencyMs.meanLow, latencyMs.meanHigh) },
      ...quantiles.map(({ value, low, high }) => ({ text: value === null ? "" : timeInterval(low, high) })),
      EMPTY,
    ],
  };
}

const EMPTY: Cell = { text: "" };

/** An end that no draw bounds is open. */
function timeInterval(low: number | null, high: number | null): string {
  if (low !== null && high !== null) return durationInterval(low, high);
  if (low !== null) return `>${duration(low)}`;
  return high !== null ? `<${duration(high)}` : "";
}

function policyCell({ policy }: PolicyResult, number: number, terminal: Terminal): Cell {
  return { text: `${seriesMark(number)} ${policy}`, paint: terminal.series(number) };
}

/** Values, then intervals if there are any, in a lighter hand. */
function lines({ values, intervals }: Entry, { dim }: Terminal): Cell[][] {
  if (intervals.every(({ text }) => text === "")) return [values];
  return [values, intervals.map(({ text }) => ({ text, paint: dim }))];
}

/** The costs that somebody pays; EINTR always, since that one programs see. */
function costsShown(run: RunResult): typeof COSTS {
  return COSTS.filter(({ kind }) => kind === "eintr" || run.results.some(({ disturbance }) => disturbance[kind] > 0));
}

/** Exceedance, costs and blame, by policy. */
function costColumns(run: RunResult): Column[] {
  return [
    POLICY,
    ...run.results[0].exceed.map(
      ({ seconds }) => ({ title: `> ${seconds} s`, align: "right", drop: seconds < 10 ? 1 : 5 }) as const,
    ),
    ...costsShown(run).map(
      ({ short, kind }) => ({ title: short, align: "right", drop: kind === "eintr" ? 4 : 2 }) as const,
    ),
    { title: "violations", align: "right" },
    { title: "held up by", align: "left" },
  ];
}

function costRows(run: RunResult, terminal: Terminal): Cell[][] {
  return run.results.flatMap((result, i) => lines(costEntry(run, result, i, terminal), terminal));
}

function costEntry(run: RunResult, result: PolicyResult, number: number, terminal: Terminal): Entry {
  const { exceed, disturbance, violations } = result;
  const costs = costsShown(run).map(({ kind }) => ({ text: count(disturbance[kind]) }));
  const [first, second = ""] = heldUpBy(result);
  return {
    values: [
      policyCell(result, number, terminal),
      ...exceed.map(({ probability }) => ({ text: probability === null ? "unknown" : percent(probability) })),
      ...costs,
      { text: whole(violations), paint: violations > 0 ? terminal.warn : undefined },
      { text: first },
    ],
    intervals: [
      EMPTY,
      ...exceed.map(({ low, high }) => ({ text: low === null || high === null ? "" : percentInterval(low, high) })),
      ...costs.map(() => EMPTY),
      EMPTY,
      { text: second },
    ],
  };
}

/** The commonest last switch, and where the stuck ones are; two lines at most. */
function heldUpBy({ blame, stuck, censored, replicas }: PolicyResult): string[] {
  const name = (place: { class: string; phase: string }) =>
    place.class === "idle" ? "idle tasks" : `${place.class} ${place.phase}`;
  const last = blame.slice(0, 2).map((entry) => `${name(entry)}, ${entry.mechanism} ${percent(entry.share)}`);
  if (censored === 0 || stuck.length === 0) return last.length > 0 ? last : ["nobody"];
  const left = stuck.slice(0, 2).map((entry) => `stuck: ${name(entry)} ${percent(entry.share)}`);
  return censored === replicas ? left : [last[0] ?? "nobody", left[0]];
}

function notes(run: RunResult, horizonSeconds: number | undefined, terminal: Terminal): string[] {
  const result: string[] = [];
  if (run.results.some(({ censored }) => censored > 0)) {
    result.push(
      `censored: not complete within the horizon${horizonSeconds === undefined ? "" : ` of ${horizonSeconds} s`}. A quantile among them is only known to be longer.`,
    );
  }
  if (run.results.some(({ violations }) => violations > 0)) {
    result.push("violations: tasks switched while their stack held a patched function. The policy is not sound here.");
  }
  for (const { policy, gaveUp, warnings, replicas } of run.results) {
    if (gaveUp > 0)
      result.push(
        `gave up: under ${policy} kpatch reversed the patch in ${percent(gaveUp / replicas)} of the transitions.`,
      );
    if (warnings > 0)
      result.push(
        `warnings: under ${policy} ${whole(warnings)} tasks were left with a pending flag (the race of fork before 6.1).`,
      );
  }
  const lines = result.flatMap((note) => wrap(note, terminal.columns).split("\n"));
  return lines.length > 0 ? ["", ...lines.map(terminal.dim)] : [];
}
