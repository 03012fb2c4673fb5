// Replays that the page shows: it draws a view of each, the events stay here for files to be made of.

import type { Replay } from "../../../src/replay/account.js";
import { packReplay } from "../replay/pack.js";
import type { ReplayView } from "../replay/view.js";

const KEPT_MAX = 2; // some 100 MB each at worst

const kept = new Map<number, Replay>();
let last = 0;

export function keep(replay: Replay): ReplayView {
  const key = ++last;
  kept.set(key, replay);
  kept.delete(key - KEPT_MAX);
  return packReplay(replay, key);
}

/** Undefined: others have taken its place since. */
export function keptReplay(key: number): Replay | undefined {
  return kept.get(key);
}
