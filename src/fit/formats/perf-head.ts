// What stands before the event on a line of perf script: who, where, when. Names may hold spaces, brackets and digits.

import { TraceClock } from "./clock.js";
import { endOfDigits, numberAt, skipSpaces, spacesBefore, startOfDigits } from "./digits.js";
import type { Head } from "./kernel-events.js";
import type { ThreadNames } from "./names.js";

const SPACE = 32;
const SLASH = 47;
const COLON = 58;

export class PerfHead implements Head {
  at = 0;
  cpu = 0;
  pid = 0;
  comm = "";
  /** The process; NaN: the line does not say. */
  tgid = Number.NaN;
  /** Where the event begins. */
  end = 0;
  private readonly clock = new TraceClock();

  constructor(private readonly names: ThreadNames) {}

  /** False: the line does not begin like this. */
  read(text: string): boolean {
    for (let open = text.indexOf(" ["); open > 0; open = text.indexOf(" [", open + 1)) {
      const close = endOfDigits(text, open + 2);
      if (close === open + 2 || !text.startsWith("] ", close)) continue;
      if (!this.timeAt(text, skipSpaces(text, close + 2)) || !this.whoBefore(text, open)) continue;
      this.cpu = numberAt(text, open + 2);
      return true;
    }
    return this.withoutCpu(text);
  }

  /** `comm tid seconds: `, as fields without cpu are printed. */
  private withoutCpu(text: string): boolean {
    this.cpu = -1;
    for (let colon = text.indexOf(": "); colon > 0; colon = text.indexOf(": ", colon + 1)) {
      const fraction = startOfDigits(text, colon);
      if (fraction === colon || text.charAt(fraction - 1) !== ".") continue;
      const start = startOfDigits(text, fraction - 1);
      if (this.timeAt(text, start) && this.whoBefore(text, start)) return true;
    }
    return false;
  }

  private timeAt(text: string, from: number): boolean {
    const at = this.clock.read(text, from);
    if (Number.isNaN(at) || text.charCodeAt(this.clock.end) !== COLON) return false;
    this.at = at;
    this.end = skipSpaces(text, this.clock.end + 1);
    return true;
  }

  /** `comm tid`, `comm pid/tid`. */
  private whoBefore(text: string, to: number): boolean {
    const end = spacesBefore(text, to);
    let digits = startOfDigits(text, end);
    if (digits === end) return false;
    this.pid = numberAt(text, digits);
    this.tgid = Number.NaN;
    if (text.charCodeAt(digits - 1) === SLASH) {
      const process = startOfDigits(text, digits - 1);
      this.tgid = numberAt(text, process);
      digits = process;
    }
    if (digits > 0 && text.charCodeAt(digits - 1) !== SPACE) return false;
    const nameEnd = spacesBefore(text, digits);
    this.comm = this.names.of(this.pid, text, Math.min(skipSpaces(text, 0), nameEnd), nameEnd);
    return true;
  }
}
