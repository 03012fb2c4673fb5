// Times as text tools print them, also those of day, to ns since the second in which the trace begins.

import { TraceClock } from "./clock.js";

const DAY_MINUTES = 1440;
const MINUTE = 6e10;
const OF_DAY = /^(?:(\d{4})-(\d\d)-(\d\d) )?(\d\d):(\d\d):$/;

export class TextClock {
  private readonly clock = new TraceClock();
  private days = 0;
  private last = 0;
  /** All before the seconds, as the last time had it, and which minute that is. */
  private prefix = "";
  private minute = Number.NaN;
  private firstMinute = Number.NaN;

  /**
   * Of text[from, to), as `1795225636.470379`, `17:46:22.794565804` or `2016-03-04 17:46:22.794565804`; NaN of anything else. A
   * time of day that is more than half a day before the last one is the next day's.
   */
  ns(text: string, from = 0, to = text.length): number {
    const seconds = text.lastIndexOf(":", to - 1) + 1;
    const minutes = seconds > from ? this.minutesOf(text, from, seconds) : 0;
    const at = this.clock.read(text, Math.max(seconds, from));
    return this.clock.end === to ? at + minutes * MINUTE : Number.NaN;
  }

  /** Since the trace's first. */
  private minutesOf(text: string, from: number, to: number): number {
    if (to - from !== this.prefix.length || !text.startsWith(this.prefix, from)) {
      this.prefix = text.slice(from, to);
      this.minute = this.minuteOf(this.prefix);
      if (Number.isNaN(this.firstMinute)) this.firstMinute = this.minute;
    }
    return this.minute - this.firstMinute;
  }

  private minuteOf(prefix: string): number {
    const time = OF_DAY.exec(prefix);
    if (time === null) return Number.NaN;
    const ofDay = Number(time[4]) * 60 + Number(time[5]);
    if (time[1] !== undefined) return Date.UTC(+time[1], +time[2]! - 1, +time[3]!) / 60_000 + ofDay;
    if (ofDay < this.last - DAY_MINUTES / 2) this.days++;
    this.last = ofDay;
    return this.days * DAY_MINUTES + ofDay;
  }
}
