// A replay in the Trace Event Format, JSON that chrome://tracing, speedscope and Perfetto open. Times are microseconds, as
// ticks are.

import type { Replay } from "./account.js";
import { type Mark, type Track, tracksOf } from "./tracks.js";

const PHASE: Record<Mark["type"], string> = { begin: "B", end: "E", instant: "i", counter: "C" };

export function* chromePieces(replay: Replay): Generator<string> {
  const { tracks, marks } = tracksOf(replay);
  yield '{"displayTimeUnit":"ms","traceEvents":[\n';
  let separator = "";
  for (const track of tracks) {
    for (const event of namesOf(track)) {
      yield `${separator}${JSON.stringify(event)}`;
      separator = ",\n";
    }
  }
  for (const mark of marks) yield `${separator}${JSON.stringify(eventOf(mark))}`;
  yield "\n]}\n";
}

/** Metadata: what processes and threads are called. */
function namesOf({ kind, name, pid, tid }: Track): object[] {
  if (kind === "counter") return [];
  const called = (what: string, id: object) => ({ name: what, ph: "M", pid, ...id, args: { name } });
  const process = kind === "process" || kind === "cpus" || kind === "transition" ? [called("process_name", {})] : [];
  const thread = kind === "task" || kind === "cpu" || kind === "transition" ? [called("thread_name", { tid })] : [];
  return [...process, ...thread];
}

function eventOf({ at, track, type, name, value }: Mark): object {
  const { pid, tid } = track;
  const where = { ph: PHASE[type], ts: at, pid, tid };
  if (type === "end") return where;
  if (type === "instant") return { name, ...where, s: "t" };
  if (type === "begin") return { name, ...where };
  const owner = track.parent?.kind === "task" ? ` ${track.parent.name}` : "";
  return { name: `${track.name}${owner}`, ...where, args: { value } };
}
