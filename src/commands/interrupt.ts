// Ctrl-C and SIGTERM. Where nothing is kept, the first Ctrl-C asks the work to stop; where shards are, the first of either lets those under
// way finish. The second is not waited for.

const EXIT_STATUS = 130;

/** Work ended by a signal: exit status 130. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor(message = "interrupted") {
    super(message);
  }
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

/** Runs `work` with a signal that asks it to finish what it has begun, on SIGINT and SIGTERM; the next one ends the process. */
export async function untilDrained<T>(work: (drain: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const drain = () => {
    if (controller.signal.aborted) process.exit(EXIT_STATUS);
    process.stderr.write(
      `${process.stderr.isTTY ? "\n" : ""}klpsim: finishing the shards under way; once more stops at once\n`,
    );
    controller.abort(new Interrupted());
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, drain);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of names) process.removeListener(name, drain);
  }
}

/** Resolves with the first SIGINT or SIGTERM, for what works until then; the second ends the process. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const onSignal = () => {
      if (told) process.exit(EXIT_STATUS);
      told = true;
      resolve();
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}
