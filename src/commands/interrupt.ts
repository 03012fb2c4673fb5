// Ctrl-C: the first asks the work to stop, the second is not caught.

/** A run ended by SIGINT: exit status 130. */
export class Interrupted extends Error {
  override name = "Interrupted";
  override message = "interrupted";
}

/** Runs `work` with a signal that aborts, with Interrupted as its reason, on SIGINT. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  process.once("SIGINT", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}
