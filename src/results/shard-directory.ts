// The shards of a run, a file each, in the directory `shards` of the run's own.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readPlain } from "./plain-file.js";
import { decodeShard, encodeShard } from "./shard-file.js";
import { type ShardKey, shardName } from "./shard-key.js";
import { SHARDS, type ShardResult, type ShardStore } from "./shard-store.js";
import { makeDirectories, removeLeftovers, writeWhole } from "./whole-file.js";

/** Told of a file that is there and cannot be used. */
export type OnBroken = (file: string, reason: string) => void;

export class ShardDirectory implements ShardStore {
  private constructor(
    private readonly directory: string,
    private readonly names: Set<string>,
    private readonly onBroken: OnBroken,
  ) {}

  /** Makes it where it is not there. What is in it is looked up once, however many shards are asked for. */
  static async open(run: string, onBroken: OnBroken): Promise<ShardDirectory> {
    const directory = join(run, SHARDS);
    await makeDirectories(directory);
    await removeLeftovers(directory);
    const names = (await readdir(directory)).filter((name) => !name.startsWith("."));
    return new ShardDirectory(directory, new Set(names), onBroken);
  }

  /** Shards that are there. */
  get size(): number {
    return this.names.size;
  }

  /** Whether there is a file of it, whole or not. */
  has(key: ShardKey): boolean {
    return this.names.has(shardName(key));
  }

  async read(key: ShardKey): Promise<ShardResult | undefined> {
    const name = shardName(key);
    if (!this.names.has(name)) return undefined;
    const file = join(this.directory, name);
    try {
      return decodeShard(key, await readAgain(file));
    } catch (error) {
      this.names.delete(name);
      this.onBroken(file, (error as Error).message);
      return undefined;
    }
  }

  async write(key: ShardKey, result: ShardResult): Promise<void> {
    const name = shardName(key);
    await writeWhole(this.directory, name, encodeShard(key, result));
    this.names.add(name);
  }
}

/** Once more where another machine has replaced the file meanwhile (NFS). */
function readAgain(file: string): Promise<Buffer> {
  return readPlain(file).catch((error: NodeJS.ErrnoException) =>
    error.code === "ESTALE" ? readPlain(file) : Promise.reject(error),
  );
}
