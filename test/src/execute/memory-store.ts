// A store in memory, of the bytes that a file would hold.

import { decodeShard, encodeShard } from "../../../src/results/shard-file.js";
import { shardName } from "../../../src/results/shard-key.js";
import type { ShardStore } from "../../../src/results/shard-store.js";

export class MemoryStore implements ShardStore {
  readonly shards = new Map<string, Uint8Array>();
  read: ShardStore["read"] = async (key) => {
    const bytes = this.shards.get(shardName(key));
    return bytes && decodeShard(key, bytes);
  };
  write: ShardStore["write"] = async (key, result) => void this.shards.set(shardName(key), encodeShard(key, result));
}
