// The executor without threads: for small runs, tests, and wherever threads are unwelcome.

import { setImmediate as breathe } from "node:timers/promises";
import { type Build, Core, compileCore } from "../core.js";
import { Batches } from "./batches.js";
import { Collector } from "./collector.js";
import type { ExecuteOptions, Executor, Job, Outcome } from "./executor.js";
import { planRun } from "./plan.js";
import { runBatch } from "./run-batch.js";

/** Runs batch by batch in the calling thread, giving way to its other work between two batches. */
export class InProcessExecutor implements Executor {
  readonly workers = 0;
  #module: Promise<WebAssembly.Module> | undefined;

  constructor(private readonly build: Build = "release") {}

  async run(job: Job, { signal, onProgress }: ExecuteOptions = {}): Promise<Outcome> {
    this.#module ??= compileCore(this.build);
    const core = new Core(await this.#module, job.model);
    const batches = new Batches(planRun(job.model, job.policies.length, job.replicas), 1);
    const collector = new Collector(job);
    for (let batch = batches.next(); batch; batch = batches.next()) {
      signal?.throwIfAborted();
      const result = runBatch(core, job.policies[batch.policy], job.seed, batch);
      batches.took(batch, result.ms);
      collector.add(batch, result);
      onProgress?.(collector.progress());
      await breathe();
    }
    signal?.throwIfAborted();
    return collector.outcome();
  }

  async close(): Promise<void> {}
}
