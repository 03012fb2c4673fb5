// First-order stochastic dominance of two completion times, exact on their empirical distribution functions: whether one's is
// nowhere below the other's. What is censored is in neither function.

import type { Completions } from "./completions.js";

/** At `ticks` one function is this share above the other. */
export interface LeadTicks {
  ticks: number;
  share: number;
}

/** Where each function is furthest above the other; null if it never is above. */
export interface Leads {
  a: LeadTicks | null;
  b: LeadTicks | null;
}

export function leads({ sorted: a }: Completions, { sorted: b }: Completions): Leads {
  const most = { a: 0, b: 0, ticksOfA: 0, ticksOfB: 0 };
  let atA = 0;
  let atB = 0;
  for (;;) {
    const ticks = Math.min(a[atA] ?? Number.POSITIVE_INFINITY, b[atB] ?? Number.POSITIVE_INFINITY);
    if (ticks === Number.POSITIVE_INFINITY) break;
    while (a[atA] === ticks) atA++;
    while (b[atB] === ticks) atB++;
    if (atA - atB > most.a) Object.assign(most, { a: atA - atB, ticksOfA: ticks });
    if (atB - atA > most.b) Object.assign(most, { b: atB - atA, ticksOfB: ticks });
  }
  return {
    a: most.a > 0 ? { ticks: most.ticksOfA, share: most.a / a.length } : null,
    b: most.b > 0 ? { ticks: most.ticksOfB, share: most.b / a.length } : null,
  };
}

/** Which of the two completes no later than the other, in distribution. */
export function dominance({ a, b }: Leads): "a" | "b" | "equal" | "none" {
  if (a && b) return "none";
  if (a) return "a";
  return b ? "b" : "equal";
}
