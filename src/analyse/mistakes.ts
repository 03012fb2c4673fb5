// What a scenario says that its author may not have meant: nothing that is wrong, but something that will surprise.

import { quantileRanks } from "../results/binomial.js";
import type { ExplainedPolicy } from "../results/explanation.js";
import type { Compiled, Policy } from "../scenario/index.js";
import { offStack } from "../scenario/index.js";

type Subject = Pick<Compiled, "scenario" | "model" | "policies" | "replicas">;

/** A sentence each. */
export function likelyMistakes(compiled: Subject, explained: ExplainedPolicy[]): string[] {
  return [
    ...idleFunctions(compiled),
    ...emptyClasses(compiled),
    ...lateActions(compiled),
    ...compiled.policies.flatMap((policy, i) => shortHorizon(compiled, policy, explained[i])),
    ...equalPolicies(compiled.policies),
    ...hostOddities(compiled),
    ...fewReplicas(compiled),
  ];
}

function idleFunctions({ scenario }: Subject): string[] {
  return offStack(scenario).functions.map(
    ({ name }) => `patch.functions: ${name} is on the stack of no phase: patching it delays nobody.`,
  );
}

function emptyClasses({ scenario }: Subject): string[] {
  return Object.entries(scenario.workload).flatMap(([name, { count }]) =>
    count === 0 ? [`workload.${name}.count is 0: there is no such task.`] : [],
  );
}

function lateActions({ model }: Subject): string[] {
  return model.admin
    .filter(({ at }) => at > model.horizon)
    .map(({ at, do: what }) => `admin: ${what} at ${at / 1e6} s comes after the horizon of ${model.horizon / 1e6} s.`);
}

/** What a policy would do after the horizon. */
function shortHorizon({ model }: Subject, policy: Policy, { firstRoundMs }: ExplainedPolicy): string[] {
  const horizonMs = model.horizon / 1000;
  const late = (ms: number | null, what: string) =>
    ms !== null && ms > horizonMs
      ? [`run.horizon: ${what} of ${policy.name}, at ${about(ms)} s, comes after the horizon of ${horizonMs / 1000} s.`]
      : [];
  return [
    ...late(firstRoundMs, "the first round"),
    ...late(policy.forceAt === null ? null : policy.forceAt / 1000, "the force"),
    ...late(policy.giveUp ? 75_000 : null, "kpatch's giving up"),
  ];
}

function about(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}

function equalPolicies(policies: Policy[]): string[] {
  const seen = new Map<string, string>();
  return policies.flatMap(({ name, text: _, ...fields }) => {
    const key = JSON.stringify(fields);
    const other = seen.get(key);
    seen.set(key, other ?? name);
    return other === undefined ? [] : [`policies: ${name} differs from ${other} in nothing but its name.`];
  });
}

function hostOddities({ model, scenario }: Subject): string[] {
  const { host, tasks } = model;
  const warnings: string[] = [];
  const inhabited = new Set(tasks.cpu);
  const both = host.nohzFull.flatMap((tickless, cpu) => (tickless && !host.online[cpu] ? [cpu] : []));
  if (both.length > 0) warnings.push(`host.nohzFull: CPUs ${both.join(", ")} are offline.`);
  if (host.nohzFull.some(Boolean) && !host.nohzFull.some((tickless, cpu) => tickless && inhabited.has(cpu))) {
    warnings.push("host.nohzFull: nobody lives on these CPUs; cpus: spread leaves them out.");
  }
  if (!host.schedulerTick)
    warnings.push("host.schedulerTick is false: tasks in user mode are not interrupted by ticks.");
  if (scenario.patch.direction === "unpatch" && host.unpatchWait === "none") {
    warnings.push("host.unpatchWait is none: unregistering a hook waits for nothing, which most kernels do.");
  }
  return warnings;
}

/** A quantile's interval is open above where too few replicas lie beyond it. */
function fewReplicas({ replicas }: Subject): string[] {
  const open = [0.99, 0.999].filter((p) => quantileRanks(replicas, p).high > replicas);
  if (open.length === 0) return [];
  const names = open.map((p) => `p${100 * p}`).join(" and ");
  return [`run.replicas: ${replicas} are too few for an interval of ${names} that is closed above.`];
}
