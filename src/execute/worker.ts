// What a pool thread does (worker-thread.cts loads it). It gets the compiled module once (workerData) and a job's model with the first batch of that job.

import { deserialize } from "node:v8";
import { workerData } from "node:worker_threads";
import { Core } from "../core.js";
import type { BatchResult } from "./collector.js";
import type { Job } from "./executor.js";
import { runBatch } from "./run-batch.js";

/** A batch as it travels. The job is shared memory: sending it costs the same whatever its size. */
export interface BatchMessage {
  jobNumber: number; // unique in the pool
  job: SharedArrayBuffer; // a Job, as v8.serialize() writes it
  policy: number;
  first: number;
  count: number;
}

const module: WebAssembly.Module = workerData.module;
let current: { jobNumber: number; job: Job; core: Core } | undefined;

/** The thread's whole task. */
export default function run(message: BatchMessage): BatchResult {
  if (current?.jobNumber !== message.jobNumber) current = load(message);
  const { job, core } = current;
  return runBatch(core, job.policies[message.policy], job.seed, message);
}

function load({ jobNumber, job: bytes }: BatchMessage): NonNullable<typeof current> {
  const job: Job = deserialize(Buffer.from(new Uint8Array(bytes)));
  return { jobNumber, job, core: new Core(module, job.model) };
}
