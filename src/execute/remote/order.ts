// A job as an order, and an order as a job again, on whatever machine: what it compiles to must be what the order says, to the last bit.

import { contentHash } from "../../results/shard-key.js";
import { type Compiled, compileScenario, ScenarioError } from "../../scenario/index.js";
import { version } from "../../version.js";
import { BUILDS, type Build, moduleSha256 } from "../../wasm.js";
import type { Experiments } from "../engine.js";
import type { Job } from "../executor.js";
import { MessageError, type Order, oneLine } from "./messages.js";

/** undefined where another machine cannot make the job from its scenario alone, as one of a model that was changed afterwards. */
export async function orderOf(job: Job, build: Build): Promise<Order | undefined> {
  const { experiment, model, variants, seed, outcomes = false, source } = job;
  if (experiment !== "transition" || source === undefined) return undefined;
  const order: Order = {
    format: "klpsim order 1",
    experiment,
    model: contentHash(model),
    variants: variants.map(contentHash),
    seed: String(seed),
    outcomes,
    version,
    wasmSha256: await moduleSha256(experiment, build),
    scenario: JSON.parse(JSON.stringify(source)),
  };
  return compilesTo(order) === undefined ? undefined : order;
}

/** @throws MessageError where the scenario is wrong, or is another one here */
export function jobOf(order: Order): Job<"transition"> {
  const job = compilesTo(order);
  if (job === undefined)
    throw new MessageError(
      `its scenario is another one here (Node ${process.version}), not the model and policies that it names`,
    );
  return job;
}

function compilesTo(order: Order): Job<"transition"> | undefined {
  const { model, policies } = compiled(order.scenario);
  const byHash = new Map(policies.map((policy) => [contentHash(policy), policy]));
  const variants = order.variants.map((hash) => byHash.get(hash));
  if (contentHash(model) !== order.model || !variants.every(isThere)) return undefined;
  return {
    experiment: "transition",
    model,
    variants,
    replicas: 1,
    seed: BigInt(order.seed),
    outcomes: order.outcomes,
  };
}

function isThere(policy: Experiments["transition"]["variant"] | undefined) {
  return policy !== undefined;
}

function compiled(scenario: Record<string, unknown>): Compiled {
  try {
    return compileScenario(scenario);
  } catch (error) {
    if (error instanceof ScenarioError) throw new MessageError(oneLine(`scenario: ${error.message}`));
    throw error;
  }
}

/** Which of this klpsim's builds an order asks for. @throws MessageError where it is another klpsim's */
export async function buildOf(order: Order): Promise<Build> {
  const own: string[] = [];
  for (const build of BUILDS) {
    const digest = await moduleSha256(order.experiment, build);
    if (order.version === version && order.wasmSha256 === digest) return build;
    own.push(digest.slice(0, 12));
  }
  throw new MessageError(
    `wants klpsim ${oneLine(order.version)} with the module ${order.wasmSha256.slice(0, 12)}; this one is ${version} with ${own.join(" or ")}`,
  );
}
