// Tries: when they begin, whom they visit when, and how they end (docs/rules.md, 9).

import { expiryAfter } from "./clock.js";
import { decide } from "./completion.js";
import { reap } from "./fork.js";
import { round } from "./signal.js";
import { at, note, type Replica, tell } from "./state.js";
import { placeWorker } from "./transition.js";
import { visit } from "./visit.js";
import { endWorker } from "./wake.js";

export function firstTryAt(replica: Replica): number {
  const { enableGap, hookOn } = replica.model.host;
  return enableGap + (replica.policy.hookPatching === "calls" ? hookOn : 0);
}

export function tryBegins(replica: Replica): boolean {
  if (replica.model.host.loaderCpu === "none") return replica.now >= replica.expiry;
  return at(replica.cpus, replica.tryCpu).worker === "runs";
}

export function beginTry(replica: Replica): void {
  replica.stage = "trying";
  replica.tries += 1;
  if (replica.tries > 1) placeWorker(replica);
  replica.running = { begun: replica.now, visited: 0, left: 0 };
  const withoutCpu = replica.model.host.loaderCpu === "none";
  note(replica, withoutCpu ? "try without a CPU" : "try");
  tell(replica, { type: "try", number: replica.tries, cpu: withoutCpu ? null : replica.tryCpu });
  if (replica.tryCpu !== replica.laterTryCpu) note(replica, "try on a nohzFull CPU");
  goOnTrying(replica);
}

function visits(replica: Replica): number {
  return replica.tasks.length + (replica.model.host.idleTasks ? replica.cpus.length : 0);
}

export function visitTime(replica: Replica, visit: number): number {
  return replica.running.begun + visit * replica.model.host.tryCostPerTask;
}

export function goOnTrying(replica: Replica): boolean {
  const { running } = replica;
  while (running.visited < visits(replica)) {
    if (visitTime(replica, running.visited) > replica.now) return true;
    if (!visit(replica, running.visited)) running.left += 1;
    running.visited += 1;
  }
  if (visitTime(replica, running.visited) <= replica.now) endTry(replica);
  return true;
}

function endTry(replica: Replica): void {
  const { left } = replica.running;
  if (left === 0) return decide(replica);
  const expiry = expiryAfter(replica, replica.now);
  tell(replica, { type: "try-end", number: replica.tries, left, next: expiry });
  const { signal, signalEveryTries } = replica.policy;
  replica.stage = "waiting";
  if (signal === "auto" && replica.failedTries > 0 && replica.failedTries % signalEveryTries === 0) round(replica);
  replica.failedTries += 1;
  replica.expiry = expiry;
  replica.workerWoken = false;
  endWorker(replica);
  replica.tryCpu = replica.laterTryCpu;
  reap(replica);
  replica.branchDue = replica.branches[0]?.try === replica.tries;
}
