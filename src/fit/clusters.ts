// Which tasks behave alike. Two differ by the largest of these, in natural logarithms, over the phases that take at least a
// twentieth of either's time: the ratio of their shares of that time (each plus a twentieth, so that nothing counts as little),
// and the ratio of their mean lengths where each has 20 that were seen whole. From DIFFERENT on they plainly differ (assumption: a factor
// of 4.5, far beyond what 20 lengths of a wide law differ by for no reason). Tasks with few intervals say nothing against any.

import type { Account } from "./account.js";
import type { Lot } from "./recording.js";

const DIFFERENT = 1.5;
const SHARE = 0.05;
const FEW = 20;
/** Tasks that others are compared to: beyond, each joins the nearest. */
const LEADERS_MAX = 64;

interface Habit {
  time: number;
  n: number;
  /** Of those that were seen whole. */
  whole: { n: number; sum: number };
}

interface Cluster {
  lots: Lot[];
  habits: Map<string, Habit>;
  time: number;
  n: number;
}

/** Agglomerative, from the tasks most is known of on. `fewSay`: tasks of few intervals are told apart by their shares of time. */
export function clusters(lots: readonly Lot[], fewSay: boolean): Lot[][] {
  const leaders: Cluster[] = [];
  for (const lot of [...lots].sort((a, b) => b.account.known - a.account.known)) {
    const own = clusterOf(lot);
    const [near, distance] = nearest(own, leaders, fewSay);
    if (near !== null && (distance < DIFFERENT / 2 || leaders.length >= LEADERS_MAX)) join(near, own);
    else leaders.push(own);
  }
  for (;;) {
    const pair = closest(leaders, fewSay);
    if (pair === null) return leaders.map(({ lots: alike }) => alike);
    join(pair[0], pair[1]);
    leaders.splice(leaders.indexOf(pair[1]), 1);
  }
}

function clusterOf(lot: Lot): Cluster {
  const habits = habitsOf(lot.account);
  let [time, n] = [0, 0];
  for (const habit of habits.values()) {
    time += habit.time;
    n += habit.n;
  }
  return { lots: [lot], habits, time, n };
}

/** By phase, its stacks together. */
function habitsOf(account: Account): Map<string, Habit> {
  const habits = new Map<string, Habit>();
  for (const { spec, lengths } of account.phases.values()) {
    if (lengths.n === 0) continue;
    const name = `${spec.mode} ${spec.name}`;
    const { n, sum } = lengths.whole;
    add(habits, name, { time: lengths.seen, n: lengths.n, whole: { n, sum } });
  }
  return habits;
}

function join(into: Cluster, other: Cluster): void {
  into.lots.push(...other.lots);
  into.time += other.time;
  into.n += other.n;
  for (const [name, habit] of other.habits) add(into.habits, name, habit);
}

function add(habits: Map<string, Habit>, name: string, { time, n, whole }: Habit): void {
  const before = habits.get(name) ?? { time: 0, n: 0, whole: { n: 0, sum: 0 } };
  const both = { n: before.whole.n + whole.n, sum: before.whole.sum + whole.sum };
  habits.set(name, { time: before.time + time, n: before.n + n, whole: both });
}

function nearest(one: Cluster, among: readonly Cluster[], fewSay: boolean): [Cluster | null, number] {
  let near: Cluster | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const other of among) {
    const distance = distanceOf(one, other, fewSay);
    if (distance < least) [near, least] = [other, distance];
  }
  return [near, least];
}

function closest(among: readonly Cluster[], fewSay: boolean): [Cluster, Cluster] | null {
  let pair: [Cluster, Cluster] | null = null;
  let least = DIFFERENT;
  for (const [i, one] of among.entries()) {
    const [near, distance] = nearest(one, among.slice(i + 1), fewSay);
    if (near !== null && distance < least) [pair, least] = [[one, near], distance];
  }
  return pair;
}

function distanceOf(a: Cluster, b: Cluster, fewSay: boolean): number {
  if (a.time === 0 || b.time === 0 || (!fewSay && (a.n < FEW || b.n < FEW))) return 0;
  let distance = 0;
  for (const name of new Set([...a.habits.keys(), ...b.habits.keys()])) {
    const [ofA, ofB] = [a.habits.get(name), b.habits.get(name)];
    const shares = [(ofA?.time ?? 0) / a.time, (ofB?.time ?? 0) / b.time] as const;
    if (Math.max(...shares) < SHARE) continue;
    distance = Math.max(distance, ratio(shares[0] + SHARE, shares[1] + SHARE));
    const [wholeA, wholeB] = [ofA?.whole, ofB?.whole];
    if (wholeA !== undefined && wholeB !== undefined && Math.min(wholeA.n, wholeB.n) >= FEW)
      distance = Math.max(distance, ratio(wholeA.sum / wholeA.n, wholeB.sum / wholeB.n));
  }
  return distance;
}

function ratio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.abs(Math.log(a / b)) : 0;
}
