// What `perf trace` prints. A line's time is when its call began, also where the line ends a call whose beginning was printed
// before (`... [continued]`). It does not tell CPUs, switches or wake-ups; other events than calls, and -s, are of no use here.

import type { Quality } from "../quality.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { shareOf } from "./recognised.js";
import { resultOf } from "./result.js";
import { TextClock } from "./text-clock.js";
import { Words } from "./words.js";

const HEAD = /^ *(\d+\.\d+|\?) (?:\( *(?:(\d{1,12}\.\d+) ms *)?\):? )?/;
const WHO = /^(?:(?:(.+?)\/)?(\d{1,10}) )?(?= ?\.\.\. \[continued\]: |[A-Za-z_][\w:-]*[( ])/;
const ENDED = /^ ?\.\.\. \[continued\]: (\w+)\(\)\) += ?(.*)$/;
const CALL = /^([a-z_][a-z0-9_]*)\(/;
const OTHER_EVENT = /^([\w-]+:[\w:-]+|m[ai][jn]fault)[( ]/;
const CHILD = /^(\d+) \((.*)\)$/;
const LOST = /^LOST (\d+) events/;
const OWN = /^ *(?:\d+\.\d+|\?) (?:\( *(?:\d+\.\d+ ms *)?\)|.+\/\d+ [\w-]+:[\w:-]+\()/;
const FORKS = new Set(["fork", "vfork", "clone", "clone3"]);
/** One thread alone is traced: its lines do not say which. */
const ONLY_PID = 1;

interface Who {
  pid: number;
  comm: string;
}

class PerfTraceReader implements LineReader {
  private readonly clock = new TextClock();
  /** Calls and names of tasks. */
  private readonly words = new Words();
  /** When the line before was printed, ns. */
  private printed = 0;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const head = HEAD.exec(text);
    const lost = LOST.exec(text);
    if (lost !== null) this.lost(Number(lost[1]));
    else if (head === null) this.untimed(text, number);
    else if (!this.timed(head, text.slice(head[0].length))) this.quality.unread(number, text, "no call of perf trace");
  }

  end(): void {}

  private lost(events: number): void {
    this.quality.lost(events);
    this.sink.gap(this.printed, -1);
  }

  /** Headings and tables of -s. */
  private untimed(text: string, number: number): void {
    if (/^ *\d/.test(text)) this.quality.unread(number, text, "no time, or no duration in brackets");
    else this.quality.other++;
  }

  /** True if it can be read. */
  private timed(head: RegExpExecArray, words: string): boolean {
    const who = WHO.exec(words);
    if (who === null) return false;
    const at = head[1] === "?" ? null : this.clock.ns(milliseconds(head[1]!));
    if (Number.isNaN(at)) return false;
    const lasted = head[2] === undefined ? null : Math.round(Number(head[2]) * 1e6);
    const task = { pid: Number(who[2] ?? ONLY_PID), comm: this.words.of(who[1] ?? `pid-${who[2] ?? ONLY_PID}`) };
    const body = words.slice(who[0].length);
    const ended = ENDED.exec(body);
    if (ended !== null) return this.ended(task, at, lasted, this.words.of(ended[1]!), ended[2]!);
    const call = CALL.exec(body)?.[1];
    if (call !== undefined && at !== null) return this.called(task, at, lasted, this.words.of(call), body);
    const other = OTHER_EVENT.exec(body)?.[1];
    if (other !== undefined) this.quality.leftOut(other);
    return other !== undefined;
  }

  /** rt_sigreturn's end is never printed: it takes no time. */
  private called(who: Who, at: number, lasted: number | null, call: string, body: string): boolean {
    const equals = body.lastIndexOf(") ");
    const returned = /^\) +(?:= ?(.*)|\.\.\.)$/.exec(body.slice(equals));
    if (equals < 0 || returned === null) return false;
    this.printed = at + (lasted ?? 0);
    if (call === "rt_sigreturn" && lasted === null) {
      this.quality.leftOut(call);
      return true;
    }
    this.sink.event({ at, cpu: -1, ...who, type: "enter", call });
    if (returned[1] !== undefined && lasted !== null) this.returned(who, at + lasted, call, returned[1]);
    return true;
  }

  /** Without a time the call began before the trace: it ends when the line before was printed, or little later. */
  private ended(who: Who, at: number | null, lasted: number | null, call: string, result: string): boolean {
    if (at !== null && lasted === null) return false;
    if (at === null && FORKS.has(call))
      this.quality.other++; // a new task's first return
    else this.returned(who, at === null ? this.printed : at + lasted!, call, result);
    return true;
  }

  private returned(who: Who, at: number, call: string, text: string): void {
    this.printed = at;
    const result = resultOf(text);
    this.sink.event({ at, cpu: -1, ...who, type: "exit", call, result });
    if (!FORKS.has(call) || result === null || result <= 0) return;
    const childComm = this.words.of(CHILD.exec(text)?.[2] ?? who.comm);
    this.sink.event({ at, cpu: -1, ...who, type: "fork", child: result, childComm });
  }
}

/** As seconds: `1735736.774` is 1735.736774. */
function milliseconds(text: string): string {
  const [whole, fraction] = text.split(".");
  const digits = whole!.padStart(4, "0");
  return `${digits.slice(0, -3)}.${digits.slice(-3)}${fraction}`;
}

export const PERF_TRACE: TraceFormat = {
  name: "perf-trace",
  title: "perf trace",
  recognise: (head) => shareOf(head, OWN),
  reader: (sink, quality) => new PerfTraceReader(sink, quality),
  tells: ["calls"],
};
