// What a worker makes of a message: the shard that it asks for, as bytes, or a refusal in one line. Nothing in a message reaches a file, a
// module or the shell: it names an order by its hash, and replicas; the order is a scenario, judged as a file's is.

import { encodeShard } from "../../results/shard-file.js";
import { type ShardKey, shardName } from "../../results/shard-key.js";
import type { ShardResult } from "../../results/shard-store.js";
import type { Build } from "../../wasm.js";
import type { Job } from "../executor.js";
import { MessageError, type Order, readMessage, readOrder, type ShardMessage, shardOf } from "./messages.js";
import { buildOf, jobOf } from "./order.js";

/** Who simulates: threads, or whoever stands in for them. */
export interface ShardRunner<Loaded> {
  load(job: Job, build: Build): Promise<Loaded>;
  run(loaded: Loaded, shard: ShardMessage): Promise<ShardResult>;
}

interface OpenOrder<Loaded> {
  order: Order;
  loaded: Loaded;
}

const ORDERS_OPEN = 8;

export class ShardWorker<Loaded> {
  /** Used last at the end. */
  readonly #open = new Map<string, Promise<OpenOrder<Loaded>>>();

  /** `fetch`: an order's text by its address, undefined where there is none. */
  constructor(
    private readonly runner: ShardRunner<Loaded>,
    private readonly fetch: (address: string) => Promise<string | undefined>,
  ) {}

  /** @throws MessageError where `data` asks for nothing that can be done; what the runner throws */
  async work(id: string, data: unknown): Promise<Uint8Array> {
    const message = readMessage(data);
    const { order, loaded } = await this.#orderOf(message.order);
    const key = shardOf(order, message);
    checkName(id, key);
    return encodeShard(key, await this.runner.run(loaded, message));
  }

  async #orderOf(address: string): Promise<OpenOrder<Loaded>> {
    const opening = this.#open.get(address) ?? this.#openOrder(address);
    this.#open.delete(address);
    this.#open.set(address, opening);
    for (const oldest of this.#open.keys()) if (this.#open.size > ORDERS_OPEN) this.#open.delete(oldest);
    try {
      return await opening;
    } catch (error) {
      if (this.#open.get(address) === opening) this.#open.delete(address); // it may be there the next time
      throw error;
    }
  }

  async #openOrder(address: string): Promise<OpenOrder<Loaded>> {
    const text = await this.fetch(address);
    if (text === undefined) throw new MessageError("its order is not there any more");
    const order = readOrder(address, text);
    const build = await buildOf(order);
    return { order, loaded: await this.runner.load(jobOf(order), build) };
  }
}

function checkName(id: string, key: ShardKey): void {
  const name = shardName(key);
  if (id !== name) throw new MessageError(`asks for shard ${name} under another name`);
}
