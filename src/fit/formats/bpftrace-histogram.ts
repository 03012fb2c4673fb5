// Maps of bpftrace's hist() and lhist(). A map says by its name what it is of and in which unit: @oncpu_ns[comm], @offcpu_us,
// @runq_us[comm, pid]; that of bpftrace's own runqlat.bt (@usecs) is known by the tool's first line. Other maps are left out.
// They do not tell what follows what.

import type { Quality } from "../quality.js";
import type { HistogramBin, TraceSum } from "../trace-event.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";

type Measured = Extract<TraceSum, { type: "histogram" }>["of"];

const RUNQLAT = /^Tracing CPU scheduler\.\.\. /;
const MAP = /^@(\w*)(?:\[(.*)\])?: *$/;
const VALUE = /^@\w*(?:\[.*\])?: \S/;
const N = String.raw`(-?\d{1,15})([KMGTP]?)`;
const ROW = new RegExp(
  String.raw`^(?:\[${N}(?:, ${N}([)\]])|\])|\(\.\.\., ${N}[)\]]|\[${N}, \.\.\.\)) +(\d{1,15}) +\|[@ ]*\|$`,
);
const LIKE_ROW = /^[[(](?:-?\d|\.\.\.).*\|/;
const OF_BPFTRACE = /^(?:Attach(?:ing|ed) \d+ probes?|\^C|Tracing )/;
const LOST = /^Lost (\d+) events$/;
const SCALE: Record<string, number> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };
const BINS_MAX = 1024;

const NAMED: [RegExp, Measured][] = [
  [/^on_?cpu/i, "on-cpu"],
  [/^off_?cpu|^blocked/i, "off-cpu"],
  [/^run_?q|^run_?lat/i, "run-queue"],
];
const UNITS: [RegExp, number][] = [
  [/(?:_|^)(?:ns|nsecs)$/i, 1],
  [/(?:_|^)(?:us|usecs)$/i, 1e3],
  [/(?:_|^)(?:ms|msecs)$/i, 1e6],
];

interface Table {
  of: Measured;
  unit: number;
  task: string | null;
  bins: HistogramBin[];
}

class BpftraceHistogramReader implements LineReader {
  private runqlat = false;
  /** The map that is being read; `unknown`: one that does not say what it is of. */
  private table: Table | "unknown" | null = null;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const row = ROW.exec(text);
    const trouble = row === null ? this.noRow(text) : this.row(row);
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  private noRow(text: string): string | null {
    this.end();
    const map = MAP.exec(text);
    const lost = LOST.exec(text);
    if (RUNQLAT.test(text)) this.runqlat = true;
    if (map !== null) this.begin(map[1]!, map[2]);
    else if (VALUE.test(text)) this.quality.leftOut("map without a histogram");
    else if (lost !== null) this.quality.lost(Number(lost[1]));
    else if (LIKE_ROW.test(text)) return "no row of a histogram";
    else if (text.trim() === "" || OF_BPFTRACE.test(text)) this.quality.other++;
    else this.quality.leftOut("text");
    return null;
  }

  end(): void {
    if (this.table !== null && this.table !== "unknown" && this.table.bins.length > 0) {
      const { of, task, bins } = this.table;
      this.sink.sum({ type: "histogram", of, task, bins });
    }
    this.table = null;
  }

  private begin(name: string, key: string | undefined): void {
    const of = this.runqlat && name === "usecs" ? "run-queue" : NAMED.find(([pattern]) => pattern.test(name))?.[1];
    const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
    if (of === undefined) this.quality.leftOut(`map @${name.slice(0, 64)}`);
    else this.quality.other++;
    this.table = of === undefined ? "unknown" : { of, unit, task: taskOf(key), bins: [] };
  }

  /** `[4]`, `[4, 8)`, `[1K, 2K)`, `(..., 0)`, `[5000, ...)`. */
  private row(row: RegExpExecArray): string | null {
    const { table } = this;
    if (table === null) return "a row before any map's name";
    if (table !== "unknown") {
      const { low, high, count } = binOf(row);
      if (high <= low) return "a row that ends before it begins";
      if (table.bins.length >= BINS_MAX) return `a histogram with over ${BINS_MAX} rows`;
      const from = Math.max(0, low) * table.unit;
      if (count > 0 && high > 0) table.bins.push({ low: from, high: high * table.unit, count });
    }
    this.quality.other++;
    return null;
  }
}

/** `[4]`, `[4, 8)`, `[1K, 2K)`, `(..., 0)`, `[5000, ...)`, in the map's unit. */
function binOf(row: RegExpExecArray): HistogramBin {
  const low = scaled(row[1] ?? row[8], row[2] ?? row[9]) ?? Number.NEGATIVE_INFINITY;
  const last = row[8] === undefined ? low + 1 : Number.POSITIVE_INFINITY;
  const till = scaled(row[3] ?? row[6], row[4] ?? row[7]) ?? last;
  return { low, high: row[5] === "]" ? till + 1 : till, count: Number(row[10]) };
}

function scaled(digits: string | undefined, suffix: string | undefined): number | null {
  return digits === undefined ? null : Number(digits) * SCALE[suffix ?? ""]!;
}

/** A name in the key is the task's, else its id. */
function taskOf(key: string | undefined): string | null {
  if (key === undefined) return null;
  const parts = key.split(",").map((part) => part.trim());
  return parts.find((part) => !/^\d+$/.test(part)) ?? `pid-${parts[0]}`;
}

export const BPFTRACE_HISTOGRAM: TraceFormat = {
  name: "bpftrace-histogram",
  title: "bpftrace's hist() and lhist()",
  recognise: (head) => (head.some((line, i) => MAP.test(line) && ROW.test(head[i + 1] ?? "")) ? 1 : 0),
  reader: (sink, quality) => new BpftraceHistogramReader(sink, quality),
  tells: [],
};
