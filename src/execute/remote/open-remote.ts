// The remote executor with a Redis server behind it, as --executor asks for one.

import type { Build } from "../../wasm.js";
import type { Executor } from "../executor.js";
import { BullQueue } from "./bullmq-queue.js";
import { Crew } from "./crew.js";
import { ownEngine, QUEUE } from "./redis-keys.js";
import { parseRedisUrl, shownAddress } from "./redis-url.js";
import { RemoteExecutor } from "./remote-executor.js";

export interface RemoteWork {
  /** The server: redis://[user:password@]host[:port][/db], or rediss:// for TLS. */
  url: string;
  /** As workers name it with --queue. */
  queue?: string | undefined;
  build: Build;
  local: () => Executor;
  /** Takes a line for people. */
  tell: (line: string) => void;
}

/** @throws RemoteError where the server is not there or cannot be used; RangeError where URL or queue are none */
export async function openRemote({
  url,
  queue: name = QUEUE,
  build,
  local,
  tell,
}: RemoteWork): Promise<RemoteExecutor> {
  const address = parseRedisUrl(url);
  const engine = await ownEngine();
  const queue = await BullQueue.open({ address, queue: name, engine, tell });
  const start = `klpsim worker ${shownAddress(address)}${name === QUEUE ? "" : ` --queue ${name}`}`;
  return new RemoteExecutor({ build, queue, crew: new Crew(engine, `start some with ${start}`, tell), local, tell });
}
