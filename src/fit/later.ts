// A trace after another one: a clock of its own, taken to begin when the other has ended.

import type { TraceSink } from "./trace-format.js";

/** Tells `sink` the same, `offset` ns later. */
export function later(sink: TraceSink, offset: number): TraceSink {
  if (offset === 0) return sink;
  return {
    event: (event) => sink.event({ ...event, at: event.at + offset }),
    gap: (at, cpu) => sink.gap(at + offset, cpu),
    sum: (sum) => sink.sum(sum),
    name: (name) => sink.name(name),
  };
}
