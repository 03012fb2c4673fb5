// What tables and lists say of a run: how long it takes, how often too long, what that costs, where the curves are.

import { DEADLINES } from "../../../src/report/deadlines.js";
import { logTicks, timeLabel } from "../../../src/report/figures/axes.js";
import { count, percent, whole } from "../../../src/report/format.js";
import { chance } from "../../../src/report/headline.js";
import { left, policyCell, type ReportTable, right, type TableCell } from "../../../src/report/report-table.js";
import { chanceBounds, chanceCell, timeCell } from "../../../src/report/tables/run-tables.js";
import type { Disturbance, PolicyResult } from "../../../src/results/result.js";
import type { RunView } from "../protocol.js";
import { isWhole, oddsAt, spanOf } from "./columns.js";

const QUANTILES = [0.5, 0.9, 0.99, 0.999];
const COSTS: { kind: keyof Disturbance; title: string }[] = [
  { kind: "eintr", title: "EINTRs" },
  { kind: "guestExits", title: "guest exits" },
  { kind: "ipis", title: "IPIs" },
];

/** A policy of a run, with its place there. */
export interface Shown {
  result: PolicyResult;
  series: number;
}

/** Those of which something is known already. */
export function shownOf({ result: { results } }: RunView): Shown[] {
  return results.map((result, series) => ({ result, series })).filter(({ result }) => result.replicas > 0);
}

/** `not by 120 s`: what becomes of a time that lies beyond the horizon. */
export function notBy(horizonSeconds: number | null): string {
  return horizonSeconds === null ? "not by the horizon" : `not by ${secondsText(horizonSeconds)}`;
}

function secondsText(seconds: number): string {
  return timeLabel(1000 * seconds);
}

export function latencyTable(view: RunView): ReportTable {
  const shown = shownOf(view);
  const never = notBy(view.horizonSeconds);
  return {
    caption: "Time to completion, and the odds of taking longer",
    columns: [
      left("policy"),
      right("transitions"),
      ...QUANTILES.map((p) => right(`p${100 * p}`)),
      ...DEADLINES.map(({ seconds }) => right(`P(> ${seconds} s)`)),
      right(never),
    ],
    rows: shown.map(({ result, series }) => [
      policyCell(result.policy, series),
      { text: whole(result.replicas) },
      ...QUANTILES.map((p) => quantileCell(result, p, never)),
      ...DEADLINES.map(({ seconds }) => exceedCell({ result, series }, seconds, view)),
      { text: percent(result.censored / result.replicas), warn: result.censored > 0 },
    ]),
  };
}

function quantileCell({ latencyMs }: PolicyResult, p: number, never: string): TableCell {
  const found = latencyMs.quantiles.find((one) => one.p === p);
  if (found === undefined) return { text: "not in the result" };
  return found.value === null ? { text: never, warn: true } : timeCell(found);
}

/** As the result has it; of a scenario with other thresholds as the curve has it. */
function exceedCell({ result, series }: Shown, seconds: number, view: RunView): TableCell {
  const found = result.exceed.find((one) => one.seconds === seconds);
  if (found !== undefined && found.probability !== null) return chanceCell(found);
  if (found === undefined && !isWhole(view)) return { text: "not in the result" };
  if (found !== undefined || seconds > view.horizonSeconds!) return { text: "past the horizon" };
  const { above, low, high } = oddsAt(view, series, seconds);
  return { text: chance(above), note: chanceBounds(low, high) };
}

export function costTable(view: RunView): ReportTable {
  return {
    caption: "What the chase costs, means per transition",
    columns: [
      left("policy"),
      ...COSTS.map(({ title }) => right(title)),
      right("tries"),
      right("rounds"),
      right("violations"),
    ],
    rows: shownOf(view).map(({ result: { policy, disturbance, tries, rounds, violations }, series }) => [
      policyCell(policy, series),
      ...COSTS.map(({ kind }) => ({ text: count(disturbance[kind]) })),
      { text: count(tries.mean) },
      { text: count(rounds.mean) },
      { text: whole(violations), warn: violations > 0 },
    ]),
  };
}

/** The curves, at times as the axis has them and at kpatch's limits. */
export function curveTable(view: RunView): ReportTable {
  const { from, to } = spanOf(view);
  const limits = DEADLINES.map(({ seconds }) => seconds).filter((seconds) => seconds < to);
  const times = [...new Set([...logTicks(from, to), ...limits])].sort((a, b) => a - b);
  const shown = shownOf(view);
  return {
    caption: "P(transition takes longer than t), with its 95% interval",
    columns: [right("t"), ...shown.map(({ result }) => right(result.policy))],
    rows: times.map((seconds) => [
      { text: secondsText(seconds) },
      ...shown.map(({ series }) => {
        const { above, low, high } = oddsAt(view, series, seconds);
        return { text: chance(above), note: chanceBounds(low, high) };
      }),
    ]),
  };
}

/** Shares of the transitions that complete between times as the axis has them. */
export function histogramTable(view: RunView): ReportTable {
  const { from, to } = spanOf(view);
  const edges = logTicks(from, to);
  const shown = shownOf(view);
  const share = (series: number, after: number, until: number) => {
    const later = until === Number.POSITIVE_INFINITY ? 0 : oddsAt(view, series, until).above;
    return oddsAt(view, series, after).above - later;
  };
  const rows: [string, number, number][] = edges.map((edge, i) => [
    i === 0 ? `up to ${secondsText(edge)}` : `${secondsText(edges[i - 1]!)} to ${secondsText(edge)}`,
    i === 0 ? -1 : edges[i - 1]!,
    edge,
  ]);
  rows.push([`later than ${secondsText(edges.at(-1)!)}, or never`, edges.at(-1)!, Number.POSITIVE_INFINITY]);
  return {
    caption: "When transitions complete: shares of all",
    columns: [left("between"), ...shown.map(({ result }) => right(result.policy))],
    rows: rows.map(([label, after, until]) => [
      { text: label },
      ...shown.map(({ series }) => ({ text: percent(Math.max(0, share(series, after, until))) })),
    ]),
  };
}
