// What a format's reader makes of lines, and of a stored trace.

import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { formatNamed } from "../../../../src/fit/formats/index.js";
import { Quality } from "../../../../src/fit/quality.js";
import type { Arch } from "../../../../src/fit/system-calls.js";
import type { CallName, TraceEvent, TraceSum } from "../../../../src/fit/trace-event.js";

export interface Told {
  events: TraceEvent[];
  sums: TraceSum[];
  gaps: number[];
  gapCpus: number[];
  names: CallName[];
  quality: Quality;
}

export function readLines(format: string, lines: readonly string[], arch: Arch | null = null): Told {
  const told: Told = { events: [], sums: [], gaps: [], gapCpus: [], names: [], quality: new Quality() };
  const sink = {
    event: (event: TraceEvent) => void told.events.push(event),
    sum: (sum: TraceSum) => void told.sums.push(sum),
    gap: (at: number, cpu: number) => {
      told.gaps.push(at);
      told.gapCpus.push(cpu);
    },
    name: (name: CallName) => void told.names.push(name),
  };
  const reader = formatNamed(format).reader(sink, told.quality, { arch });
  for (const [i, line] of lines.entries()) reader.line(line, i + 1);
  reader.end(false);
  return told;
}

/** Lines of a file in test/data/traces. */
export function stored(name: string): string[] {
  const bytes = readFileSync(new URL(`../../../data/traces/${name}`, import.meta.url));
  return linesOf(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

export function linesOf(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Traces under a licence that keeps them out of the project; null: not here. */
export const ELSEWHERE = "/work/shared/traces";
export const hasElsewhere = existsSync(ELSEWHERE);

export function linesElsewhere(name: string): string[] {
  return linesOf(readFileSync(`${ELSEWHERE}/${name}`));
}

/** How many events of each type there are. */
export function census({ events }: Told): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** How many ways of leaving a CPU there were. */
export function statesOf({ events }: Told): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) if (event.type === "switch") counts[event.state] = (counts[event.state] ?? 0) + 1;
  return counts;
}

/** Threads that events are of, the idle tasks aside. */
export function threadsOf({ events }: Told): number {
  return new Set(events.map(({ pid }) => pid).filter((pid) => pid !== 0)).size;
}

/** True where each thread's events are in the order of their times. */
export function inOrder({ events }: Told): boolean {
  const last = new Map<number, number>();
  return events.every(({ pid, at }) => {
    const before = last.get(pid) ?? 0;
    last.set(pid, at);
    return pid === 0 || at >= before;
  });
}
