// A run whose planner is the real one and whose workers, server, time and results are simulated, through as many deaths of the planner as asked for.

import type { Job } from "../../../../src/execute/executor.js";
import { InProcessExecutor } from "../../../../src/execute/in-process.js";
import { Crew } from "../../../../src/execute/remote/crew.js";
import { type ShardMessage, shardOf } from "../../../../src/execute/remote/messages.js";
import { orderOf } from "../../../../src/execute/remote/order.js";
import { RemoteExecutor } from "../../../../src/execute/remote/remote-executor.js";
import type { Counts } from "../../../../src/results/counts.js";
import { CountsSum } from "../../../../src/results/merge.js";
import { encodeShard } from "../../../../src/results/shard-file.js";
import { type ShardKey, shardName } from "../../../../src/results/shard-key.js";
import type { ShardResult, ShardStore } from "../../../../src/results/shard-store.js";
import { smallJob } from "../small-job.js";
import { FLEET_ENGINE, type FleetOptions, Killed, SimulatedFleet } from "./simulated-workers.js";

const { variants, ...small } = smallJob();
const JOB: Job<"transition"> = { ...small, variants: variants.slice(0, 1) };
const found = await orderOf(JOB, "release");
if (found === undefined) throw new Error("the small job cannot be sent");
const ORDER = found;
const DOWN_MS = 10_000;

export interface SimulatedRun extends Omit<FleetOptions, "bytes"> {
  /** One replica each. */
  shards: number;
  /** When planners are killed; the next one starts ten seconds later. */
  killsMs?: number[];
}

export async function simulatedRun({ shards, killsMs = [], ...options }: SimulatedRun) {
  const fleet = new SimulatedFleet({ ...options, bytes });
  const store = new KnownStore();
  const told: string[] = [];
  for (const killedMs of [...killsMs, undefined]) {
    try {
      const counts = await plannerLife(fleet, { shards, store, killedMs, tell: (line) => void told.push(line) });
      return { counts, fleet, store, told };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await fleet.clock.sleep(DOWN_MS);
    }
  }
  throw new Error("every planner was killed");
}

interface PlannerLife {
  shards: number;
  store: ShardStore;
  killedMs: number | undefined;
  tell: (line: string) => void;
}

async function plannerLife(fleet: SimulatedFleet, { shards, store, killedMs, tell }: PlannerLife): Promise<Counts> {
  const executor = new RemoteExecutor({
    build: "release",
    queue: fleet.connect(killedMs),
    crew: new Crew(FLEET_ENGINE, "start one", tell),
    local: () => new InProcessExecutor(),
    tell,
    clock: fleet.clock,
  });
  const { counts } = await executor.run({ ...JOB, replicas: shards }, { store, shards });
  return counts[0]!;
}

/** What the run shall come to. */
export function directSum(shards: number): Counts {
  const sum = new CountsSum();
  for (let first = 0; first < shards; first++) sum.add(countsOf({ first, count: 1 }));
  return sum.counts();
}

/** What a shard comes to, in place of what an engine counts: its replicas, a number of its own, a bucket, extremes. */
function countsOf({ first, count }: Pick<ShardKey, "first" | "count">): Counts {
  const own = (first * 2654435761) % 2 ** 32;
  return {
    index: Uint32Array.of(0, 7, 20 + (own % 50)),
    value: BigUint64Array.of(BigInt(count), BigInt(own), 1n),
    latencyMin: own % 1000,
    latencyMax: 1000 + (own % 100_000),
    lastSwitchMin: null,
    lastSwitchMax: null,
    worst: [{ replica: first, ticks: own }],
  };
}

function bytes(_shard: string, message: ShardMessage): Uint8Array {
  return encodeShard(shardOf(ORDER, message), { counts: countsOf(message) });
}

/** Remembers which shards it has, not what they came to: that is known. */
class KnownStore implements ShardStore {
  writes = 0;
  readonly #names = new Set<string>();
  read = async (key: ShardKey): Promise<ShardResult | undefined> =>
    this.#names.has(shardName(key)) ? { counts: countsOf(key) } : undefined;
  write: ShardStore["write"] = async (key) => {
    this.writes++;
    this.#names.add(shardName(key));
  };
}
