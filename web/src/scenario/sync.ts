// Keeps the scenario's text, what the thread makes of it and the form's edits in step.

import { computed, effect, signal } from "@preact/signals";
import { ask, RequestFailed } from "../client.js";
import type { Change } from "../protocol.js";
import { checked, yaml } from "../state.js";

/** Why the text could not be checked or changed, though the text is not to blame. */
export const failure = signal<string | null>(null);
/** What the form shows: the text's last readable value. */
export const formValue = signal<unknown>(null);
/** With defaults filled in, of the last text without problems. */
export const lastCanonical = signal<unknown>(null);
/** The form can be edited: the text that it stands for can be read. */
export const isFormLive = computed(() => checked.value !== null && checked.value.value !== null);

const QUIET_MS = 150;

let asked: { text: string; answered: Promise<void> } | undefined;
let stop = new AbortController();

/** Checks the text whenever it has rested for a moment. Returns what ends that. */
export function startChecking(): () => void {
  let first = true;
  return effect(() => {
    const text = yaml.value;
    const timer = setTimeout(() => check(text), first ? 0 : QUIET_MS);
    first = false;
    return () => clearTimeout(timer);
  });
}

/** Done when the answer is in, or a later text has been asked about. */
function check(text: string): Promise<void> {
  if (asked?.text === text) return asked.answered;
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  const answered = ask("check", { yaml: text }, { signal }).then(
    (answer) => {
      if (signal.aborted) return;
      failure.value = null;
      if (answer.value !== null) formValue.value = answer.value;
      if (answer.canonical !== null) lastCanonical.value = answer.canonical;
      checked.value = answer;
    },
    (error) => {
      if (signal.aborted) return;
      asked = undefined;
      tell(error);
    },
  );
  asked = { text, answered };
  return answered;
}

let turn: Promise<void> = Promise.resolve();

/** Edits of the form, one after another, each on the text as it then is. Done when the form shows them. */
export function change(...changes: Change[]): Promise<void> {
  return changeBy(() => changes);
}

/** Edits that follow from what the form shows when it is their turn. */
export function changeBy(changes: () => Change[]): Promise<void> {
  turn = turn.then(() => apply(changes())).catch(tell);
  return turn;
}

async function apply(changes: Change[]): Promise<void> {
  for (;;) {
    const before = yaml.peek();
    const { yaml: after } = await ask("change", { yaml: before, changes });
    if (yaml.peek() !== before) continue; // the editor was typed in meanwhile
    yaml.value = after;
    return check(after);
  }
}

function tell(error: unknown): void {
  if (error instanceof RequestFailed && error.failure.stopped) return;
  failure.value = error instanceof Error ? error.message : String(error);
}
