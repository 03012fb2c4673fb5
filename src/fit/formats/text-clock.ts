// Times as text tools print them, also those of day, to ns since the second in which the trace begins.

import { TraceClock } from "./clock.js";

const DAY = 86400;
const OF_DAY = /^(?:(\d{4})-(\d\d)-(\d\d) )?(\d\d):(\d\d):(\d\d)\.(\d{1,9})$/;

export class TextClock {
  private readonly clock = new TraceClock();
  private days = 0;
  private last = 0;

  /**
   * Of `1795225636.470379`, `17:46:22.794565804` or `2016-03-04 17:46:22.794565804`; NaN of anything else. A time of day that is
   * more than half a day before the last one is the next day's.
   */
  ns(text: string): number {
    const time = OF_DAY.exec(text);
    if (time === null) {
      const at = this.clock.read(text, 0);
      return this.clock.end === text.length ? at : Number.NaN;
    }
    const second = (Number(time[4]) * 60 + Number(time[5])) * 60 + Number(time[6]);
    const days =
      time[1] === undefined ? this.dayOf(second) : Date.UTC(+time[1], +time[2]! - 1, +time[3]!) / (DAY * 1000);
    return this.clock.read(`${days * DAY + second}.${time[7]}`, 0);
  }

  private dayOf(second: number): number {
    if (second < this.last - DAY / 2) this.days++;
    this.last = second;
    return this.days;
  }
}
