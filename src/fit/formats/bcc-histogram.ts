// Tables of bcc's cpudist and runqlat (also -P, -L, --pidnss, -m, intervals): how many lengths were in each power of two. What was
// measured is said once, before the tables. They do not tell what follows what; text around them, as in examples, is left out.

import type { Quality } from "../quality.js";
import type { HistogramBin, TraceSum } from "../trace-event.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";

type Measured = Extract<TraceSum, { type: "histogram" }>["of"];

const BANNER = /^Tracing (on-CPU time|off-CPU time|run queue latency)\.\.\./;
const MEASURED: Record<string, Measured> = {
  "on-CPU time": "on-cpu",
  "off-CPU time": "off-cpu",
  "run queue latency": "run-queue",
};
const HEADING = /^ +(nsecs|usecs|msecs) +: count +distribution$/;
const UNIT: Record<string, number> = { nsecs: 1, usecs: 1e3, msecs: 1e6 };
const SECTION = /^(pid|tid|pidns) = (\d+)(?: +(\S.*?))? *$/;
const ROW = /^ *(\d{1,15}) -> (\d{1,15}) +: (\d{1,15}) +\|[* ]*\+?\|$/;
const LIKE_ROW = /^ *\d+ -> /;
const BINS_MAX = 64;

class BccHistogramReader implements LineReader {
  private measured: Measured | null = null;
  /** The task whose table comes next, and how many ns the unit of the one that is being read has. */
  private task: string | null = null;
  private unit: number | null = null;
  private bins: HistogramBin[] = [];

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const row = ROW.exec(text);
    const trouble = row === null ? this.noRow(text) : this.row(row);
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  end(): void {
    const { measured, task, bins } = this;
    if (measured !== null && bins.length > 0) {
      this.sink.sum({ type: "histogram", of: measured, task, bins });
      this.task = null;
    }
    this.bins = [];
  }

  private noRow(text: string): string | null {
    this.end();
    if (LIKE_ROW.test(text)) return "no row of a histogram";
    if (text.trim() === "" || text === "^C" || this.heading(text)) this.quality.other++;
    else this.quality.leftOut("text");
    return null;
  }

  private row(row: RegExpExecArray): string | null {
    const { unit } = this;
    if (this.measured === null) return "a histogram before any line that says what it is of (Tracing on-CPU time...)";
    if (unit === null) return "a histogram without its heading";
    if (this.bins.length >= BINS_MAX) return `a histogram with over ${BINS_MAX} rows`;
    const [low, high, count] = [Number(row[1]) * unit, (Number(row[2]) + 1) * unit, Number(row[3])];
    if (high <= low) return "a row that ends before it begins";
    if (count > 0) this.bins.push({ low, high, count });
    this.quality.other++;
    return null;
  }

  /** True if the line is of what the tables mean. */
  private heading(text: string): boolean {
    const banner = BANNER.exec(text)?.[1];
    if (banner !== undefined) {
      this.measured = MEASURED[banner]!;
      this.task = null;
      this.unit = null;
      return true;
    }
    const section = SECTION.exec(text);
    if (section !== null) this.task = section[3] ?? `${section[1] === "pidns" ? "pidns" : "pid"}-${section[2]}`;
    const unit = HEADING.exec(text)?.[1];
    if (unit !== undefined) this.unit = UNIT[unit]!;
    return section !== null || unit !== undefined;
  }
}

export const BCC_HISTOGRAM: TraceFormat = {
  name: "bcc-histogram",
  title: "bcc's cpudist and runqlat",
  recognise: (head) => (head.some((line) => HEADING.test(line) || BANNER.test(line)) ? 1 : 0),
  reader: (sink, quality) => new BccHistogramReader(sink, quality),
  tells: [],
};
