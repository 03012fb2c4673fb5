// Work that shows on stderr how far it is, and that Ctrl-C ends.

import type { ExecuteOptions } from "../execute/executor.js";
import { RemoteError } from "../execute/remote/remote-error.js";
import { progressLine } from "../report/progress.js";
import { Failure } from "./failure.js";
import { untilInterrupted } from "./interrupt.js";
import type { Keeping } from "./out.js";
import { tell } from "./tell.js";

/** `unit`: what the work counts, in the plural; `keeping`: how its shards are kept. @throws Interrupted on SIGINT; what `work` throws. */
export function watched<T>(
  unit: string,
  work: (options: ExecuteOptions) => Promise<T>,
  keeping: Keeping = {},
): Promise<T> {
  const progress = progressLine(process.stderr, unit);
  const onProgress: ExecuteOptions["onProgress"] = ({ done, total, rate, note }) =>
    progress.show(done, total, rate, note);
  const run = (signal?: AbortSignal) => work({ ...keeping, signal, onProgress, onTrouble: tell });
  return (keeping.drain ? run() : untilInterrupted(run)).catch(told).finally(() => progress.end());
}

function told(error: unknown): never {
  throw error instanceof RemoteError ? new Failure(error.message) : error;
}
