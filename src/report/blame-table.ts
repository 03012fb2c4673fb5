// Blame that explains, in a terminal: what mean and tail are made of, by whom, and what each would be without what held it up.

import type { DelayBy, DelayParts, Delays, Estimate, PolicyResult, RunResult, WhatIf } from "../results/result.js";
import { duration, percent, whole } from "./format.js";
import { seriesMark } from "./series.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";

const ROWS_MAX = 8;

/** A section a policy whose latencies were taken apart; no lines where none was. */
export function blameReport(run: RunResult, terminal: Terminal): string[] {
  return run.results.flatMap((result, i) => (result.delays === undefined ? [] : ["", ...section(result, i, terminal)]));
}

function section(result: PolicyResult, number: number, terminal: Terminal): string[] {
  const delays = result.delays!;
  const title = terminal.series(number)(`${seriesMark(number)} ${result.policy}`);
  return [
    `${terminal.bold("where the time goes")}  ${title}`,
    ...partLines(delays, terminal),
    ...(delays.by.length > 0 ? ["", ...byLines(delays, terminal)] : []),
    ...(delays.whatIf.length > 0 ? ["", ...whatIfLines(delays.whatIf, terminal)] : []),
  ];
}

const PARTS: { part: keyof DelayParts; title: string }[] = [
  { part: "roundMs", title: "to the round or try that moved the last task" },
  { part: "taskMs", title: "to its switch" },
  { part: "tryMs", title: "to the try that noticed" },
  { part: "completionMs", title: "to the end of completion" },
];

function partLines({ mean, tail, tailFrom, tailReplicas, replicas }: Delays, terminal: Terminal): string[] {
  if (mean === null) return ["  No replica completed: there is nothing to take apart."];
  const of = (parts: DelayParts | null, ms: (parts: DelayParts) => number) => ({
    text: parts === null ? "" : duration(ms(parts)),
  });
  const columns: Column[] = [
    { title: "", align: "left" },
    { title: "mean", align: "right" },
    { title: tail === null ? "" : "mean from p99 on", align: "right" },
  ];
  const rows = PARTS.map(({ part, title }) => [
    { text: `  ${title}` },
    of(mean, (parts) => parts[part]),
    of(tail, (parts) => parts[part]),
  ]);
  const note =
    tailFrom.ms === null
      ? "The 99th percentile is among the censored: there is no tail."
      : `p99 is ${duration(tailFrom.ms)}; ${whole(tailReplicas)} of ${whole(replicas)} took that long or longer.`;
  return [
    ...tableLines(columns, [...rows, [{ text: "  all" }, of(mean, total), of(tail, total)]], terminal),
    terminal.dim(`  ${note}`),
  ];
}

function total({ roundMs, taskMs, tryMs, completionMs }: DelayParts): number {
  return roundMs + taskMs + tryMs + completionMs;
}

const BY_COLUMNS: Column[] = [
  { title: "  switched last", align: "left" },
  { title: "of all", align: "right" },
  { title: "of the mean", align: "right" },
  { title: "of the tail", align: "right" },
  { title: "of its mean", align: "right", drop: 1 },
];

function byLines({ by }: Delays, terminal: Terminal): string[] {
  const rows = by.slice(0, ROWS_MAX).map(byRow);
  const rest = by.length - rows.length;
  return [...tableLines(BY_COLUMNS, rows, terminal), ...(rest > 0 ? [terminal.dim(`  and ${rest} more`)] : [])];
}

function byRow({ class: name, phase, mechanism, share, tailShare, mean, tail }: DelayBy): Cell[] {
  const place = name === phase ? name : `${name} ${phase}`;
  return [
    { text: `  ${name === "nobody" ? "nobody had to" : `${place}, ${mechanism}`}` },
    { text: percent(share) },
    { text: duration(total(mean)) },
    { text: tail === null ? "" : percent(tailShare) },
    { text: tail === null ? "" : duration(total(tail)) },
  ];
}

const WHAT_IF_COLUMNS: Column[] = [
  { title: "  without", align: "left" },
  { title: "mean falls by", align: "right" },
  { title: "p99 falls by", align: "right" },
  { title: "censored", align: "right" },
];

/** Below each value its interval. */
function whatIfLines(list: WhatIf[], terminal: Terminal): string[] {
  const rows = list.flatMap(({ without, meanMs, p99Ms, censored }): Cell[][] => {
    const worse = censored.without > censored.with;
    const values = [
      { text: `  ${without.kind} ${without.name}` },
      { text: value(meanMs) },
      { text: value(p99Ms) },
      { text: changed(censored), paint: worse ? terminal.warn : undefined },
    ];
    const intervals = ["", interval(meanMs), interval(p99Ms), ""].map((text) => ({ text, paint: terminal.dim }));
    return intervals.some(({ text }) => text !== "") ? [values, intervals] : [values];
  });
  return tableLines(WHAT_IF_COLUMNS, rows, terminal);
}

function value({ value: ms }: Estimate): string {
  return ms === null ? "unknown" : signed(ms);
}

function interval({ low, high }: Estimate): string {
  return low === null || high === null ? "" : `${signed(low)} to ${signed(high)}`;
}

function signed(ms: number): string {
  return ms < 0 ? `-${duration(-ms)}` : duration(ms);
}

/** Replicas with it, and without it. */
function changed({ with: before, without: after }: WhatIf["censored"]): string {
  return before === after ? whole(before) : `${whole(before)} -> ${whole(after)}`;
}
