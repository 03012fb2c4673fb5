// How far a long piece of work is, on stderr: one line that rewrites itself on a terminal, now and then a line in a log.

import { timeSpan, whole } from "./format.js";

const QUIET_MS = 2000; // work shorter than this says nothing in a log
const EVERY_MS = { terminal: 100, log: 10_000 };
const CLEAR_LINE = "\r\x1b[K";

export interface ProgressLine {
  /** Call as often as you like; `rate` is done a second, `note` what else there is to say. */
  show(done: number, total: number, rate: number, note?: string): void;
  /** Removes the line from a terminal. */
  end(): void;
}

/** `unit`: what is counted, in the plural. */
export function progressLine(stream: NodeJS.WriteStream, unit: string): ProgressLine {
  const every = stream.isTTY ? EVERY_MS.terminal : EVERY_MS.log;
  let shownAt = performance.now() + (stream.isTTY ? 0 : QUIET_MS) - every;
  let shown = false;
  return {
    show(done, total, rate, note = "") {
      const now = performance.now();
      if (now - shownAt < every || done >= total) return;
      shownAt = now;
      shown = true;
      const text = `${progressText(done, total, rate, unit)}${note === "" ? "" : `  ${note}`}`;
      stream.write(stream.isTTY ? `${CLEAR_LINE}${text.slice(0, (stream.columns || 80) - 1)}` : `${text}\n`);
    },
    end() {
      if (shown && stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}

/** `42%  16,800 of 40,000 transitions  1,980/s  12 s left` */
export function progressText(done: number, total: number, rate: number, unit: string): string {
  const share = `${Math.floor((100 * done) / total)}%`.padStart(3);
  const left = rate > 0 ? `  ${timeSpan((total - done) / rate)} left` : "";
  const speed = rate >= 10 ? whole(rate) : rate.toPrecision(2);
  return `${share}  ${whole(done)} of ${whole(total)} ${unit}  ${speed}/s${left}`;
}
