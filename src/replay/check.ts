// A replica as the engine counted it against the same one as the plain implementation tells it: the first difference, or none.

import type { ReplicaTrace } from "../core.js";
import { COUNTERS } from "../results/counts.js";
import { MECHANISMS, type Model } from "../scenario/model.js";

export interface TraceDifference {
  what: string;
  engine: unknown;
  plain: unknown;
}

/** The earliest switch on which they differ, else the first other thing; null if they agree. */
export function firstDifference(model: Model, engine: ReplicaTrace, plain: ReplicaTrace): TraceDifference | null {
  const pairs = [...switches(model, engine, plain), ...outcome(engine, plain)];
  return pairs.find((pair) => pair.engine !== pair.plain) ?? null;
}

function switches(model: Model, engine: ReplicaTrace, plain: ReplicaTrace): TraceDifference[] {
  const rows = [...plain.switchAt.keys()].map((task) => ({
    at: Math.min(positive(engine.switchAt[task]), positive(plain.switchAt[task])),
    what: `task ${task} (${model.classes[model.tasks.classOf[task] ?? -1]?.name})`,
    engine: told(engine.switchAt[task], engine.mechanism[task]),
    plain: told(plain.switchAt[task], plain.mechanism[task]),
  }));
  const idle = [...plain.idleSwitchAt.keys()].map((cpu) => ({
    at: Math.min(positive(engine.idleSwitchAt[cpu]), positive(plain.idleSwitchAt[cpu])),
    what: `idle task of CPU ${cpu}`,
    engine: told(engine.idleSwitchAt[cpu], engine.idleMechanism[cpu]),
    plain: told(plain.idleSwitchAt[cpu], plain.idleMechanism[cpu]),
  }));
  return [...rows, ...idle].sort((a, b) => a.at - b.at);
}

function positive(time: number | undefined): number {
  return time === undefined || time < 0 ? Number.POSITIVE_INFINITY : time;
}

function told(time: number | undefined, mechanism: number | undefined): string {
  return `${MECHANISMS[mechanism ?? -1]} at ${time}`;
}

function* outcome(engine: ReplicaTrace, plain: ReplicaTrace): Generator<TraceDifference> {
  for (const what of ["tries", "rounds", "lastSwitch", "decided", "completed", "complete"] as const)
    yield { what, engine: engine[what], plain: plain[what] };
  yield { what: "blamed phase", engine: engine.blame.phase, plain: plain.blame.phase };
  yield { what: "blamed mechanism", engine: engine.blame.mechanism, plain: plain.blame.mechanism };
  for (const what of COUNTERS)
    yield { what: `counter ${what}`, engine: engine.counters[what], plain: plain.counters[what] };
}
