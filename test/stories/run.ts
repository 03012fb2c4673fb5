// What the stories share: a scenario written as data, run under one policy, told as "who switched, when, by what".

import { Core, compileCore, type ReplicaTrace } from "../../src/core.js";
import type { Counter } from "../../src/results/counts.js";
import { compileScenario } from "../../src/scenario/index.js";
import { MECHANISMS, type Mechanism, type Model, type Policy } from "../../src/scenario/model.js";

const module = compileCore("debug");

/** One replica. Times in seconds since the flags were set; null where a thing did not happen. */
export interface Told {
  replica: number;
  complete: number | null;
  decided: number | null;
  lastSwitch: number;
  tries: number;
  rounds: number;
  counters: Record<Counter, number>;
  /** A task of a class by its number there, children after the class's own tasks. */
  task(name: string, index?: number): Switched;
  idle(cpu: number): Switched;
}

export interface Switched {
  at: number | null;
  by: Mechanism;
}

type Fields = Record<string, unknown>;

/** A host of two CPUs whose tries run on CPU 0, with nothing on it but what a story puts there. */
export const HOST: Fields = { cpus: 2, loaderCpu: 0, idleTasks: false };

/**
 * For tasks that take turns on a CPU: at HZ=250 turns of two ticks would divide the timer wheel's buckets of eight, and every
 * try would meet the same task (docs/model.md, left out: a real host's noise); at HZ=1000 they do not.
 */
export const TURNS: Fields = { hz: 1000 };

/** The scenario around a workload: horizon 90 s, a patch of the function `f`. */
export function scenario(
  workload: Fields,
  more: { host?: Fields; patch?: Fields; run?: Fields; admin?: Fields[] } = {},
): Fields {
  return {
    name: "story",
    experiment: "transition",
    host: { ...HOST, ...more.host },
    workload,
    patch: { functions: ["f"], ...more.patch },
    admin: more.admin ?? [],
    run: { replicas: 1, seed: 1, horizon: "90s", ...more.run },
  };
}

/** The compiled model and one policy, by name or as a record that extends one. */
export function compile(fields: Fields, policy: string | Fields): { model: Model; policy: Policy } {
  const policies = [typeof policy === "string" ? policy : { name: "story", ...policy }];
  const compiled = compileScenario({ ...fields, policies });
  return { model: compiled.model, policy: compiled.policies[0] };
}

/** Replicas 0 .. count - 1 of a scenario under a policy, each followed to the end. */
export async function tell(fields: Fields, policy: string | Fields, count = 20): Promise<Told[]> {
  const { model, policy: resolved } = compile(fields, policy);
  const core = new Core(await module, model);
  core.setPolicy(resolved);
  return Array.from({ length: count }, (_, replica) => told(model, core.trace(1n, replica), replica));
}

function told(model: Model, trace: ReplicaTrace, replica: number): Told {
  const switched = (at: number, mechanism: number): Switched => ({
    at: at < 0 ? null : at / 1e6,
    by: MECHANISMS[mechanism],
  });
  return {
    replica,
    complete: trace.complete < 0 ? null : trace.complete / 1e6,
    decided: trace.decided < 0 ? null : trace.decided / 1e6,
    lastSwitch: trace.lastSwitch / 1e6,
    tries: trace.tries,
    rounds: trace.rounds,
    counters: trace.counters,
    task(name, index = 0) {
      const of = model.classes.find((each) => each.name === name);
      if (!of) throw new RangeError(`no class ${name}`);
      const slot = of.firstTask + index;
      return switched(trace.switchAt[slot], trace.mechanism[slot]);
    },
    idle: (cpu) => switched(trace.idleSwitchAt[cpu], trace.idleMechanism[cpu]),
  };
}

// --- Actors ------------------------------------------------------------------------------------------------------------------

/** A user task in one endless phase, `phase` telling which; on CPU 1 unless told otherwise. */
export const endless = (phase: Fields, more: Fields = {}): Fields => ({
  kind: "user",
  count: 1,
  cpus: [1],
  behaviour: { phases: { only: { duration: "forever", ...phase } } },
  ...more,
});

/** A user task asleep in `f` until a round (or for ever), a moment of user mode whenever it comes back. */
export const asleepInF = (phase: Fields = {}, more: Fields = {}): Fields => ({
  kind: "user",
  count: 1,
  cpus: [1],
  behaviour: {
    phases: {
      call: {
        mode: "sleep",
        wait: "interruptible",
        onSignal: "restart",
        stack: ["f"],
        duration: "3000000s",
        next: "back",
        ...phase,
      },
      back: { mode: "user", duration: "1us", next: "call" },
    },
  },
  ...more,
});

/** Holds every transition up: asleep in `f`, out of reach of signals. */
export const obstacle = (more: Fields = {}): Fields =>
  endless({ mode: "sleep", wait: "uninterruptible", stack: ["f"] }, more);

/** A vCPU that never halts and never leaves to user space by itself. */
export const busyGuest = (more: Fields = {}): Fields => ({
  kind: "vcpu",
  count: 1,
  cpus: [1],
  behaviour: "busy-guest",
  ...more,
});

export const KVM_STACK = ["kvm_vcpu_ioctl", "kvm_arch_vcpu_ioctl_run", "vcpu_run", "vcpu_enter_guest"];
