// schedule_timeout() sleeps on the timer wheel: it never wakes early and it wakes late by up to one bucket, and a
// bucket is about an eighth to a sixty-fourth of the distance (kernel/time/timer.c calc_index; docs/rules.md 9 has the
// same rule for the tries). A sleep of 20 s at HZ 250 so ends after 20.0 to 22.0 s. hrtimers (nanosleep) do not.

import { bucketJiffies, WHEEL_LEVELS } from "../try-times.js";

/** How late a sleep of exactly `ms` ends at most; at least one jiffy, and uniform below (the phase is random). */
export function latenessMs(ms: number, hz: number): number {
  return (bucketJiffies((ms * hz) / 1000) * 1000) / hz;
}

/** Mean lateness of exponential sleeps: half a bucket, averaged over their lengths. */
export function exponentialLatenessMs(meanMs: number, hz: number): number {
  const mean = (meanMs * hz) / 1000;
  let bucket = 1;
  let from = 0;
  let sum = 0;
  for (const end of [...WHEEL_LEVELS, Number.POSITIVE_INFINITY]) {
    sum += (bucket / 2) * (Math.exp(-from / mean) - Math.exp(-end / mean));
    from = end;
    bucket *= 8;
  }
  return (sum * 1000) / hz;
}
