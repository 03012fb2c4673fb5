// The clock (docs/rules.md, 2 and 9): jiffies, and when a timer set now goes off.

import { FOREVER_TICKS } from "../../scenario/model.js";
import type { Replica } from "./state.js";

export function jiffyTime(replica: Replica, jiffy: number): number {
  return Math.floor((jiffy * 1e6) / replica.model.host.hz) - replica.phase0 - 1024e6;
}

export function jiffiesAt(replica: Replica, time: number): number {
  let jiffy = Math.floor(((time + replica.phase0 + 1024e6) * replica.model.host.hz) / 1e6);
  while (jiffyTime(replica, jiffy) > time) jiffy -= 1;
  while (jiffyTime(replica, jiffy + 1) <= time) jiffy += 1;
  return jiffy;
}

/** When schedule_timeout() of so many jiffies, called now, returns. */
export function timeoutAfter(replica: Replica, jiffies: number): number {
  const grain = 8 ** wheelLevel(jiffies);
  return jiffyTime(replica, (Math.floor((jiffiesAt(replica, replica.now) + jiffies) / grain) + 1) * grain);
}

export function expiryAfter(replica: Replica, end: number): number {
  const { tryPeriod, rounding, lateness } = replica.policy;
  const { hz } = replica.model.host;
  if (rounding === "exact") return end + tryPeriod;
  const period = Math.max(1, Math.round((tryPeriod * hz) / 1e6));
  const now = jiffiesAt(replica, end);
  let expires = now + period;
  if (rounding === "round_jiffies") {
    const off = 3 * replica.tryCpu;
    const rem = (expires + off) % hz;
    const down = expires - rem;
    const rounded = rem < Math.floor(hz / 4) ? down : down + hz;
    if (rounded > now) expires = rounded;
  }
  if (lateness === "wheel") {
    const grain = 8 ** wheelLevel(expires - now);
    expires = (Math.floor(expires / grain) + 1) * grain;
  }
  return jiffyTime(replica, expires);
}

/** Of the timer wheel, for a timer so many jiffies away. */
function wheelLevel(distance: number): number {
  return [63, 504, 4032, 32256, 258048].filter((bound) => distance >= bound).length;
}

export function saturate(time: number): number {
  return Math.min(time, FOREVER_TICKS);
}
