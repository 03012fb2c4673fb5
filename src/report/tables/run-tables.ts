// A run's figures as tables: times, odds of taking long, costs; tails that were estimated, where time goes, how the run came to its end.

import type { Estimate, PolicyResult, RunResult } from "../../results/result.js";
import { quantileName } from "../compare-verdict.js";
import { COSTS } from "../costs.js";
import { delayed, PARTS, withoutWhat } from "../figures/delays.js";
import { count, difference, duration, durationInterval, percent, whole } from "../format.js";
import { chance, chanceInterval } from "../headline.js";
import { left, policyCell, type ReportTable, right, type TableCell } from "../report-table.js";

const CENSORED = "censored";

export function timeTable({ results }: RunResult): ReportTable {
  const ps = [...new Set(results.flatMap(({ latencyMs }) => latencyMs.quantiles.map(({ p }) => p)))].sort(
    (a, b) => a - b,
  );
  return {
    caption: sameReplicas(results)
      ? `Time to completion, of ${whole(results[0]!.replicas)} transitions each`
      : "Time to completion",
    columns: [
      left("policy"),
      ...(sameReplicas(results) ? [] : [right("transitions", 2)]),
      right(CENSORED),
      right("mean", 1),
      ...ps.map((p) => right(quantileName(p), p === 0.5 || p === 0.99 ? undefined : 3)),
      right("slowest", 4),
    ],
    rows: results.map((result, i) => {
      const [name, count, ...rest] = timeRow(result, i, ps);
      return sameReplicas(results) ? [name!, ...rest] : [name!, count!, ...rest];
    }),
  };
}

function sameReplicas(results: readonly PolicyResult[]): boolean {
  return results.every(({ replicas }) => replicas === results[0]!.replicas);
}

function timeRow(
  { policy, replicas, censored, latencyMs, worst }: PolicyResult,
  series: number,
  ps: number[],
): TableCell[] {
  const quantiles = ps.map((p) => latencyMs.quantiles.find((one) => one.p === p));
  const { mean, meanLow, meanHigh } = latencyMs;
  return [
    policyCell(policy, series),
    { text: whole(replicas) },
    { text: percent(censored / replicas), warn: censored > 0 },
    timeCell({ value: mean, low: meanLow, high: meanHigh }),
    ...quantiles.map((quantile) => (quantile === undefined ? { text: "" } : timeCell(quantile))),
    timeCell({ value: worst[0]?.latencyMs ?? null, low: null, high: null }),
  ];
}

export function timeCell({ value, low, high }: Estimate): TableCell {
  if (value === null) return { text: CENSORED, warn: true };
  return { text: duration(value), note: openInterval(low, high) };
}

/** An end that nothing bounds is open. */
function openInterval(low: number | null, high: number | null): string | undefined {
  if (low !== null && high !== null) return durationInterval(low, high);
  if (low !== null) return `>${duration(low)}`;
  return high === null ? undefined : `<${duration(high)}`;
}

export function exceedanceTable({ results }: RunResult): ReportTable {
  const thresholds = [...new Set(results.flatMap(({ exceed }) => exceed.map(({ seconds }) => seconds)))].sort(
    (a, b) => a - b,
  );
  return {
    caption: "Odds of taking longer than",
    columns: [left("policy"), ...thresholds.map((seconds) => right(`${seconds} s`))],
    rows: results.map(({ policy, exceed }, i) => [
      policyCell(policy, i),
      ...thresholds.map((seconds) => chanceCell(exceed.find((one) => one.seconds === seconds))),
    ]),
  };
}

export function chanceCell(
  found: { probability: number | null; low: number | null; high: number | null } | undefined,
): TableCell {
  if (!found || found.probability === null) return { text: "unknown" };
  const { probability, low, high } = found;
  return { text: chance(probability), note: low === null || high === null ? undefined : chanceBounds(low, high) };
}

export function chanceBounds(low: number, high: number): string {
  if (low === 0) return `<${chance(high)}`;
  return high === 1 ? `>${percent(low)}` : chanceInterval(low, high);
}

export function costTable({ results }: RunResult): ReportTable {
  const kinds = COSTS.filter(
    ({ kind }) => kind === "eintr" || results.some(({ disturbance }) => disturbance[kind] > 0),
  );
  return {
    caption: "Costs, means per transition",
    columns: [
      left("policy"),
      ...kinds.map(({ short }) => right(short)),
      right("tries"),
      right("rounds"),
      right("violations"),
    ],
    rows: results.map(({ policy, disturbance, tries, rounds, violations }, i) => [
      policyCell(policy, i),
      ...kinds.map(({ kind }) => ({ text: count(disturbance[kind]) })),
      { text: count(tries.mean) },
      { text: count(rounds.mean) },
      { text: whole(violations), warn: violations > 0 },
    ]),
  };
}

/** Undefined where nothing was estimated beyond counting. */
export function rareTable({ results }: RunResult): ReportTable | undefined {
  const rows = results.flatMap(({ policy, rare = [] }, i) =>
    rare.map((tail) => [
      policyCell(policy, i),
      { text: `${tail.seconds} s` },
      chanceCell(tail),
      { text: tail.method },
      { text: whole(tail.replicas) },
      { text: tail.effectiveSampleSize === null ? "" : count(tail.effectiveSampleSize) },
      { text: tail.warning ?? "", warn: true },
    ]),
  );
  if (rows.length === 0) return undefined;
  return {
    caption: "Rare tails: odds of taking longer, estimated",
    columns: [
      left("policy"),
      right("than"),
      right("P"),
      left("method"),
      right("simulated"),
      right("worth so many"),
      left("warning", 1),
    ],
    rows,
  };
}

/** Mean and tail by who switched last; undefined where that was not asked for. */
export function delayTable({ results }: RunResult): ReportTable | undefined {
  const rows = delayed(results).flatMap(({ policy, series, delays }) =>
    delays.by.slice(0, 12).map(({ class: name, phase, mechanism, share, tailShare, mean, tail }) => [
      policyCell(policy, series),
      { text: name === "idle" ? "idle tasks" : `${name} ${phase}` },
      { text: mechanism },
      { text: percent(share) },
      { text: percent(tailShare) },
      ...PARTS.map(({ part }) => ({
        text: duration(mean[part]),
        note: tail === null ? undefined : duration(tail[part]),
      })),
    ]),
  );
  if (rows.length === 0) return undefined;
  const parts = ["round", "task", "try", "completion"].map((name) => right(name));
  return {
    caption: "What each adds to the mean, and in small to the tail",
    columns: [
      left("policy"),
      left("last was"),
      left("switched by", 2),
      right("share"),
      right("of the tail", 1),
      ...parts,
    ],
    rows,
  };
}

export function whatIfTable({ results }: RunResult): ReportTable | undefined {
  const rows = delayed(results).flatMap(({ policy, series, delays }) =>
    delays.whatIf.map(({ without, meanMs, p99Ms }) => [
      policyCell(policy, series),
      { text: withoutWhat(without) },
      wonCell(meanMs),
      wonCell(p99Ms),
    ]),
  );
  if (rows.length === 0) return undefined;
  return { caption: "Time won", columns: [left("policy"), left("if"), right("mean"), right("p99")], rows };
}

/** A difference of times, with its interval. */
export function wonCell({ value, low, high }: Estimate): TableCell {
  if (value === null) return { text: "unknown" };
  const note = low === null || high === null || low === high ? undefined : `${difference(low)} to ${difference(high)}`;
  return { text: difference(value), note };
}

const REASONS = {
  met: "all rules are met",
  replicas: "no more replicas were allowed",
  time: "the time was up",
  censored: "a figure is in the censored share, where no number of replicas finds it",
};

/** How a run with rules came to its end. */
export function stoppingSentence({ stopping }: RunResult): string | undefined {
  if (stopping === undefined) return undefined;
  const { looks, reason, intervals } = stopping;
  const after = looks.length === 0 ? "" : ` after ${whole(looks.at(-1)!)} replicas, at look ${looks.length}`;
  return `The run ended${after}: ${REASONS[reason]}. Confidence of its intervals: ${intervals}.`;
}

export function stoppingTable({ stopping }: RunResult): ReportTable | undefined {
  if (stopping === undefined) return undefined;
  const { rules } = stopping;
  return {
    caption: "Stopping rules",
    columns: [left("rule"), left("met"), left("at the last look")],
    rows: rules.map(({ rule, met, detail }) => [
      { text: rule },
      { text: met ? "yes" : "no", warn: !met },
      { text: detail },
    ]),
  };
}
