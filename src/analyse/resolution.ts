// What two latencies must differ by to count as different: 50 ms or 2%, whichever is larger. The milliseconds of an
// emulated machine are its own; the kernel's jiffies and seconds are not. Both samples are put on one grid.

const STEP_MS = 50;
const RELATIVE = 0.02;
const LINEAR_TO_MS = STEP_MS / RELATIVE; // 2,500 ms: above it 2% is more than 50 ms
const LOG_STEP = Math.log(1 + RELATIVE);

/**
 * The grid point nearest to `ms`: multiples of 50 ms up to 2.5 s, then steps of 2%. `shift` moves the grid by that share of a
 * step. Monotone in `ms`.
 */
export function toResolution(ms: number, shift = 0): number {
  if (ms <= LINEAR_TO_MS) return (Math.round(ms / STEP_MS - shift) + shift) * STEP_MS;
  return LINEAR_TO_MS * Math.exp((Math.round(Math.log(ms / LINEAR_TO_MS) / LOG_STEP - shift) + shift) * LOG_STEP);
}
