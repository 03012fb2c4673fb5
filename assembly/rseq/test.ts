// The selftest as a scenario sets it: CPUs, what it does and counts, the delay; and its counter, which both tasks share
// (tools/testing/selftests/kvm/rseq_test.c, 5.15 to 6.12; KF 6.3). The exported names are the fields.

import { DISTRIBUTION_END } from "../distribution";

export const CPU_MAX: u32 = 1024;
export const NO_CPU: u32 = 0xffffffff;

/** What KVM does about TIF_NOTIFY_RESUME before guest entry (KF 6.2). */
export const UNTOUCHED: u32 = 0;
export const CLEARED: u32 = 1;
export const UPDATED: u32 = 2;
export const DEFERRED: u32 = 3;

export const DELAY_NONE: u32 = 0;
export const DELAY_SLEEP: u32 = 1;
export const DELAY_STEPS: u32 = 2;
export const DELAY_GETCPU: u32 = 3;

/** CPUs that the test may use; a CPU is its place among these. */
export let allowedCount: u32 = 0;
export let iterations: u32 = 0;
/** So many iterations without a successful read section. */
export let livelock: u32 = 0;
/** An interrupt may preempt the reader in the kernel (PREEMPT). */
export let preemptible: bool = false;
/** Moves a second by the load balancer. */
export let balanceRate: f64 = 0;

export let notifyResume: u32 = CLEARED;
/** There is a counter (v2 on); else the reader asks twice where it is (v1). */
export let counted: bool = true;
/** The reader is moved (6.0 on); else the migrator moves itself. */
export let movesReader: bool = true;
/** Goes on to the next CPU of the mask; else a CPU that is not in it costs an iteration (v2). */
export let skipsHoles: bool = true;
export let getcpuIsCall: bool = false;
/** Fails with fewer KVM_RUNs than half the iterations. */
export let ratio: bool = true;

export let delayKind: u32 = DELAY_NONE;
/** Duration of a sleep. */
export let delayDuration: u32 = 0;
/** Of iteration i: from + (i mod count) x by. */
export let delayFrom: i64 = 0;
export let delayBy: i64 = 0;
export let delayCount: u32 = 1;

// The place of each CPU by its number, NO_CPU where it is not in the mask.
const PLACES: usize = DISTRIBUTION_END;
export const TEST_END: usize = PLACES + ((<usize>CPU_MAX) << 2);

/** Forgets the mask. */
export function clearCpus(): void {
  memory.fill(PLACES, 0xff, (<usize>CPU_MAX) << 2);
}

/** The CPU of this number is the n-th of the mask. */
export function setCpu(n: u32, cpu: u32): void {
  assert(cpu < CPU_MAX);
  if (n == 0) clearCpus();
  store<u32>(PLACES + ((<usize>cpu) << 2), n);
}

/** Where an iteration moves to, or NO_CPU. */
export function targetOf(iteration: u32): u32 {
  const n = iteration % allowedCount;
  return skipsHoles ? n : load<u32>(PLACES + ((<usize>n) << 2));
}

/** The counter: odd while a migration may be under way. */
export let counter: u32 = 0;

export function resetCounter(): void {
  counter = 0;
}

export function increment(): void {
  counter++;
}
