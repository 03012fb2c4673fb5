// The alarms that end rests, of classes and of crowded CPUs (docs/rules.md, 3).

import type { ClassModel } from "../../scenario/model.js";
import { CLASS_ENTITY, CPU_ENTITY, DURATION, SPLIT } from "./draws.js";
import { at, type Cpu, note, type Replica, type Task } from "./state.js";

/** Every alarm of the replica: of crowded CPUs by CPU, of all others by class. */
export function setAlarms(replica: Replica): void {
  const crowded = new Set<Cpu>();
  for (const cpu of replica.cpus) {
    const tasks = replica.tasks.filter((task) => task.parent === null && task.cpu === cpu);
    const runners = tasks.filter((task) => task.of.usesCpu && task.of.resting === null);
    let rate = 0;
    const resting: { own: Task[]; mean: number; before: number }[] = [];
    for (const of of replica.model.classes) {
      const own = tasks.filter((task) => task.of === of && of.resting !== null);
      if (own.length === 0) continue;
      const mean = meanRest(replica, of);
      resting.push({ own, mean, before: rate });
      rate += own.length / mean;
    }
    if (runners.length < 2 || resting.length === 0 || 1 / rate < 1000) continue;
    crowded.add(cpu);
    listCrowdAlarms(replica, cpu, rate, resting);
  }
  for (const of of replica.model.classes) {
    const own = replica.tasks.filter((task) => task.of === of && task.parent === null && !crowded.has(task.cpu));
    if (of.resting !== null && own.length > 0) listAlarms(replica, of, own);
  }
  for (const task of replica.tasks) task.alarms.sort((a, b) => a - b);
}

function meanRest(replica: Replica, of: ClassModel): number {
  const phase = at(replica.model.phases, of.resting?.phase ?? 0);
  const duration = at(replica.model.durations, phase.duration);
  if (duration.kind !== "exponential") throw new Error("replay: a resting phase is exponential");
  return duration.mean;
}

function listCrowdAlarms(
  replica: Replica,
  cpu: Cpu,
  rate: number,
  resting: { own: Task[]; mean: number; before: number }[],
): void {
  const { settle, horizon } = replica.model;
  const uniform = (purpose: number, n: number): number => replica.draws.uniform(CPU_ENTITY + cpu.number, purpose, n);
  const cell = Math.floor(4 / rate);
  for (let n = 0; n * cell - settle <= horizon; n += 1) {
    let passed = 0;
    for (let k = 64 * n; ; k += 1) {
      passed += (1 / rate) * replica.draws.standardExponential(uniform(DURATION, k));
      if (passed >= cell) break;
      const when = n * cell - settle + Math.floor(passed);
      const share = rate * uniform(SPLIT, k);
      const { own, mean, before } = resting.findLast((row) => row.before <= share) ?? at(resting, 0);
      const name = Math.min(Math.floor((share - before) * mean), own.length - 1);
      if (when > cpu.start) at(own, name).alarms.push(when);
      note(replica, "alarm of a CPU's own");
    }
  }
}

/** Every alarm of these, cell by cell. */
function listAlarms(replica: Replica, of: ClassModel, own: Task[]): void {
  const { settle, horizon } = replica.model;
  const mean = meanRest(replica, of);
  const entity = CLASS_ENTITY + replica.model.classes.indexOf(of);
  const cell = Math.floor(mean / (4 * own.length));
  for (let n = 0; n * cell - settle <= horizon; n += 1) {
    const alarms = replica.draws.poisson((cell * own.length) / mean, replica.draws.uniform(entity, DURATION, n));
    for (let k = 1; k <= alarms; k += 1) {
      const when = n * cell - settle + Math.floor(cell * replica.draws.uniform(entity + 64 * k, DURATION, n));
      const task = at(own, Math.floor(own.length * replica.draws.uniform(entity + 64 * k, SPLIT, n)));
      if (when > task.cpu.start) task.alarms.push(when);
    }
  }
}
