// `comm [pid/]tid [cpu] seconds:`, as perf script has it. Names may hold spaces, brackets and digits.

import { numberAt, skipSpaces, spacesBefore, startOfDigits } from "./digits.js";
import { LineHead, type Who } from "./line-head.js";

const SPACE = 32;
const POINT = 46;
const SLASH = 47;

export class PerfHead extends LineHead {
  override read(text: string): boolean {
    return super.read(text) || this.withoutCpu(text);
  }

  protected override whoBefore(text: string, to: number): Who | null {
    const end = spacesBefore(text, to);
    const digits = startOfDigits(text, end);
    if (digits === end) return null;
    const process = text.charCodeAt(digits - 1) === SLASH ? startOfDigits(text, digits - 1) : digits;
    if (process > 0 && text.charCodeAt(process - 1) !== SPACE) return null;
    const pid = numberAt(text, digits);
    const nameEnd = spacesBefore(text, process);
    const comm = this.names.of(pid, text, Math.min(skipSpaces(text, 0), nameEnd), nameEnd);
    return { pid, tgid: process === digits ? Number.NaN : numberAt(text, process), comm };
  }

  protected override whenAfter(text: string, from: number): number {
    return this.clock.read(text, skipSpaces(text, from), ":");
  }

  /** `comm tid seconds:`, as it is where the CPU was not asked for. */
  private withoutCpu(text: string): boolean {
    for (let colon = text.indexOf(":"); colon > 0; colon = text.indexOf(":", colon + 1)) {
      const fraction = startOfDigits(text, colon);
      if (fraction === colon || text.charCodeAt(fraction - 1) !== POINT) continue;
      const start = startOfDigits(text, fraction - 1);
      const who = this.whoBefore(text, start);
      if (who !== null && this.take(who, -1, this.clock.read(text, start, ":"))) return true;
    }
    return false;
  }
}
