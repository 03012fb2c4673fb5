// The worker's end of the queue on a Redis server, by BullMQ: takes shards as long as it lives, keeps their locks, leaves results and tells
// the planner. What it finds in the queue may be anybody's: of a job it reads the message alone.

import { setTimeout as sleep } from "node:timers/promises";
import type { Job as BullJob, JobJson, Worker, WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import { KEPT_SECONDS, SILENT_SECONDS } from "./bullmq-queue.js";
import { RefusedError } from "./collection.js";
import type { EngineName } from "./crew.js";
import { MESSAGE_LENGTH_MAX, MessageError, type Notice, ORDER_LENGTH_MAX, oneLine, readMessage } from "./messages.js";
import { asked, connect, loadPackages, readable } from "./redis-connection.js";
import { RedisKeys } from "./redis-keys.js";
import type { RedisAddress } from "./redis-url.js";
import { type ShardRunner, ShardWorker } from "./shard-worker.js";

export interface BullWorkerOptions {
  address: RedisAddress;
  /** As people name it. */
  queue: string;
  engine: EngineName;
  /** Unique among workers. */
  id: string;
  threads: number;
  /** So long without a sign of life, and its shards go to others. */
  lockMs: number;
  runner: ShardRunner<unknown>;
  /** Takes a line for people. */
  tell: (line: string) => void;
}

const BEAT_MS = 5000;
/** A shard whose workers died so often may be what they died of. */
const STALLED_MAX = 3;
/** After failures in a row a worker waits, twice as long each time, lest one that is broken spoils all shards there are. */
const PAUSE_MS = { least: 500, most: 30_000 };
/** Until a server is asked again that is full. */
const FULL_MS = 5000;
const REASON_MAX = 1000;

/** By the server's clock; those that were silent for long go. */
const BEAT = `
local now = redis.call('TIME')[1]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('EXPIRE', KEYS[1], 10 * ARGV[2])`;

export class BullWorker {
  readonly #sign: string;
  readonly #shards: ShardWorker<unknown>;
  #beat: NodeJS.Timeout | undefined;
  #worker: Worker | undefined;
  #failuresInARow = 0;

  private constructor(
    private readonly client: Redis,
    private readonly keys: RedisKeys,
    private readonly options: BullWorkerOptions,
  ) {
    const { id, threads, engine, runner } = options;
    this.#sign = JSON.stringify({ id, threads, ...engine });
    this.#shards = new ShardWorker(runner, (address) => this.#order(address));
  }

  /** Waits for a server that is not there. @throws RemoteError where that lets nobody in, RangeError where the queue's name is none */
  static async start(options: BullWorkerOptions): Promise<BullWorker> {
    const keys = new RedisKeys(options.queue, options.engine);
    const client = await connect(options.address, { patient: true, tell: options.tell });
    const self = new BullWorker(client, keys, options);
    self.#worker = await self.#listen();
    self.#beat = setInterval(() => void self.#giveSign(), BEAT_MS);
    await self.#giveSign();
    return self;
  }

  /** Takes no further shard; resolves when those that run are done and told. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    this.client.zrem(this.keys.workers, this.#sign).catch(() => {}); // whoever is silent is taken off as well
    await this.#worker?.close();
    this.client.disconnect();
  }

  async #listen(): Promise<Worker> {
    const { threads, lockMs, tell, address } = this.options;
    const settings: WorkerOptions = {
      connection: this.client,
      prefix: this.keys.prefix,
      skipVersionCheck: true,
      concurrency: threads,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: STALLED_MAX,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    };
    const StrictWorker = strictly((await loadPackages()).Worker);
    const worker = new StrictWorker(this.keys.lane, (job: BullJob) => this.#work(job), settings);
    worker.on("failed", (job, error) => void this.#failed(job, error));
    worker.on("stalled", (id) => void this.#stalled(id));
    worker.on("error", (error) => {
      if (isUnusual(error)) tell(oneLine(readable(error, address)));
    });
    return worker;
  }

  /** Leaves the result and tells of it before the job ends: one that has ended and left nothing is to be done again. */
  async #work({ id = "", data }: BullJob): Promise<void> {
    try {
      const bytes = await this.#shards.work(id, data);
      await this.#leave(id, data.order, Buffer.from(bytes));
      this.#failuresInARow = 0;
    } catch (error) {
      if (!(error instanceof MessageError)) await this.#pause();
      throw error;
    }
  }

  async #leave(shard: string, order: string, bytes: Buffer): Promise<void> {
    for (let told = false; ; told = true) {
      try {
        await asked(this.options.address, () => this.#write(shard, order, bytes));
        return;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        if (!told) this.options.tell(`the server does not take a result: ${error.message}; trying again`);
        await sleep(FULL_MS);
      }
    }
  }

  async #write(shard: string, order: string, bytes: Buffer): Promise<void> {
    await this.client.set(this.keys.result(shard), bytes, "EX", KEPT_SECONDS);
    await this.#tellPlanner(order, { what: "done", shard, reason: "" });
  }

  async #tellPlanner(order: string, what: Omit<Notice, "worker">): Promise<void> {
    const notice: Notice = { ...what, worker: this.options.id };
    const mail = this.keys.mail(order);
    await this.client.rpush(mail, JSON.stringify(notice));
    await this.client.expire(mail, KEPT_SECONDS);
  }

  /** Told here, and to the planner where the message says who that is. */
  async #failed(job: BullJob | undefined, error: Error): Promise<void> {
    const { address, tell } = this.options;
    const shard = job?.id ?? "";
    const reason = oneLine(readable(error, address)).slice(0, REASON_MAX);
    tell(`shard ${oneLine(shard).slice(0, 120)}: ${reason}`);
    await this.#tellOf(job?.data, { what: "failed", shard, reason });
  }

  async #stalled(id: string): Promise<void> {
    const job = await this.#worker
      ?.getBackend()
      .getJobData(id)
      .catch(() => undefined);
    if (job !== undefined && isShortJson(job.data))
      await this.#tellOf(JSON.parse(job.data), { what: "stalled", shard: id, reason: "" });
  }

  async #tellOf(data: unknown, what: Omit<Notice, "worker">): Promise<void> {
    try {
      await this.#tellPlanner(readMessage(data).order, what);
    } catch {
      // no planner's, or the server is away: the planner finds by looking that the shard is gone
    }
  }

  async #order(address: string): Promise<string | undefined> {
    const text = await this.client.getrange(this.keys.order(address), 0, ORDER_LENGTH_MAX);
    return text === "" ? undefined : text;
  }

  async #giveSign(): Promise<void> {
    if (this.client.status !== "ready") return;
    await this.client.eval(BEAT, 1, this.keys.workers, this.#sign, SILENT_SECONDS).catch(() => {});
  }

  async #pause(): Promise<void> {
    await sleep(Math.min(PAUSE_MS.most, PAUSE_MS.least * 2 ** this.#failuresInARow++));
  }
}

/** A Worker that takes of a job its message, if that is JSON of a message's size, and nothing that BullMQ would act on. */
function strictly(Base: typeof Worker): typeof Worker {
  return class extends Base {
    protected override createJob(json: JobJson, id: string): BullJob {
      const { name, timestamp, attemptsStarted, attemptsMade, stalledCounter, deferredFailure } = json;
      const data = isShortJson(json.data) ? json.data : "{}";
      const rest = { timestamp, attemptsStarted, attemptsMade, stalledCounter, deferredFailure };
      return super.createJob({ id, name, data, opts: {}, ...rest } as JobJson, id);
    }
  };
}

function isShortJson(text: string): boolean {
  if (text.length > MESSAGE_LENGTH_MAX) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Not of the connection, which tells of itself; not that a lock is gone, as after an outage. */
function isUnusual({ message }: Error): boolean {
  return !/ECONN|ETIMEDOUT|EPIPE|Connection is closed|lock/i.test(message);
}
