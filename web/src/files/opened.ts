// What was dropped or chosen: told apart by how it begins, then read by the thread.

import { signal } from "@preact/signals";
import { ask, RequestFailed } from "../client.js";
import type { Loaded, Requests } from "../protocol.js";
import { isGoing, showLoaded } from "../run/going.js";
import { replay, tab } from "../state.js";

export type Fitted = Requests["fit"]["answer"];

/** What became of it; of reading, how far it is where that is known. */
export type Opened =
  | { kind: "reading"; names: string[]; share: number | null; stop: () => void }
  | { kind: "refused"; message: string }
  | { kind: "stopped" }
  | { kind: "run"; name: string }
  | { kind: "fit"; fitted: Fitted }
  | { kind: "experiment"; name: string; result: Extract<Loaded, { kind: "experiment" }>["result"] }
  | { kind: "replay"; name: string; replay: Extract<Loaded, { kind: "replay" }>["replay"] };

export const opened = signal<Opened | null>(null);

const HEAD = 65_536;

/** One result, or the traces of one recording. */
export async function open(files: File[]): Promise<void> {
  if (files.length === 0) return;
  if (opened.peek()?.kind === "reading") return;
  const stopper = new AbortController();
  const names = files.map(({ name }) => name);
  const reading = (share: number | null) => {
    opened.value = { kind: "reading", names, share, stop: () => stopper.abort() };
  };
  reading(null);
  try {
    opened.value = await read(files, stopper.signal, reading);
  } catch (error) {
    opened.value = refusal(error, names);
  }
}

async function read(files: File[], signal: AbortSignal, reading: (share: number | null) => void): Promise<Opened> {
  const results = await Promise.all(files.map(isResult));
  if (!results.includes(true)) return fitTraces(files, signal, reading);
  if (files.length > 1) return { kind: "refused", message: "One result at a time, or the traces of one recording." };
  return load(files[0]!, signal);
}

/** klpsim's JSON says its version at once; other JSON is no result either, but KUtrace's, which is a trace. */
async function isResult(file: File): Promise<boolean> {
  const head = (await file.slice(0, HEAD).text()).trimStart();
  if (!head.startsWith("{")) return false;
  return /"schemaVersion"\s*:/.test(head) || (/\.json$/i.test(file.name) && !head.includes('"events" : ['));
}

async function load(file: File, signal: AbortSignal): Promise<Opened> {
  const loaded = await ask("load", { name: file.name, file }, { signal });
  if (loaded.kind === "replay") {
    replay.value = loaded.replay;
    tab.value = "replay";
  }
  if (loaded.kind !== "run") return { ...loaded, name: file.name };
  if (isGoing.peek()) return { kind: "refused", message: `${file.name}: a run is going on; stop it first.` };
  showLoaded(loaded.view, file.name);
  tab.value = "run";
  return { kind: "run", name: file.name };
}

async function fitTraces(files: File[], signal: AbortSignal, reading: (share: number | null) => void): Promise<Opened> {
  const order = files.map((file) => ({ name: file.name, file }));
  const onPart = ({ done, total }: { done: number; total: number }) =>
    reading(total > 0 ? Math.min(1, done / total) : null);
  const fitted = await ask("fit", order, { signal, onPart });
  return { kind: "fit", fitted };
}

function refusal(error: unknown, names: string[]): Opened {
  if (!(error instanceof RequestFailed))
    return { kind: "refused", message: `${names.join(", ")}: cannot be read: ${(error as Error).message}` };
  return error.failure.stopped ? { kind: "stopped" } : { kind: "refused", message: error.message };
}
