// What stands before the event on a line of ftrace and of perf script: who, on which CPU in brackets, when. Most lines of a CPU are
// about the thread that the one before was about: to compare takes a fifth of the time of reading.

import { TraceClock } from "./clock.js";
import { endOfDigits, numberAt } from "./digits.js";
import type { Head } from "./kernel-events.js";
import type { ThreadNames } from "./names.js";

const BRACKET = 93;
/** CPUs whose last line is known; each keeps its block of text alive. */
const SLOTS = 64;
/** Characters before the CPU, and more: no thread has such a name. A longer line may be made to be looked through again and again. */
export const HEAD_MAX = 512;

/** A thread, as what stands before the CPU says. */
export interface Who {
  pid: number;
  /** The process; NaN: the line does not say. */
  tgid: number;
  comm: string;
}

interface Beginning extends Who {
  /** Up to and with the CPU's bracket. */
  words: string;
  cpu: number;
}

export abstract class LineHead implements Head {
  at = 0;
  cpu = 0;
  pid = 0;
  tgid = Number.NaN;
  comm = "";
  /** Past the colon after the time. */
  end = 0;
  protected readonly clock = new TraceClock();
  private readonly lastOfCpus: (Beginning | undefined)[] = Array.from({ length: SLOTS });

  constructor(protected readonly names: ThreadNames) {}

  /** Reads the thread that text[0, to) names; null: it names none. */
  protected abstract whoBefore(text: string, to: number): Who | null;

  /** Reads the time that follows the CPU with `clock`. */
  protected abstract whenAfter(text: string, from: number): number;

  /** False: the line does not begin like this, and all is as it was. */
  read(text: string): boolean {
    const first = text.indexOf("[");
    if (first <= 0) return false;
    const slot = slotOf(text, first);
    const last = this.lastOfCpus[slot];
    if (last !== undefined && text.slice(0, last.words.length) === last.words)
      return this.take(last, last.cpu, this.whenAfter(text, last.words.length));
    for (let open = first; open > 0 && open < HEAD_MAX; open = text.indexOf("[", open + 1)) {
      const close = endOfDigits(text, open + 1);
      if (close === open + 1 || text.charCodeAt(close) !== BRACKET) continue;
      const who = this.whoBefore(text, open);
      if (who === null) continue;
      const cpu = numberAt(text, open + 1);
      if (!this.take(who, cpu, this.whenAfter(text, close + 1))) continue;
      this.lastOfCpus[slot] = { ...who, cpu, words: text.slice(0, close + 1) };
      return true;
    }
    return false;
  }

  /** False if `at` is not a time. */
  protected take({ pid, tgid, comm }: Who, cpu: number, at: number): boolean {
    if (Number.isNaN(at)) return false;
    this.at = at;
    this.cpu = cpu;
    this.pid = pid;
    this.tgid = tgid;
    this.comm = comm;
    this.end = this.clock.end + 1;
    return true;
  }
}

/** By the last two of three digits. */
function slotOf(text: string, bracket: number): number {
  return (10 * text.charCodeAt(bracket + 2) + text.charCodeAt(bracket + 3)) % SLOTS;
}
