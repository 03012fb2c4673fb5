// When tries are due (docs/rules.md, 9): from the replica's jiffies alone, workers getting their CPU at once and nothing reversed.
// What it says is a first guess that the engine is asked to confirm (src/prompts.ts).

import type { Draws } from "./core.js";
import type { Model, Policy } from "./scenario/model.js";

const HOST_ENTITY = 131_071;
const START = 0;
const SECOND = 1e6;
const EPOCH = 1024 * SECOND;
const JIFFIES_PER_CPU = 3;
/** First distance in jiffies of the timer wheel's next level, whose buckets are eight times as wide (kernel/time/timer.c). */
export const WHEEL_LEVELS = [63, 504, 4032, 32_256, 258_048];

/** When the first try begins. */
export function firstTryAt({ host }: Model, { hookPatching }: Policy): number {
  return host.enableGap + (hookPatching === "calls" ? host.hookOn : 0);
}

/** How long a try takes. */
export function tryLength({ host, taskCount }: Model): number {
  return (taskCount + (host.idleTasks ? host.cpus : 0)) * host.tryCostPerTask;
}

/** When the try of this number, from 1, ends. The replica has been selected. */
export function tryEnd(number: number, model: Model, policy: Policy, draws: Draws): number {
  const { loaderCpu, loaderCandidates, nohzFull } = model.host;
  const uniform = (n: number) => draws.uniform(HOST_ENTITY, START, n);
  const phase = Math.floor(SECOND * uniform(0)) + SECOND * Math.floor(512 * uniform(2));
  const any = loaderCandidates[Math.floor(loaderCandidates.length * uniform(1))];
  const first = loaderCpu === "any" ? any : loaderCpu === "none" ? 0 : loaderCpu;
  const later = typeof loaderCpu === "number" && nohzFull[loaderCpu] ? loaderCandidates[0] : first;
  const length = tryLength(model);
  let end = firstTryAt(model, policy) + length;
  for (let n = 1; n < number; n++) end = expiry(end, n === 1 ? first : later, phase, model.host.hz, policy) + length;
  return end;
}

/** When the next try is due after one that ended then, on that CPU. */
function expiry(end: number, cpu: number, phase: number, hz: number, policy: Policy): number {
  const { tryPeriod, rounding, lateness } = policy;
  if (rounding === "exact") return end + tryPeriod;
  const now = Math.floor(((end + phase + EPOCH + 1) * hz - 1) / SECOND);
  let expires = now + Math.max(1, Math.floor((tryPeriod * hz + SECOND / 2) / SECOND));
  if (rounding === "round_jiffies") {
    const rounded = roundJiffies(expires, JIFFIES_PER_CPU * cpu, hz);
    if (rounded > now) expires = rounded;
  }
  const fires = lateness === "wheel" ? wheelExpiry(expires, expires - now) : expires;
  return Math.floor((fires * SECOND) / hz) - phase - EPOCH;
}

/** To whole seconds, displaced by the CPU's jiffies. */
function roundJiffies(expires: number, offset: number, hz: number): number {
  const rest = (expires + offset) % hz;
  return expires - rest + (rest < Math.floor(hz / 4) ? 0 : hz);
}

function wheelExpiry(expires: number, distance: number): number {
  const bucket = bucketJiffies(distance);
  return (Math.floor(expires / bucket) + 1) * bucket;
}

/** Size in jiffies of the bucket of a timer `jiffies` ahead. */
export function bucketJiffies(jiffies: number): number {
  const level = WHEEL_LEVELS.findIndex((end) => jiffies < end);
  return 8 ** (level < 0 ? WHEEL_LEVELS.length : level);
}
