// Classes of whom is drawn together who starts where: those that rest, those that are ranked (docs/rules.md, 3).

import type { ClassModel } from "../../scenario/model.js";
import { saturate } from "./clock.js";
import { classUniform, DURATION, SPLIT, START, taskUniform } from "./draws.js";
import { drawAffected } from "./phase.js";
import { startTask } from "./start-task.js";
import { at, note, type Replica, type Task } from "./state.js";

export function startResting(replica: Replica, of: ClassModel, own: Task[]): void {
  const { phase, share } = of.resting as NonNullable<ClassModel["resting"]>;
  const restless = startSingly(replica, of, own, share, (other) => other !== phase);
  for (const task of own) {
    if (restless.has(task)) continue;
    task.phase = phase;
    task.state = "sleep";
    drawAffected(replica, task);
    note(replica, "rests");
  }
}

/** Those of a class, drawn by gaps, who do not start in what such a share of it does: they are in one of the other phases. */
function startSingly(
  replica: Replica,
  of: ClassModel,
  own: Task[],
  share: number,
  isOther: (phase: number) => boolean,
): Set<Task> {
  const found = new Set<Task>();
  let i = -1;
  for (let k = 0; ; k += 1) {
    i += 1 + replica.draws.geometric(share, classUniform(replica, of, START, k));
    const task = own[i];
    if (task === undefined) return found;
    found.add(task);
    startTask(replica, task, shareAmong(replica, task, isOther, 1 - share));
    note(replica, "starts singly");
  }
}

export function startRanked(
  replica: Replica,
  of: ClassModel,
  { phase: long, share, asleep }: NonNullable<ClassModel["ranked"]>,
  own: Task[],
): void {
  const isSleep = (phase: number): boolean => at(replica.model.phases, phase).mode === "sleep";
  const placed = startSingly(replica, of, own, asleep, (phase) => !isSleep(phase));
  const duration = at(replica.model.durations, at(replica.model.phases, long).duration);
  if (duration.kind !== "exponential") throw new Error("replay: a long sleep is exponential");
  const sleepers = own.length - placed.size;
  let exponent = 0;
  let name = 0;
  for (let drawn = 0; drawn < sleepers; drawn += 1) {
    const spacing = replica.draws.standardExponential(classUniform(replica, of, DURATION, drawn));
    exponent += spacing / (sleepers - drawn);
    const beyond = replica.draws.exponentialCdf(exponent) * asleep;
    if (beyond >= share) break;
    let task = own[0] as Task;
    do {
      task = at(own, Math.floor(own.length * classUniform(replica, of, SPLIT, name)));
      name += 1;
    } while (placed.has(task));
    placed.add(task);
    task.phase = long;
    task.state = "sleep";
    task.wakeAt = saturate(task.cpu.start + replica.draws.exceededTicks(duration.mean, beyond / share));
    drawAffected(replica, task);
    note(replica, "sleeps long");
  }
  for (const task of own) {
    if (placed.has(task)) continue;
    startTask(
      replica,
      task,
      shareAmong(replica, task, (phase) => isSleep(phase) && phase !== long, asleep - share),
    );
    note(replica, "sleeps lightly");
  }
}

/** A share that picks one of these phases, in all of which the class spends `among` of its time. */
function shareAmong(replica: Replica, task: Task, isOne: (phase: number) => boolean, among: number): number {
  let left = taskUniform(replica, task, START, 0) * among;
  let below = 0;
  let last = 0;
  for (const { phase, cumulative } of task.of.startShares) {
    const weight = cumulative - below;
    if (isOne(phase)) {
      last = below;
      if (left < weight) return below;
      left -= weight;
    }
    below = cumulative;
  }
  return last;
}
