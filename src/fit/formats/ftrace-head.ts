// What stands before the event on a line of ftrace: who, where, when. Names may hold spaces, brackets, colons and dashes.

import { TraceClock } from "./clock.js";
import { endOfDigits, isDigit, numberAt, skipSpaces, spacesBefore, startOfDigits } from "./digits.js";
import type { Head } from "./kernel-events.js";
import type { ThreadNames } from "./names.js";

const SPACE = 32;
const COLON = 58;
const MINUS = 45;
const OPEN = 40;
const CLOSE = 41;

export class FtraceHead implements Head {
  at = 0;
  cpu = 0;
  pid = 0;
  comm = "";
  /** The process; NaN: the line does not say. */
  tgid = Number.NaN;
  /** Where the event begins. */
  end = 0;
  /** There was all but a time in seconds. */
  strangeClock = false;
  private readonly clock = new TraceClock();

  constructor(private readonly names: ThreadNames) {}

  /** False: the line does not begin like this. */
  read(text: string): boolean {
    this.strangeClock = false;
    for (let open = text.indexOf(" ["); open > 0; open = text.indexOf(" [", open + 1)) {
      const close = endOfDigits(text, open + 2);
      if (close === open + 2 || !text.startsWith("] ", close)) continue;
      if (!this.whenFrom(text, close + 2) || !this.whoBefore(text, open)) continue;
      this.cpu = numberAt(text, open + 2);
      return true;
    }
    return false;
  }

  /** Flags, if there are any, and the time. */
  private whenFrom(text: string, from: number): boolean {
    let start = skipSpaces(text, from);
    if (this.timeAt(text, start)) return true;
    while (start < text.length && text.charCodeAt(start) !== SPACE) start++;
    return this.timeAt(text, skipSpaces(text, start));
  }

  private timeAt(text: string, from: number): boolean {
    const at = this.clock.read(text, from);
    if (Number.isNaN(at) || text.charCodeAt(this.clock.end) !== COLON) {
      const end = endOfDigits(text, from);
      if (end > from && text.charCodeAt(end) === COLON) this.strangeClock = true;
      return false;
    }
    this.at = at;
    this.end = skipSpaces(text, this.clock.end + 1);
    return true;
  }

  private whoBefore(text: string, to: number): boolean {
    const end = this.processBefore(text, spacesBefore(text, to));
    const digits = startOfDigits(text, end);
    if (digits === end || digits === 0 || text.charCodeAt(digits - 1) !== MINUS) return false;
    this.pid = numberAt(text, digits);
    this.comm = this.names.of(this.pid, text, Math.min(skipSpaces(text, 0), digits - 1), digits - 1);
    return true;
  }

  /** Where what stands before `(tgid)` ends, or (-----) where it was not kept. */
  private processBefore(text: string, to: number): number {
    this.tgid = Number.NaN;
    if (text.charCodeAt(to - 1) !== CLOSE) return to;
    let open = to - 2;
    while (isDigit(text.charCodeAt(open)) || text.charCodeAt(open) === SPACE || text.charCodeAt(open) === MINUS) open--;
    if (text.charCodeAt(open) !== OPEN) return to;
    this.tgid = numberAt(text, skipSpaces(text, open + 1));
    return spacesBefore(text, open);
  }
}
