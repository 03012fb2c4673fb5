// What a shard is of. A shard is a range of replicas of one variant, the unit in which a run is kept, resumed and sent away; its bytes
// follow from its key and from nothing else, so that whoever has the key can make them, and can tell whether they are what was asked for.

import { sha256 } from "../scenario/sha256.js";

/** Everything that a shard's bytes follow from. */
export interface ShardKey {
  experiment: string;
  /** SHA-256, hex, of the model's content and of the variant's: contentHash(). */
  model: string;
  variant: string;
  /** Decimal: all 64 bits. */
  seed: string;
  first: number;
  count: number;
  /** As the job asks for them. */
  outcomes: boolean | "prompts";
  /** Of klpsim, whose host side is part of the engine, and of its module. */
  version: string;
  wasmSha256: string;
}

const DIGITS = 12;
const SUFFIX = { false: "", true: "-each", prompts: "-prompts" };

/** A file's name and a queue's id: one for each shard of a version of klpsim. */
export function shardName({ model, variant, seed, first, count, outcomes }: ShardKey): string {
  return `${model.slice(0, DIGITS)}-${variant.slice(0, DIGITS)}-${seed}-${first}-${count}${SUFFIX[`${outcomes}`]}`;
}

/** What follows from the rest; its last bit may be another where exp and log are. */
const DERIVED = ["hash", "startShares", "share", "asleep"];

/**
 * Of a model or a variant as it is: also of models made of another, which carry that one's `hash`, as those with another horizon
 * or without a class do.
 */
export function contentHash(content: object): string {
  const plain = (name: string, value: unknown) =>
    DERIVED.includes(name) ? undefined : ArrayBuffer.isView(value) ? Array.from(value as Uint32Array) : value;
  return sha256(JSON.stringify(content, plain));
}
