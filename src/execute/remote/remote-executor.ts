// The executor on other machines: what has to be run goes into a queue, workers take it from there, results come back checked.

import { setTimeout as sleep } from "node:timers/promises";
import { decodeShard, ShardError } from "../../results/shard-file.js";
import { shardName } from "../../results/shard-key.js";
import type { ShardResult } from "../../results/shard-store.js";
import type { Build } from "../../wasm.js";
import type { ExperimentName, Experiments } from "../engine.js";
import type { ExecuteOptions, Executor, Job, Outcome, Progress } from "../executor.js";
import type { Shard } from "../plan.js";
import { runShards, type ShardSink } from "../run-shards.js";
import { type Clock, Collection, UnusableError } from "./collection.js";
import type { Crew } from "./crew.js";
import { type Order, shardOf, writeOrder } from "./messages.js";
import { orderOf } from "./order.js";
import { type PlannedShard, Planner } from "./planner.js";
import type { ShardQueue } from "./queue.js";

export interface RemoteOptions {
  build: Build;
  queue: ShardQueue;
  crew: Crew;
  /** For what cannot be sent away; made when it is needed. */
  local: () => Executor;
  /** Takes a line for people. */
  tell: (line: string) => void;
  clock?: Clock;
}

/** A shard by its name, and where runShards() knows it. */
interface SentShard extends PlannedShard {
  planned: Shard;
}

const WALL_CLOCK: Clock = { now: () => performance.now(), sleep: (ms) => sleep(ms) };
/** So long a run that ends tries to take back what it sent. */
const WITHDRAW_MS = 5000;

/** One job at a time. Closes its queue with itself. */
export class RemoteExecutor implements Executor {
  #local: Executor | undefined;
  #toldLocal = false;

  constructor(private readonly options: RemoteOptions) {}

  /** Threads of the workers seen last. */
  get workers(): number {
    return this.options.crew.threads;
  }

  async run<E extends ExperimentName>(
    job: Job<E>,
    options: ExecuteOptions = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    const { build } = this.options;
    const order = await orderOf(job, build);
    if (order === undefined) return this.#runHere(job, options);
    let note = () => "";
    const onProgress = (progress: Progress) => options.onProgress?.({ ...progress, note: noted(progress, note()) });
    return runShards(
      job,
      { ...options, onProgress },
      {
        build,
        run: async (shards, _plan, sink) => {
          const planner = new Planner(sentShards(order, shards), { tell: this.options.tell });
          note = () => [this.options.crew.note(), planner.note()].filter((part) => part !== "").join(", ");
          await this.#send(order, planner, sink, options);
          return undefined;
        },
      },
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#local?.close(), this.options.queue.close()]);
  }

  #runHere<E extends ExperimentName>(job: Job<E>, options: ExecuteOptions): Promise<Outcome<Experiments[E]["layout"]>> {
    if (!this.#toldLocal)
      this.options.tell("part of this is run here: its model is made of results, not of the scenario alone");
    this.#toldLocal = true;
    this.#local ??= this.options.local();
    return this.#local.run(job, options);
  }

  async #send(
    order: Order,
    planner: Planner<SentShard>,
    sink: ShardSink,
    { signal, drain }: ExecuteOptions,
  ): Promise<void> {
    const { queue, crew, tell, clock = WALL_CLOCK } = this.options;
    const keep = async ({ planned }: SentShard, bytes: Uint8Array) => {
      await sink.finished(planned, decoded(order, planned, bytes));
      sink.ran(planned.count);
    };
    const onTurn = () => sink.ran(0);
    const collection = new Collection({
      planner,
      crew,
      queue,
      order: writeOrder(order),
      keep,
      onTurn,
      tell,
      clock,
      signal,
      drain,
    });
    const running = collection.run();
    try {
      await untilAborted(running, signal);
    } catch (error) {
      running.catch(() => {}); // it may be waiting for a server that is away
      await Promise.race([collection.withdraw().catch(() => {}), clock.sleep(WITHDRAW_MS)]);
      throw error;
    }
  }
}

function noted({ note = "" }: Progress, own: string): string {
  return [note, own].filter((part) => part !== "").join("  ");
}

function sentShards(order: Order, shards: Shard[]): SentShard[] {
  return shards.map((planned) => ({ ...planned, planned, name: shardName(shardOf(order, planned)) }));
}

function decoded(order: Order, shard: Shard, bytes: Uint8Array): ShardResult {
  try {
    return decodeShard(shardOf(order, shard), bytes);
  } catch (error) {
    if (error instanceof ShardError) throw new UnusableError(error.message);
    throw error;
  }
}

/** `work`, or the signal's reason if that is earlier. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const ended = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: ended.signal });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    ended.abort();
  }
}
