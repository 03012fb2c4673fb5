// What a pool's Web Worker does: it opens a job's engine when it is told of one, then runs batch after batch.

import type { Engine } from "./execute/engine.js";
import { type Job, openEngine } from "./execute/executor.js";
import { runBatch } from "./execute/run-batch.js";
import type { FromWorker, LoadedJob, ToWorker } from "./execute/web-thread.js";

let next: LoadedJob | undefined;
let current: { number: number; job: Job; engine: Engine<unknown> } | undefined;

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if ("open" in data) next = data.open;
  else answer(data.batch);
});

function answer(batch: Extract<ToWorker, { batch: object }>["batch"]): void {
  try {
    const { engine, job } = opened();
    const result = runBatch(engine, job, batch);
    const { index, value } = result.counts;
    reply({ result }, [index.buffer, value.buffer]);
  } catch (error) {
    reply({ error });
  }
}

/** In the batch's turn, so that what goes wrong is the batch's answer. */
function opened(): NonNullable<typeof current> {
  const { number, module, job } = next!;
  if (current?.number !== number) current = { number, job, engine: openEngine(module, job) };
  return current;
}

function reply(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}
