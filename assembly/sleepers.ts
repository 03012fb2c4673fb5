// Each CPU's sleepers that wake by themselves: a pairing heap by (time, number), so that twenty thousand of them cost little
// more than two (M. L. Fredman et al., "The Pairing Heap", 1986).

import { FOREVER } from "./distribution";
import { Cpu } from "./host";
import { firstSleeper, setFirstSleeper } from "./runqueue";
import * as task from "./task";
import { NO_TASK, Task } from "./task";

/** The task sleeps on this CPU until its wakeAt, which stays. */
@inline
export function fallAsleep(cpu: Cpu, t: Task): void {
  task.setState(t, task.SLEEP);
  if (task.wakeAt(t) >= FOREVER) return;
  task.setFirstChild(t, NO_TASK);
  setFirstSleeper(cpu, meld(firstSleeper(cpu), t));
}

/** The task sleeps no longer; what it does instead the caller says. */
export function rouse(cpu: Cpu, t: Task): void {
  if (task.wakeAt(t) >= FOREVER) return;
  const orphans = meldAll(task.firstChild(t));
  const first = firstSleeper(cpu);
  if (first == <i32>t) {
    setFirstSleeper(cpu, orphans);
    return;
  }
  const before = task.leftOf(t);
  const next = task.nextSibling(t);
  if (task.firstChild(before) == <i32>t) task.setFirstChild(before, next);
  else task.setNextSibling(before, next);
  if (next != NO_TASK) task.setLeftOf(next, before);
  setFirstSleeper(cpu, meld(first, orphans));
}

/** Two heaps as one: who wakes later becomes the other's first child. */
function meld(a: i32, b: i32): i32 {
  if (a == NO_TASK) return b;
  if (b == NO_TASK) return a;
  const wakeA = task.wakeAt(a);
  const wakeB = task.wakeAt(b);
  const parent = wakeA < wakeB || (wakeA == wakeB && a < b) ? a : b;
  const child = a ^ b ^ parent;
  const sibling = task.firstChild(parent);
  if (sibling != NO_TASK) task.setLeftOf(sibling, child);
  task.setNextSibling(child, sibling);
  task.setLeftOf(child, parent);
  task.setFirstChild(parent, child);
  return parent;
}

/** A row of siblings as one heap: by pairs, then the pairs one by one, the last first. */
function meldAll(first: i32): i32 {
  let pairs: i32 = NO_TASK;
  while (first != NO_TASK) {
    const second = task.nextSibling(first);
    const rest = second == NO_TASK ? NO_TASK : task.nextSibling(second);
    const pair = meld(first, second);
    task.setNextSibling(pair, pairs);
    pairs = pair;
    first = rest;
  }
  let all: i32 = NO_TASK;
  while (pairs != NO_TASK) {
    const next = task.nextSibling(pairs);
    all = meld(all, pairs);
    pairs = next;
  }
  return all;
}
