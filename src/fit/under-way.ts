// Sleeps that were under way when the recording began: how a task had gone to sleep, and on which stack, was not seen. Each is shared
// among the sleeps that it can have been. In a stationary process the kinds that a sleep with r left to go can be of are as
// likely as many of each begin and last longer than r, and that many the recording has.

import type { Account, PhaseAccount } from "./account.js";
import type { LengthBin, Lengths } from "./lengths.js";

const CUT = ["cutAtStart", "throughout"] as const;

/** Those that no sleep of the account fits stay. */
export function settleUnderWay(account: Account): void {
  for (const [key, vague] of [...account.phases]) {
    if (!isVague(vague, account)) continue;
    const kinds = [...account.phases.values()].filter((phase) => canBe(phase, vague)).map(kindOf);
    if (kinds.length === 0) continue;
    share(vague, kinds);
    account.phases.delete(key);
  }
}

interface Kind {
  phase: PhaseAccount;
  /** Seen to begin: by length. */
  seen: LengthBin[];
}

/** Never seen to begin. */
function isVague(phase: PhaseAccount, account: Account): boolean {
  const { spec, lengths, next } = phase;
  if (!isSleep(phase) || spec.stack !== null || begun(lengths) > 0 || lengths.n === 0 || next.has(phase)) return false;
  return ![...account.phases.values()].some((other) => other.next.has(phase));
}

/** Of an unknown call it can be any sleep. */
function canBe(phase: PhaseAccount, { spec: { call } }: PhaseAccount): boolean {
  return isSleep(phase) && begun(phase.lengths) > 0 && (call === null || phase.spec.call === call);
}

function isSleep({ spec: { mode, halt } }: PhaseAccount): boolean {
  return mode === "sleep" && !halt;
}

function begun({ whole, cutAtEnd }: Lengths): number {
  return whole.n + cutAtEnd.n;
}

function kindOf(phase: PhaseAccount): Kind {
  return { phase, seen: [...phase.lengths.whole.bins(), ...phase.lengths.cutAtEnd.bins()] };
}

function share(vague: PhaseAccount, kinds: readonly Kind[]): void {
  const shares = kinds.map(() => 0);
  for (const cut of CUT) {
    for (const { low, high, count } of vague.lengths[cut].bins()) {
      for (const [i, weight] of likely(kinds, low).entries()) {
        if (weight === 0) continue;
        kinds[i]!.phase.lengths[cut].add(Math.floor((low + high) / 2), count * weight);
        shares[i]! += (count * weight) / vague.lengths.n;
      }
    }
  }
  for (const [i, { phase }] of kinds.entries()) {
    if (shares[i] === 0) continue;
    for (const [next, count] of vague.next) phase.follow(next, count * shares[i]!);
    phase.interrupted += vague.interrupted * shares[i]!;
  }
}

/** How likely each kind is; longer than all that was seen, it is of the kind that lasts longest. */
function likely(kinds: readonly Kind[], left: number): number[] {
  const longer = kinds.map(({ seen }) => seen.reduce((sum, { high, count }) => sum + (high > left ? count : 0), 0));
  const all = longer.reduce((sum, count) => sum + count, 0);
  if (all > 0) return longer.map((count) => count / all);
  const longest = kinds.map(({ seen }) => Math.max(...seen.map(({ high }) => high)));
  const last = longest.indexOf(Math.max(...longest));
  return kinds.map((_, i) => (i === last ? 1 : 0));
}
