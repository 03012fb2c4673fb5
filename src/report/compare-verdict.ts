// What a comparison says, in one sentence: who is faster by how much, at what price; that nothing can be told where it cannot.

import type { Standing } from "../analyse/standing.js";
import type { Comparison, Difference, Disturbance, Estimate } from "../results/result.js";
import { count, difference, differenceInterval, duration, durationInterval, percent, whole } from "./format.js";

type Compared = Omit<Comparison, "verdict">;

/** Something in which b is clearly better or worse. */
interface Finding {
  better: boolean;
  /** Less than 1%. */
  slight: boolean;
  text: string;
}

const SLIGHT = 0.01;
const NORMAL_95 = 1.96;
const TAIL_MAX = 0.99;
const FEW = 1000;
const PRICES: { field: keyof Disturbance; one: string; many: string }[] = [
  { field: "eintr", one: "EINTR", many: "EINTRs" },
  { field: "restarts", one: "restarted call", many: "restarted calls" },
  { field: "guestExits", one: "guest exit", many: "guest exits" },
  { field: "ipis", one: "IPI", many: "IPIs" },
  { field: "kthreadWakes", one: "kthread wake-up", many: "kthread wake-ups" },
  { field: "isolatedInterrupts", one: "interrupt of an isolated CPU", many: "interrupts of isolated CPUs" },
];

/** Of b against a. */
export function verdictOf(compared: Compared, horizonMs: number): string {
  return `${clause(compared, horizonMs)}.`;
}

/** Of all policies: what the two best are to each other, and where that leaves the others, best first. */
export function verdictOfAll(deciding: Compared, others: Standing[], horizonMs: number): string {
  const named = others.slice(0, NAMED_MAX).map((one) => `${one.policy} (${standing(one, horizonMs)})`);
  if (others.length > NAMED_MAX) named.push(`${others.length - NAMED_MAX} more`);
  const rest = named.length > 0 ? `; behind: ${list(named)}` : "";
  return `${clause(deciding, horizonMs)}${rest}.`;
}

const NAMED_MAX = 3;

/** `never completes within 120 s`, `p99 16.8 s`, with `not sound` where it is so. */
function standing({ censored, replicas, p99Ms, violations }: Standing, horizonMs: number): string {
  const unsound = violations > 0 ? ", not sound" : "";
  if (censored === replicas) return `never completes ${within(horizonMs)}${unsound}`;
  if (p99Ms === null) return `not complete ${within(horizonMs)} in ${percent(censored / replicas)}${unsound}`;
  return `p99 ${duration(p99Ms)}${unsound}`;
}

function within(horizonMs: number): string {
  return `within ${horizonMs / 1000} s`;
}

function clause(compared: Compared, horizonMs: number): string {
  const { a, b, censored, replicas, faster, slower } = compared;
  const never = { a: censored.both + censored.onlyA === replicas, b: censored.both + censored.onlyB === replicas };
  const withinHorizon = within(horizonMs);
  if (never.a && never.b) return `neither ${b} nor ${a} completes ${withinHorizon}${apart(compared)}`;
  if (never.a) return `${b} completes${howSoon(compared, "b")}, ${a} never does ${withinHorizon}${price(compared)}`;
  if (never.b) return `${a} completes${howSoon(compared, "a")}, ${b} never does ${withinHorizon}${apart(compared)}`;
  if (faster.value === 0 && slower === 0) return `${b} takes exactly as long as ${a}${apart(compared)}`;
  return found(compared, findings(compared, withinHorizon));
}

function found(compared: Compared, all: Finding[]): string {
  const { a, b } = compared;
  const texts = list(all.map(({ text }) => text));
  if (all.length === 0) return `${undecided(compared)}${apart(compared)}`;
  if (all.some(({ better }) => better) && all.some(({ better }) => !better))
    return `it depends: against ${a}, ${b} has its ${texts}${apart(compared)}`;
  const barely = all.every(({ slight }) => slight) ? "barely " : "";
  if (all[0]!.better) return `${b} ${barely}beats ${a}: ${texts}${price(compared)}`;
  return `${b} is ${barely}slower than ${a}: ${texts}${apart(compared)}`;
}

/** In the tail, and on average (or in how many complete, where the mean is not known). */
function findings(compared: Compared, withinHorizon: string): Finding[] {
  const tail = tailOf(compared);
  const overall = compared.meanMs.value === null ? completion(compared, withinHorizon) : time("mean", compared.meanMs);
  return [tail && time(quantileName(tail.p), tail), overall].filter((one) => one !== undefined);
}

/** The furthest quantile up to p99 that has an interval. */
function tailOf({ quantilesMs }: Compared): Compared["quantilesMs"][number] | undefined {
  return quantilesMs.filter(({ p, low, high }) => p <= TAIL_MAX && low !== null && high !== null).at(-1);
}

/** `p99 15.02 s earlier (15.01-15.03 s)`, if that is clear. */
function time(name: string, difference: Difference): Finding | undefined {
  if (!isClear(difference)) return undefined;
  const value = difference.value!;
  const [least, most] = [Math.abs(difference.low!), Math.abs(difference.high!)].sort((x, y) => x - y);
  const shown = duration(Math.abs(value));
  const interval = durationInterval(least!, most!);
  return {
    better: value < 0,
    slight: isSlight(difference),
    text: `${name} ${shown} ${value < 0 ? "earlier" : "later"}${interval === shown ? "" : ` (${interval})`}`,
  };
}

function isSlight({ a, b, value }: Difference): boolean {
  return Math.abs(value!) < SLIGHT * Math.max(a!, b!);
}

/** By the normal law of the pairs that complete under one policy only. */
function completion({ censored, replicas }: Compared, withinHorizon: string): Finding | undefined {
  const { onlyA, onlyB } = censored;
  const more = (onlyA - onlyB) / replicas;
  const error = Math.sqrt(onlyA + onlyB - (onlyA - onlyB) ** 2 / replicas) / replicas;
  if (Math.abs(more) <= NORMAL_95 * error) return undefined;
  const text = `completes in ${percent(Math.abs(more))} ${more > 0 ? "more" : "fewer"} of the transitions ${withinHorizon}`;
  return { better: more > 0, slight: false, text };
}

function isClear({ low, high }: Estimate): boolean {
  return low !== null && high !== null && (high < 0 || low > 0);
}

function undecided(compared: Compared): string {
  const { a, b, replicas, meanMs } = compared;
  const tail = tailOf(compared);
  const seen = [tail && range(quantileName(tail.p), tail), range("mean", meanMs)].filter((one) => one !== undefined);
  const few = replicas < FEW ? ` in ${whole(replicas)} transitions` : "";
  return `${b} and ${a} do not differ measurably${few}${seen.length > 0 ? `: ${list(seen)}` : ""}`;
}

function range(name: string, { value, low, high }: Estimate): string | undefined {
  if (value === null || low === null || high === null) return undefined;
  return `${name} ${difference(value)} (${differenceInterval(low, high)})`;
}

/** ` (p99 1.27 s)`, as far as it is known. */
function howSoon({ quantilesMs }: Compared, side: "a" | "b"): string {
  const known = quantilesMs.filter((quantile) => quantile.p <= TAIL_MAX && quantile[side] !== null).at(-1);
  return known ? ` (${quantileName(known.p)} ${duration(known[side]!)})` : "";
}

/** Of a b that is faster: what that costs. */
function price(compared: Compared): string {
  const { more, fewer } = charges(compared);
  const costs = more.length > 0 ? `, at the price of ${list(more)} a transition` : "";
  const saved = fewer.length > 0 ? `, ${costs === "" ? "and" : "but"} saves ${list(fewer)} a transition` : "";
  return `${costs}${saved}${soundness(compared)}`;
}

/** Of a b that is not faster: what it costs, as a matter of its own. */
function apart(compared: Compared): string {
  const { more, fewer } = charges(compared);
  const costs = [
    more.length > 0 ? `costs ${list(more)} more a transition` : "",
    fewer.length > 0 ? `saves ${list(fewer)} a transition` : "",
  ].filter((text) => text !== "");
  return `${costs.length > 0 ? `; ${compared.b} ${costs.join(" and ")}` : ""}${soundness(compared)}`;
}

function charges({ disturbance }: Compared): { more: string[]; fewer: string[] } {
  const clear = PRICES.filter(({ field }) => isClear(disturbance[field]) && !isSlight(disturbance[field]));
  const said = (sign: number) =>
    clear.flatMap(({ field, one, many }) => {
      const value = sign * disturbance[field].value!;
      return value > 0 ? `${count(value)} ${value === 1 ? one : many}` : [];
    });
  return { more: said(1), fewer: said(-1) };
}

function soundness({ b, a, violations }: Compared): string {
  if (violations === 0) return "";
  const [who, whom] = violations > 0 ? [b, a] : [a, b];
  return `; but ${who} made ${whole(Math.abs(violations))} more unsound switches than ${whom}`;
}

/** `p99.9` */
export function quantileName(p: number): string {
  return `p${Number((100 * p).toPrecision(6))}`;
}

/** `x`, `x and y`, `x, y and z` */
function list(items: string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
