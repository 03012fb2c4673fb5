// Has the replica followed that is asked for, and says how far that is.

import { effect, signal } from "@preact/signals";
import { ask, RequestFailed } from "../client.js";
import { replay, replayed, yaml } from "../state.js";

export type Following =
  | { kind: "idle" }
  | { kind: "going"; share: number | null; stop(): void }
  | { kind: "failed"; message: string };

export const following = signal<Following>({ kind: "idle" });

let stopper: AbortController | undefined;

/** Whatever is asked for from now on; what was asked for before it is left. */
export function startFollowing(): () => void {
  return effect(() => {
    const wanted = replayed.value;
    if (wanted !== null) queueMicrotask(() => void follow(wanted)); // a link's scenario is set after its replica
  });
}

/** @param wanted one of the scenario that is shown now */
export async function follow(wanted: { policy: string; replica: number }): Promise<void> {
  stopper?.abort();
  const own = new AbortController();
  stopper = own;
  const going = (share: number | null) => {
    if (stopper === own) following.value = { kind: "going", share, stop: () => own.abort() };
  };
  going(null);
  try {
    const view = await ask(
      "replay",
      { yaml: yaml.peek(), ...wanted },
      { signal: own.signal, onPart: ({ done, total }) => going(total > 0 ? Math.min(1, done / total) : null) },
    );
    if (stopper !== own) return;
    replay.value = view;
    following.value = { kind: "idle" };
  } catch (error) {
    if (stopper !== own) return;
    if (!(error instanceof RequestFailed)) throw error;
    following.value = error.failure.stopped ? { kind: "idle" } : { kind: "failed", message: error.message };
  }
}
