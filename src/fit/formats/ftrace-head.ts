// `comm-pid  (tgid) [cpu] flags seconds:`, as ftrace has it. Names may hold spaces, brackets, colons and dashes.

import { isDigit, numberAt, skipSpaces, spacesBefore, startOfDigits } from "./digits.js";
import { HEAD_MAX, LineHead, type Who } from "./line-head.js";

const SPACE = 32;
const MINUS = 45;
const OPEN = 40;
const CLOSE = 41;

export class FtraceHead extends LineHead {
  protected override whoBefore(text: string, to: number): Who | null {
    const before = spacesBefore(text, to);
    const process = text.charCodeAt(before - 1) === CLOSE ? openBefore(text, before - 1) : -1;
    const end = process < 0 ? before : spacesBefore(text, process);
    const digits = startOfDigits(text, end);
    if (digits === end || text.charCodeAt(digits - 1) !== MINUS) return null;
    const pid = numberAt(text, digits);
    const comm = this.names.of(pid, text, Math.min(skipSpaces(text, 0), digits - 1), digits - 1);
    return { pid, tgid: process < 0 ? Number.NaN : numberAt(text, skipSpaces(text, process + 1)), comm };
  }

  /** There may be flags before it, none in old kernels. */
  protected override whenAfter(text: string, from: number): number {
    const start = skipSpaces(text, from);
    const at = isDigit(text.charCodeAt(start)) ? this.clock.read(text, start, ":") : Number.NaN;
    return Number.isNaN(at) ? this.clock.read(text, skipSpaces(text, endOfFlags(text, start)), ":") : at;
  }
}

/** A task, a CPU and a whole number for a time: of a clock that does not count seconds. */
export function hasStrangeClock(text: string): boolean {
  return /-\d+ .*\[\d+\] .*\b\d+: /.test(text.slice(0, HEAD_MAX));
}

/** Where the bracket before `(tgid)` is, or (-----) where it was not kept; -1: there is none. */
function openBefore(text: string, to: number): number {
  let at = to - 1;
  for (let code = text.charCodeAt(at); isDigit(code) || code === SPACE || code === MINUS; code = text.charCodeAt(--at));
  return text.charCodeAt(at) === OPEN ? at : -1;
}

function endOfFlags(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== SPACE) at++;
  return at;
}
