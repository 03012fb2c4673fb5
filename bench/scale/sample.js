// Shards that nobody has to simulate: each comes to what one did, as if of its own replicas.

import { loadScenario } from "klpsim";
import { InProcessExecutor } from "../../dist/execute/in-process.js";
import { shardKeys } from "../../dist/execute/shard-keys.js";
import { optionsOf, referenceTo } from "../scenarios.js";

/** Of about two seconds. */
const REPLICAS = { "busy-vcpus": 300_000, "fleet-host": 3000 };

/** A job of so many shards of one policy, their keys, and what they come to. */
export async function sampleOf(name, shards) {
  const { scenario: text, ...options } = optionsOf(referenceTo(name));
  const { scenario: source, model, policies: variants, seed } = loadScenario(text, options);
  const count = REPLICAS[name];
  const job = { experiment: "transition", model, variants, replicas: count * shards, seed, source };
  const { counts } = await new InProcessExecutor().run({ ...job, replicas: count });
  const [of] = counts;
  const result = ({ first }) => ({
    counts: { ...of, worst: of.worst.map(({ replica, ticks }) => ({ replica: first + replica, ticks })) },
  });
  const planned = Array.from({ length: shards }, (_, n) => ({ variant: 0, first: n * count, count }));
  return { job, planned, result, keyOf: await shardKeys(job, "release") };
}
