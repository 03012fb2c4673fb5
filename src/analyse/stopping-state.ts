// Whether a run's results satisfy a stopping rule, and what is still missing.

import { duration, percent } from "../report/format.js";
import type { Estimate, PolicyResult, Stopping } from "../results/result.js";
import { confidenceSequence, logEvidence } from "../results/sequential-binomial.js";
import type { PrecisionRule, StoppingRule, TestRule } from "./stopping-rules.js";

/** Of one rule at one look. */
export interface RuleState {
  met: boolean;
  /** It is not, and no number of replicas will change that. */
  hopeless: boolean;
  detail: string;
  /** What is missing, in a few words; empty if nothing is. */
  missing: string;
  /** Replicas a policy at which it may be met; a guess. */
  wanted: number;
  /** Of a test: which side of its probability the truth is on. */
  decision?: Decision;
}

export type Decision = NonNullable<Stopping["rules"][number]["decision"]>;

/** The rule's state over the policies that it is about: met if it is for all, open while it is for one. A decision once made stands. */
export function stateOf(
  rule: Exclude<StoppingRule, { kind: "time" }>,
  results: readonly PolicyResult[],
  before: RuleState | undefined,
): RuleState {
  const about = results.filter(({ policy }) => rule.policy === undefined || policy === rule.policy);
  if (before?.met && rule.kind === "test") return before;
  const states = about.map((result) => (rule.kind === "test" ? testState(rule, result) : precisionState(rule, result)));
  const names = about.length > 1 ? about.map(({ policy }) => `${policy}: `) : [""];
  const list = (of: (state: RuleState) => string) =>
    states.flatMap((state, i) => (of(state) === "" ? [] : [`${names[i]}${of(state)}`])).join("; ");
  const decisions = new Set(states.map(({ decision }) => decision));
  return {
    met: states.every(({ met }) => met),
    hopeless: states.every(({ met, hopeless }) => met || hopeless) && states.some(({ hopeless }) => hopeless),
    detail: list(({ detail }) => detail),
    missing: list(({ missing }) => missing),
    wanted: Math.max(...states.map(({ wanted }) => wanted)),
    ...(rule.kind === "test" ? { decision: decisions.size === 1 ? [...decisions][0] : "mixed" } : {}),
  };
}

function precisionState({ figure, width }: PrecisionRule, result: PolicyResult): RuleState {
  const { value, low, high } = estimateOf(figure, result);
  const name = figure === "mean" ? "mean" : `p${Number((100 * figure).toPrecision(6))}`;
  if (value === null && (figure === "mean" || low === null)) return censored(name, result);
  if (value === null || low === null || high === null)
    return open(`no end of ${name}'s interval is known yet`, `${name} has no interval`, 2 * result.replicas);
  const found = high - low;
  const most = "share" in width ? width.share * value : width.ms;
  const shown = "share" in width ? percent(value === 0 ? 0 : found / value) : duration(found);
  const said = `${name} ${duration(value)}, interval ${shown} wide`;
  if (found < most || found === 0)
    return settled(
      found === 0
        ? `${name} ${duration(value)}, both ends of its interval the same: it is on a lattice, most often of tries`
        : said,
    );
  const allowed = "share" in width ? percent(width.share) : duration(width.ms);
  return open(said, `${name} ci ${shown} of ${allowed}`, result.replicas * (found / most) ** 2);
}

function estimateOf(figure: PrecisionRule["figure"], { latencyMs }: PolicyResult): Estimate {
  if (figure === "mean") return { value: latencyMs.mean, low: latencyMs.meanLow, high: latencyMs.meanHigh };
  return latencyMs.quantiles.find(({ p }) => p === figure)!;
}

/** By Robbins' confidence sequence: its evidence against the probability that was asked about. */
function testState({ seconds, share, confidence }: TestRule, { exceed, replicas }: PolicyResult): RuleState {
  const found = exceed.find((one) => one.seconds === seconds)!.probability!;
  const later = Math.round(found * replicas);
  const evidence = logEvidence(later, replicas, share);
  const { low, high } = confidenceSequence(later, replicas, confidence);
  const interval = `${percent(found)}, from ${percent(low)} to ${percent(high)} at ${Number((100 * confidence).toPrecision(8))}%`;
  const enough = -Math.log(1 - confidence);
  if (evidence >= enough) {
    const decision = found < share ? "below" : "above";
    return { ...settled(`${decision} ${percent(share)}: ${interval}`), decision };
  }
  const wanted = (replicas * enough) / Math.max(evidence, enough / 8);
  return { ...open(interval, `P(>${seconds}s) ${percent(low)} to ${percent(high)}`, wanted), decision: "undecided" };
}

function settled(detail: string): RuleState {
  return { met: true, hopeless: false, detail, missing: "", wanted: 0 };
}

function open(detail: string, missing: string, wanted: number): RuleState {
  return { met: false, hopeless: false, detail, missing, wanted };
}

function censored(name: string, { censored, replicas }: PolicyResult): RuleState {
  const detail = `${name} is not known: ${percent(censored / replicas)} are not complete by the horizon`;
  return { met: false, hopeless: true, detail, missing: "", wanted: 0 };
}
