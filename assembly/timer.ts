// When the timer wheel fires: the delayed work of the next try, and timeouts (kernel/time/timer.c, kernel/workqueue.c, 4.15 to
// 7.3; KF 1.3; docs/rules.md, 9 and 10).

import { hz, jiffiesAt, jiffyTime, SECOND } from "./host";
import { EXACT, lateness, ROUND_JIFFIES, rounding, tryPeriod } from "./policy";
import { tryCpu } from "./schedule";

const JIFFIES_PER_CPU: i64 = 3;

function tryJiffies(): i64 {
  return max<i64>(1, (tryPeriod * hz + SECOND / 2) / SECOND);
}

/** When the next try's delayed work expires, computed at the end of this one. */
export function expiry(end: i64): i64 {
  if (rounding == EXACT) return end + tryPeriod;
  const jiffies = jiffiesAt(end);
  let expires = jiffies + tryJiffies();
  if (rounding == ROUND_JIFFIES) {
    const offset = JIFFIES_PER_CPU * <i64>max(tryCpu, 0);
    const sum = expires + offset;
    const rem = sum % hz;
    const rounded = (rem < hz / 4 ? sum - rem : sum - rem + hz) - offset;
    if (rounded > jiffies) expires = rounded;
  }
  return jiffyTime(lateness ? wheelExpiry(expires, expires - jiffies) : expires);
}

/** An end that is later by this, or by any multiple, has an expiry that is later by as much, in ticks. */
export function expiryCycle(): i64 {
  if (rounding == EXACT) return 1;
  if (!lateness) return SECOND;
  const bucket: i64 = 1 << wheelShift(tryJiffies() + hz); // rounding puts the expiry no farther off
  return (SECOND * bucket) / min(bucket, hz & -hz);
}

/** When schedule_timeout() of so many jiffies returns. */
export function timeoutAfter(from: i64, jiffies: i64): i64 {
  return jiffyTime(wheelExpiry(jiffiesAt(from) + jiffies, jiffies));
}

/** The timer wheel fires at the end of the expiry's bucket (calc_index). */
function wheelExpiry(expires: i64, distance: i64): i64 {
  const shift = wheelShift(distance);
  return ((expires >> shift) + 1) << shift;
}

/** Far timers have coarse buckets. */
function wheelShift(distance: i64): i64 {
  let shift: i64 = 0;
  for (let reach: i64 = 63; distance >= reach && shift < 15; reach <<= 3) shift += 3;
  return shift;
}
