// What two latencies must differ by to count as different: 50 ms or 2%, whichever is larger. The milliseconds of an
// emulated machine are its own; the kernel's jiffies and seconds are not. Both samples are put on one grid, which was fixed
// before any sample was looked at: multiples of 50 ms up to 2.5 s, and from there on steps of 2%. The two parts meet at 2.5 s, a
// point of both, where 2% are 50 ms: a step is never shorter than the one before it.

const STEP_MS = 50;
const RELATIVE = 0.02;
const LINEAR_TO_MS = STEP_MS / RELATIVE;
const LOG_STEP = Math.log(1 + RELATIVE);

/** The grid point nearest to `ms`, above 2.5 s nearest by ratio; halfway goes up. Monotone in `ms`. */
export function toResolution(ms: number): number {
  if (ms <= LINEAR_TO_MS) return Math.round(ms / STEP_MS) * STEP_MS;
  return LINEAR_TO_MS * Math.exp(Math.round(Math.log(ms / LINEAR_TO_MS) / LOG_STEP) * LOG_STEP);
}

/** What a latency near `ms` must differ from it by to count as different. */
export function resolutionMs(ms: number): number {
  return Math.max(STEP_MS, RELATIVE * ms);
}
