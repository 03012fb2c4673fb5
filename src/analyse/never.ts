// Who cannot switch under a policy, in sentences, and what that means for the replicas.

import { percent, whole } from "../report/format.js";
import type { ByChance, PhaseWays } from "../results/explanation.js";
import { portable } from "../results/metrics.js";
import { actionsOf } from "../scenario/actions.js";
import type { ClassModel, Model, Policy } from "../scenario/model.js";
import { foundOff, type Share, sharesOf } from "./expected.js";
import { crossesOnPending, FOUND_ASLEEP, FOUND_WAITING } from "./ways.js";

/** Below this a class is found elsewhere too. */
const ALWAYS = 0.9999;
/** From here on chance is no worry. */
const LIKELY = 0.99;

/** A sentence each. */
export function neverSwitching(model: Model, policy: Policy, ways: PhaseWays[], byChance: ByChance[]): string[] {
  const ends = reversedAt(model, policy);
  const end = ends === null ? "will be censored" : `go on until they are reversed at ${ends / 1e6} s`;
  const classes = model.classes.flatMap((one) => neverOf(one, model, policy, ways, end));
  const chances = byChance.filter(({ completes }) => completes < LIKELY).map((one) => chanceText(one, policy));
  return [...classes, ...chances, ...neverIdle(model, policy, end)];
}

function chanceText({ class: name, probability, completes }: ByChance, { name: policy }: Policy): string {
  const often = probability === 0 ? "which none does" : `one in ${whole(1 / probability)} does`;
  const share = completes < 0.005 ? "hardly any replica completes" : `about ${percent(completes)} of replicas complete`;
  return `${name} switches under ${policy} only when a try finds it off its CPU (${often}): ${share} by the horizon.`;
}

/** Classes on which nothing but tries can work. */
export function switchedByChance(model: Model, policy: Policy, ways: PhaseWays[]): ByChance[] {
  const tries = Math.floor(model.horizon / policy.tryPeriod);
  return model.classes.flatMap((one, number) => {
    const own = ways.filter((way) => way.class === one.name);
    const found = own.flatMap((way) => way.ways);
    const only = found.length > 0 && found.every(({ when }) => when === FOUND_ASLEEP || when === FOUND_WAITING);
    if (!only || own.some(({ never }) => never)) return [];
    const chances = foundOff(number, model);
    const tasks = chances.reduce((sum, group) => sum + group.tasks, 0);
    const mean = chances.reduce((sum, group) => sum + group.tasks * group.probability, 0) / tasks;
    const completes = chances.reduce(
      (value, group) => value * (1 - (1 - group.probability) ** tries) ** group.tasks,
      1,
    );
    return [{ class: one.name, probability: portable(mean), completes: portable(completes) }];
  });
}

/** When an administrator or kpatch gives the transition up, if it lasts. */
function reversedAt(model: Model, policy: Policy): number | null {
  const reverse = actionsOf(model, policy).find(({ do: what }) => what === "reverse" || what === "give-up");
  return reverse !== undefined && reverse.at < model.horizon ? reverse.at : null;
}

function neverOf(one: ClassModel, model: Model, policy: Policy, ways: PhaseWays[], end: string): string[] {
  const stuck = new Set(ways.filter((way) => way.class === one.name && way.never).map(({ phase }) => phase));
  const found = sharesOf(one, model).filter(({ phase }) => stuck.has(phase.name));
  const share = found.reduce((sum, part) => sum + part.share, 0);
  if (share === 0) return [];
  const always = share > ALWAYS;
  const displaced = found.some((part) => mayBeDisplaced(part, one, model, policy));
  const phases = found.map(({ phase }) => phase.name).join(", ");
  const who = `${one.name} in ${phases}${always ? "" : ` (${(100 * share).toPrecision(2)}% of its time)`}`;
  const but = displaced ? ", but for one whose CPU the tries run on" : "";
  const all = always && one.count > (displaced ? 1 : 0) ? "all replicas" : "replicas with such a task";
  return [`${who} never switches under ${policy.name}${but}: ${all} ${end}.`];
}

/** Can the loader or a try's worker put it off its CPU, where its stack is clean, or make a vCPU look at T? */
function mayBeDisplaced({ phase }: Share, { firstTask, count }: ClassModel, model: Model, policy: Policy): boolean {
  const { host, tasks } = model;
  if (phase.mode === "sleep" || host.loaderCpu === "none") return false;
  const isFound = host.reliableStack !== "no" && (phase.mode === "guest" ? phase.affectedWork : phase.affected) < 1;
  if (!isFound && (phase.mode !== "guest" || crossesOnPending(policy) === null)) return false;
  const candidates = host.loaderCpu === "any" ? host.loaderCandidates : [host.loaderCpu];
  return tasks.cpu.slice(firstTask, firstTask + count).some((cpu) => candidates.includes(cpu));
}

/** Before 5.16 nothing turns the idle loop of a CPU that nobody uses. */
function neverIdle(model: Model, policy: Policy, end: string): string[] {
  const { host, classes, tasks, cpuSets } = model;
  const forced = actionsOf(model, policy).some(({ do: what }) => what === "force");
  const turns = policy.wakeIdle || host.idleWakeRate > 0 || host.watchdog > 0 || forced;
  if (!host.idleTasks || turns) return [];
  const used = new Set<number>();
  for (const { usesCpu, firstTask, count } of classes) {
    if (!usesCpu) continue;
    for (const set of new Set(tasks.cpuSet.slice(firstTask, firstTask + count)))
      for (const cpu of cpuSets[set]) used.add(cpu);
  }
  const unused = host.online.flatMap((online, cpu) => (online && !used.has(cpu) ? [cpu] : []));
  if (unused.length === 0) return [];
  const tried = host.loaderCpu !== "none" && unused.some((cpu) => host.loaderCpu === "any" || host.loaderCpu === cpu);
  const all = unused.length > (tried ? 1 : 0) ? "all replicas" : "replicas with such a task";
  const which = unused.length === 1 ? `CPU ${unused[0]}` : `${unused.length} CPUs`;
  const but = tried ? ", but for one that the tries run on" : "";
  return [`idle tasks of ${which} on which nobody runs never switch under ${policy.name}${but}: ${all} ${end}.`];
}
