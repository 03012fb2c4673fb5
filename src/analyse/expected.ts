// What the long run says of the start: how many of each class a try would fail on, and how often things happen (docs/explain.md).

import type { ExpectedStragglers } from "../results/explanation.js";
import { meanTicks } from "../scenario/durations.js";
import type { ClassModel, Model, PhaseModel, Policy } from "../scenario/model.js";
import { firstTryAt, tryLength } from "../try-times.js";

const TICKS_PER_SECOND = 1e6;

/** A phase in which a class spends some of its time. */
export interface Share {
  phase: PhaseModel;
  share: number;
}

export function sharesOf({ startShares }: ClassModel, { phases }: Model): Share[] {
  return startShares.map(({ phase, cumulative }, i) => ({
    phase: phases[phase],
    share: cumulative - (startShares[i - 1]?.cumulative ?? 0),
  }));
}

/** Of all tasks of a class. */
export function ratesOf(one: ClassModel, model: Model): { wakeUps: number; vmExits: number; condResched: number } {
  const rates = { wakeUps: 0, vmExits: 0, condResched: 0 };
  for (const { phase, share } of sharesOf(one, model)) {
    const mean = meanTicks(model.durations[phase.duration], model.durations) / TICKS_PER_SECOND;
    const tasks = one.count * share;
    if (phase.mode === "sleep") rates.wakeUps += tasks / mean;
    if (phase.mode === "guest") rates.vmExits += tasks * phase.exits;
    if (phase.mode === "kernel") rates.condResched += tasks * phase.condResched;
  }
  return rates;
}

/** Who lives on a CPU: so many tasks of each class, and the share of its time for which such a task asks for the CPU. */
interface Tenants {
  cpus: number[];
  tasks: { class: number; count: number; asks: number }[];
}

/** By class, then the idle tasks: on how many a try at the start would fail. */
export function expectedStragglers(model: Model, policy: Policy): ExpectedStragglers[] {
  const tenants = tenantsOf(model);
  const atOnce = firstTryAt(model, policy) === 0 && tryLength(model) === 0;
  const classes = model.classes.map((one, number) => ({
    class: one.name,
    expected: tenants.reduce((sum, here) => sum + stragglersOf(number, here, model, policy), 0),
    exact: atOnce && isExact(one, number, tenants, model),
  }));
  if (!model.host.idleTasks) return classes;
  const idle = tenants.reduce((sum, here) => sum + idleStragglers(here, model), 0);
  return [...classes, { class: "idle", expected: idle, exact: atOnce && classes.every(({ exact }) => exact) }];
}

function isExact(one: ClassModel, number: number, tenants: Tenants[], model: Model): boolean {
  const halts = sharesOf(one, model).some(({ phase }) => phase.halt);
  const shares = tenants.some(({ cpus, tasks }) => tasks.some((t) => t.class === number) && !model.lone[cpus[0]]);
  return !halts && !shares && model.host.reliableStack !== "frame-pointers";
}

/** CPUs with equal tenants, and equally likely to have the loader, together. */
function tenantsOf(model: Model): Tenants[] {
  const { tasks, classes, host } = model;
  const asks = classes.map((one) =>
    sharesOf(one, model).reduce((sum, { phase, share }) => sum + cpuShare(phase, share), 0),
  );
  const counts: Map<number, number>[] = Array.from({ length: host.cpus }, () => new Map());
  for (const [number, { firstTask, count }] of classes.entries()) {
    for (let task = firstTask; task < firstTask + count; task++) {
      const here = counts[tasks.cpu[task]];
      here.set(number, (here.get(number) ?? 0) + 1);
    }
  }
  const groups = new Map<string, Tenants>();
  counts.forEach((here, cpu) => {
    const key = JSON.stringify([
      [...here],
      host.online[cpu],
      host.nohzFull[cpu],
      model.lone[cpu],
      loaderChance(cpu, model),
    ]);
    const group = groups.get(key);
    const list = [...here].map(([number, count]) => ({ class: number, count, asks: asks[number] }));
    if (group === undefined) groups.set(key, { cpus: [cpu], tasks: list });
    else group.cpus.push(cpu);
  });
  return [...groups.values()];
}

function cpuShare({ mode }: PhaseModel, share: number): number {
  return mode === "sleep" ? 0 : share;
}

/** Probability that the patch is loaded on that CPU, whose current task is put off by it. */
function loaderChance(cpu: number, { host: { loaderCpu, loaderCandidates } }: Model): number {
  if (loaderCpu === "none") return 0;
  if (loaderCpu !== "any") return loaderCpu === cpu ? 1 : 0;
  return loaderCandidates.includes(cpu) ? 1 / loaderCandidates.length : 0;
}

function stragglersOf(number: number, { cpus, tasks }: Tenants, model: Model, policy: Policy): number {
  const here = tasks.find((one) => one.class === number);
  if (here === undefined) return 0;
  const [cpu] = cpus;
  const current = (1 - loaderChance(cpu, model)) * chosenShare(number, tasks);
  const fails = ({ phase, share }: Share) => {
    if (phase.mode === "sleep") return share * offCpu(phase, model);
    return share * (current * onCpu(phase, cpu, model, policy) + (1 - current) * offCpu(phase, model));
  };
  const each = sharesOf(model.classes[number], model).reduce((sum, one) => sum + fails(one), 0);
  return cpus.length * here.count * each;
}

/** Does a try fail on a task that runs there? */
function onCpu({ mode }: PhaseModel, cpu: number, { host }: Model, policy: Policy): number {
  const poked = policy.hookPatching !== "none";
  if (mode === "user") return poked || (policy.remote !== "none" && host.nohzFull[cpu]) ? 0 : 1;
  const looksAtT = policy.guestMask.includes("TIF_PATCH_PENDING");
  return mode === "guest" && poked && looksAtT ? 0 : 1;
}

/** With which probability on one that does not run? */
function offCpu({ mode, affected, affectedWork }: PhaseModel, { host }: Model): number {
  if (host.reliableStack === "no") return 1;
  if (mode === "user") return 0;
  return mode === "guest" ? affectedWork : affected;
}

const PANELS = 100; // Simpson's rule

/**
 * Probability that a runnable task of this class is the one that runs: the mean of 1 / (1 + N), N being how many others are runnable,
 * each with its own probability a: the integral over s from 0 to 1 of their product of 1 - a + a s.
 */
function chosenShare(number: number, tasks: Tenants["tasks"]): number {
  const others = tasks.map((one) => (one.class === number ? { ...one, count: one.count - 1 } : one));
  const product = (s: number) => others.reduce((value, { count, asks }) => value * (1 - asks + asks * s) ** count, 1);
  let sum = product(0) + product(1);
  for (let i = 1; i < PANELS; i++) sum += product(i / PANELS) * (i % 2 === 1 ? 4 : 2);
  return sum / (3 * PANELS);
}

/** Tasks of a class, and the probability that a try finds one off its CPU, its stack clean. */
export function foundOff(number: number, model: Model): { tasks: number; probability: number }[] {
  return tenantsOf(model).flatMap(({ cpus, tasks }) => {
    const here = tasks.find((one) => one.class === number);
    if (here === undefined) return [];
    const waits = model.lone[cpus[0]] ? 0 : 1 - chosenShare(number, tasks);
    const clean = (one: Share) => one.share * (1 - offCpu(one.phase, model)) * (one.phase.mode === "sleep" ? 1 : waits);
    const probability = sharesOf(model.classes[number], model).reduce((sum, one) => sum + clean(one), 0);
    return [{ tasks: cpus.length * here.count, probability }];
  });
}

/** A try fails on the idle task of a CPU that is idle; without reliable stacks on that of any. */
function idleStragglers({ cpus, tasks }: Tenants, model: Model): number {
  const [cpu] = cpus;
  if (!model.host.online[cpu]) return 0;
  if (model.host.reliableStack === "no") return cpus.length;
  const idle = tasks.reduce((value, { count, asks }) => value * (1 - asks) ** count, 1);
  return cpus.length * (1 - loaderChance(cpu, model)) * idle;
}
