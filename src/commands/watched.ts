// Work that shows on stderr how far it is, and that Ctrl-C ends.

import type { ExecuteOptions } from "../execute/executor.js";
import { progressLine } from "../report/progress.js";
import { untilInterrupted } from "./interrupt.js";

/** `unit`: what the work counts, in the plural. @throws Interrupted on SIGINT; what `work` throws. */
export function watched<T>(unit: string, work: (options: ExecuteOptions) => Promise<T>): Promise<T> {
  const progress = progressLine(process.stderr, unit);
  const onProgress: ExecuteOptions["onProgress"] = ({ done, total, rate, note }) =>
    progress.show(done, total, rate, note);
  return untilInterrupted((signal) => work({ signal, onProgress })).finally(() => progress.end());
}
