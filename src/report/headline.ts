// A result in words: the answer in one sentence, then what else an operator should know. Every figure is the run's own.

import type { ExperimentResult } from "../results/metrics.js";
import type { CompareResult, PolicyResult, RunResult, SweepResult } from "../results/result.js";
import { duration, percent, percentInterval, whole } from "./format.js";
import type { Group } from "./report-input.js";
import { type Measure, measuresOf, policiesOf, valueLabel } from "./sweep-measures.js";

export interface Answer {
  headline: string;
  findings: string[];
  /** What stands in the way of believing or using it. */
  warnings: string[];
}

/** kpatch gives up after that long (KF 1.9). */
const KPATCH_SECONDS = 75;
const FINDINGS_MAX = 6;
const NAME_MAX = 48;
const FEW = 300; // below that nothing bounds the 99th percentile

export function answerOf({ content: { kind, result }, horizonSeconds }: Group): Answer {
  if (kind === "sweep") return sweepAnswer(result);
  return kind === "experiment" ? experimentAnswer(result) : runAnswer(result, horizonSeconds);
}

function runAnswer(run: RunResult | CompareResult, horizonSeconds: number | undefined): Answer {
  const { results } = run;
  const best = bestOf(results);
  const sentences = results.filter((result) => result !== best).map((result) => sentence(result, horizonSeconds));
  const first = best === undefined ? sentences.shift() : sentence(best, horizonSeconds);
  const findings = sentences.slice(0, FINDINGS_MAX);
  if (sentences.length > findings.length)
    findings.push(`${sentences.length - findings.length} more policies are in the tables below.`);
  const own = "verdict" in run && run.verdict !== "" ? run.verdict : undefined;
  return {
    headline: own ?? first ?? "No results: the file names no policy.",
    findings: own === undefined || first === undefined ? findings : [first, ...findings],
    warnings: warningsOf(results),
  };
}

/** The sound policy with the least p99, of equals the one that disturbs least; undefined if all are censored there. */
export function bestOf(results: readonly PolicyResult[]): PolicyResult | undefined {
  const usable = results.filter((result) => result.violations === 0 && p99(result).value !== null);
  return usable.sort((a, b) => p99(a).value! - p99(b).value! || disturbanceOf(a) - disturbanceOf(b))[0];
}

function p99({ latencyMs }: PolicyResult) {
  return latencyMs.quantiles.find(({ p }) => p === 0.99) ?? { p: 0.99, value: null, low: null, high: null };
}

function disturbanceOf({ disturbance: { eintr, guestExits, ipis } }: PolicyResult): number {
  return eintr + guestExits + ipis;
}

/** What becomes of hosts under a policy. */
export function sentence(result: PolicyResult, horizonSeconds?: number): string {
  const { replicas, censored, latencyMs } = result;
  const policy = shortName(result.policy);
  const horizon = horizonSeconds === undefined ? "the horizon" : `${whole(horizonSeconds)} s`;
  if (censored === replicas)
    return `Under ${policy} ${noneOf(replicas)} completed within ${horizon}${stuckWhere(result)}.`;
  if (replicas === 1)
    return `With ${policy} the only transition simulated took ${duration(latencyMs.min ?? 0)}: one says little about the next.`;
  const known = latencyMs.quantiles.filter(({ value }) => value !== null);
  const most = known.filter(({ p }) => p <= 0.99).at(-1) ?? known[0];
  const done = most === undefined ? "" : ` ${shareName(most.p)} of hosts are done ${within(most.value!)}`;
  const left =
    censored === 0
      ? tail(result)
      : `${percent(censored / replicas)} are not complete within ${horizon}${stuckWhere(result)}`;
  return `With ${policy}${done}${done === "" || left === "" ? "" : "; "}${left}.`;
}

/** `99%`, `99.9%`: a quantile's share of hosts. */
export function shareName(p: number): string {
  return `${Number((100 * p).toPrecision(10))}%`;
}

/** A name that leaves room for the sentence around it. */
function shortName(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`;
}

function noneOf(replicas: number): string {
  return replicas === 1 ? "the only transition simulated has not" : `none of the ${whole(replicas)} transitions`;
}

function within(ms: number): string {
  return ms === 0 ? "at once" : `within ${duration(ms)}`;
}

function stuckWhere({ stuck: [first] }: PolicyResult): string {
  if (first === undefined) return "";
  return ` (left then: ${first.class === "idle" ? "idle tasks" : `${first.class} in ${first.phase}`})`;
}

/** How likely it is to take longer than kpatch waits, or than the largest threshold that is known. */
function tail({ exceed, rare = [], replicas }: PolicyResult): string {
  const known = exceed.filter(({ probability }) => probability !== null);
  const found = known.find(({ seconds }) => seconds === KPATCH_SECONDS) ?? known.at(-1);
  const estimated = rare.filter(({ probability, warning }) => probability !== null && warning === null);
  const beyond =
    estimated.find(({ seconds }) => seconds === found?.seconds) ?? (found === undefined ? estimated[0] : undefined);
  const { seconds, probability, low, high } = beyond ?? found ?? {};
  if (seconds === undefined || probability === undefined || probability === null) return "";
  const limit = seconds === KPATCH_SECONDS ? "kpatch's 75 s" : `${seconds} s`;
  if (probability === 0)
    return `none of the ${whole(replicas)} took longer than ${limit}${high === null || high === undefined ? "" : `: P < ${chance(high)} at 95%`}`;
  const interval =
    low === null || low === undefined || high === null || high === undefined
      ? ""
      : ` (${chanceInterval(low, high)} at 95%)`;
  return `P(longer than ${limit}) = ${chance(probability)}${interval}`;
}

/** `12.3%`, `3.7e-5`: a probability that may be tiny. */
export function chance(probability: number): string {
  return probability === 0 || probability >= 0.001 ? percent(probability) : probability.toExponential(1);
}

export function chanceInterval(low: number, high: number): string {
  return high >= 0.001 ? percentInterval(low, high) : `${chance(low)} to ${chance(high)}`;
}

function warningsOf(results: readonly PolicyResult[]): string[] {
  return results.flatMap((result) => {
    const { violations, warnings, gaveUp, replicas, censored, rare = [] } = result;
    const policy = shortName(result.policy);
    const { high, value, low } = p99(result);
    const told: string[] = [];
    if (violations > 0)
      told.push(
        `${policy} is not sound here: ${whole(violations)} switches of tasks whose stack held a patched function.`,
      );
    if (warnings > 0)
      told.push(
        `Under ${policy} ${whole(warnings)} tasks were left with a pending flag (the race of fork before 6.1).`,
      );
    if (gaveUp > 0)
      told.push(
        `Under ${policy} kpatch gave up and reversed the patch in ${percent(gaveUp / replicas)} of the transitions.`,
      );
    if (replicas < FEW && high === null && censored < replicas)
      told.push(
        `${whole(replicas)} transitions of ${policy} do not bound its p99${value === null || low === null ? "" : ` (more than ${duration(low)})`}: simulate ${FEW} or more.`,
      );
    told.push(
      ...rare.flatMap(({ seconds, warning }) =>
        warning === null ? [] : [`P(> ${seconds} s) of ${policy}: ${warning}`],
      ),
    );
    return told;
  });
}

/** By policy between which values p99 lies, and where. */
function sweepAnswer(sweep: SweepResult): Answer {
  const { points, scenario } = sweep;
  if (points.length === 0) return { headline: "No results: the sweep has no points.", findings: [], warnings: [] };
  const [, slow] = measuresOf(sweep) as [Measure, Measure];
  const sentences = policiesOf(sweep).map((policy) => rangeSentence(sweep, policy, slow));
  const [first, ...others] = sentences;
  const findings = others.slice(0, FINDINGS_MAX);
  return {
    headline: first ?? `${scenario.name}: the points have no policies.`,
    findings: [...findings, ...mattersMost(sweep)],
    warnings: warningsOf(worstOf(points.flatMap(({ results }) => results))),
  };
}

function rangeSentence({ points }: SweepResult, policy: string, measure: Measure): string {
  const found = points.flatMap(({ settings, results }) => {
    const result = results.find((one) => one.policy === policy);
    return result === undefined ? [] : [{ where: settingsLabel(settings), value: measure.of(result).value }];
  });
  const known = found.filter(({ value }) => value !== null).sort((a, b) => a.value! - b.value!);
  const lost = found.length - known.length;
  const among = `${whole(found.length)} point${found.length === 1 ? "" : "s"}`;
  if (known.length === 0) return `With ${policy} p99 is censored at each of ${among}.`;
  const [least, most] = [known[0]!, known.at(-1)!];
  const censored = lost === 0 ? "" : `; at ${whole(lost)} it is censored`;
  if (least.value === most.value)
    return `With ${policy} p99 is ${measure.shown(least.value!)} at ${lost === 0 ? "each" : `${whole(known.length)}`} of ${among}${censored}.`;
  return `With ${policy} p99 goes from ${measure.shown(least.value!)} (${least.where}) to ${measure.shown(most.value!)} (${most.where}) over ${among}${censored}.`;
}

function settingsLabel(settings: Record<string, unknown>): string {
  return Object.entries(settings)
    .map(([path, value]) => `${path} ${valueLabel(value)}`)
    .join(", ");
}

/** The path that explains most of each policy's p99, where the design tells. */
function mattersMost({ sensitivity }: SweepResult): string[] {
  const known = sensitivity.filter(({ total }) => total?.value != null);
  const [most] = known.sort((a, b) => b.total!.value! - a.total!.value!);
  if (most === undefined) return [];
  return [
    `${most.path} matters most: it has a part in ${percent(most.total!.value!)} of the variation of ${most.figure} under ${most.policy}.`,
  ];
}

/** Of each policy the point with most violations: one warning a policy is enough. */
function worstOf(results: readonly PolicyResult[]): PolicyResult[] {
  const worst = new Map<string, PolicyResult>();
  for (const result of results) {
    if (result.violations > (worst.get(result.policy)?.violations ?? 0)) worst.set(result.policy, result);
  }
  return [...worst.values()];
}

function experimentAnswer({ scenario, results, replicas }: ExperimentResult): Answer {
  const variants = results.map(({ variant }) => variant);
  if (variants.length === 0) return { headline: "No results: the file names no variant.", findings: [], warnings: [] };
  const named = variants.length > FINDINGS_MAX ? `${variants.length} variants` : variants.join(", ");
  return { headline: `${scenario.name}: ${named}, ${whole(replicas)} replicas each.`, findings: [], warnings: [] };
}
