// What a pool thread does: it opens a job's engine with the first batch of that job. The build makes one CommonJS file of this and all it
// needs: thirty files would each be looked for and read at every start, and Node (seen with 20.20) aborts the whole process when a
// thread is ended inside a require() of an ES module.

import { deserialize } from "node:v8";
import type { Engine } from "./engine.js";
import { type Job, openEngine } from "./executor.js";
import { type BatchResult, runBatch } from "./run-batch.js";

/** A batch as it travels. The module and the job are shared: sending them costs the same whatever their size. */
export interface BatchMessage {
  jobNumber: number; // unique in the pool
  module: WebAssembly.Module;
  job: SharedArrayBuffer; // a Job, as v8.serialize() writes it
  variant: number;
  first: number;
  count: number;
}

let current: { jobNumber: number; job: Job; engine: Engine<unknown> } | undefined;

/** The thread's whole task. */
export default function run(message: BatchMessage): BatchResult<unknown> {
  if (current?.jobNumber !== message.jobNumber) current = load(message);
  return runBatch(current.engine, current.job, message);
}

function load({ jobNumber, module, job: bytes }: BatchMessage): NonNullable<typeof current> {
  const job: Job = deserialize(Buffer.from(new Uint8Array(bytes)));
  return { jobNumber, job, engine: openEngine(module, job) };
}
