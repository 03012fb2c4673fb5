// What two latencies must differ by to count as different: 50 ms or 2%, whichever is larger. The milliseconds of an
// emulated machine are its own; the kernel's jiffies and seconds are not.

const STEP_MS = 50;
const RELATIVE = 0.02;

/** What a latency above `ms` must differ from it by to count as different. */
export function resolutionMs(ms: number): number {
  return Math.max(STEP_MS, RELATIVE * ms);
}
