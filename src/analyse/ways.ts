// Who can switch how under a policy: for each phase the mechanisms that can reach a straggler in it, and who has none (docs/rules.md, 4
// to 9). Read off the compiled tables; what chance would have to arrange, as a try that finds a busy task off its CPU, counts as a way.

import type { PhaseWays, Way } from "../results/explanation.js";
import {
  type ClassModel,
  EXIT_PHASE,
  FOREVER_TICKS,
  type Model,
  type PhaseModel,
  type Policy,
} from "../scenario/model.js";

/** Ways that depend on where a try finds a task. */
export const FOUND_ASLEEP = "when a try finds it asleep";
export const FOUND_WAITING = "when a try finds it waiting for its CPU";

/** A class under a policy, and what is so for all its tasks. */
interface Context {
  model: Model;
  policy: Policy;
  one: ClassModel;
  kthread: boolean;
  worker: boolean;
  /** Some CPU of it ticks while such a task runs there alone. */
  ticks: boolean;
  /** Some task of it may have to wait for its CPU. */
  waits: boolean;
  rounds: boolean;
}

/** A row a phase in which the class may be found, hidden phases apart. */
export function waysOf(one: ClassModel, model: Model, policy: Policy): PhaseWays[] {
  const context = contextOf(one, model, policy);
  const numbers = Array.from({ length: one.phaseCount }, (_, i) => one.firstPhase + i);
  const ways = new Map(numbers.map((number) => [number, waysFrom(model.phases[number], context)]));
  const hopeful = reachingOneOf(numbers, (number) => ways.get(number)!.length > 0, model);
  return numbers.map((number) => ({
    class: one.name,
    phase: model.phases[number].name,
    ways: ways.get(number)!,
    never: !hopeful.has(number),
  }));
}

function contextOf(one: ClassModel, model: Model, policy: Policy): Context {
  const { host, tasks, lone } = model;
  const cpus = new Set(tasks.cpu.slice(one.firstTask, one.firstTask + one.count));
  const isUserWorker = one.worker === "io" || (one.worker === "vhost" && policy.vhost === "user");
  return {
    model,
    policy,
    one,
    kthread: one.kind === "kthread" && !isUserWorker,
    worker: isUserWorker,
    ticks: host.schedulerTick && [...cpus].some((cpu) => !host.nohzFull[cpu] || !lone[cpu]),
    waits: [...cpus].some((cpu) => !lone[cpu]),
    rounds: policy.signal !== "none",
  };
}

/** Those from which a phase that `ends` is reached, itself included. */
function reachingOneOf(numbers: number[], ends: (number: number) => boolean, model: Model): Set<number> {
  const found = new Set(numbers.filter(ends));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const number of numbers) if (nextOf(number, model).some((next) => found.has(next))) found.add(number);
  }
  return found;
}

/** Where a task goes on to that is not for ever where it is. */
function nextOf(number: number, { phases, durations }: Model): number[] {
  const { duration, next } = phases[number];
  const law = durations[duration];
  return law.kind === "fixed" && law.ticks >= FOREVER_TICKS ? [] : next.map(({ phase }) => phase);
}

function waysFrom(phase: PhaseModel, context: Context): Way[] {
  const ways = [...ends(phase, context)];
  if (phase.mode === "sleep") ways.push(...asleep(phase, context));
  else if (phase.mode === "guest") ways.push(...inGuest(phase, context));
  else ways.push(...running(phase, context));
  const { model, policy } = context;
  const forced = policy.forceAt ?? model.admin.find(({ do: what }) => what === "force")?.at;
  if (forced !== undefined) ways.push({ mechanism: "force", when: `at ${forced / 1e6} s` });
  return ways;
}

/** A phase that is over: by the way out to user mode, or by the end of the task. */
function* ends(phase: PhaseModel, { model, kthread, worker }: Context): Generator<Way> {
  const law = model.durations[phase.duration];
  if (phase.mode === "user" || (law.kind === "fixed" && law.ticks >= FOREVER_TICKS)) return;
  const isUser = phase.next.some(({ phase: next }) => next !== EXIT_PHASE && model.phases[next].mode === "user");
  if (isUser && !kthread && !worker) yield { mechanism: "user-exit", when: "when it returns to user mode by itself" };
  if (phase.next.some(({ phase: next }) => next === EXIT_PHASE)) {
    yield { mechanism: "stack", when: "once it has exited" };
  }
}

/** User mode, or in the kernel. */
function* running(phase: PhaseModel, context: Context): Generator<Way> {
  const { policy, model, ticks, rounds, kthread, worker } = context;
  if (phase.mode === "user") {
    if (ticks) yield { mechanism: "user-exit", when: "at the next tick" };
    if (policy.hookPatching !== "none")
      yield { mechanism: "user-exit", when: "at the start, which interrupts all CPUs" };
    if (!ticks && rounds) yield { mechanism: "user-exit", when: "at a round, which kicks it" };
    if (!ticks && policy.remote !== "none") yield { mechanism: "remote", when: "at a try" };
  } else {
    if (policy.condResched && phase.condResched > 0 && phase.affected < 1) {
      yield { mechanism: "cond_resched", when: "at its next cond_resched()" };
    }
    if (rounds && phase.onSignal !== "none" && !kthread && !worker) {
      yield { mechanism: "user-exit", when: "at a round, which its call heeds" };
    }
  }
  const affected = phase.mode === "user" ? 0 : phase.affected;
  const preemptible = phase.mode === "user" || model.host.preemption !== "none" || phase.condResched > 0;
  if (context.waits && preemptible) yield* foundOff(affected, context);
}

/** A try finds it waiting for its CPU. */
function* foundOff(affected: number, { model }: Context): Generator<Way> {
  if (affected < 1 && model.host.reliableStack !== "no") {
    yield { mechanism: "stack", when: FOUND_WAITING };
  }
}

function* inGuest(phase: PhaseModel, context: Context): Generator<Way> {
  const { policy, ticks, rounds, waits } = context;
  const { guestMask, signalFlag } = policy;
  const exits = ticks || phase.exits > 0;
  const scan = policy.taskWork && ticks && guestMask.includes("TIF_NOTIFY_RESUME");
  const crossing = crossesOnPending(policy);
  if (crossing !== null && guestMask.includes("TIF_PATCH_PENDING")) {
    if (exits) yield { mechanism: crossing, when: "at its next VM exit" };
  } else if (crossing !== null && (waits || scan)) {
    yield { mechanism: crossing, when: "when another flag brings it to the test, as a reschedule does" };
  }
  if (rounds && guestMask.includes(signalFlag) && leavesFor(policy)) {
    yield { mechanism: "user-exit", when: "at a round, which sends it to user space" };
  }
  if (scan && policy.condResched && phase.affectedWork < 1) {
    yield { mechanism: "cond_resched", when: "when the mm's scan gives it task work, within 100 ms and a tick" };
  }
  if (waits) yield* foundOff(phase.affectedWork, context);
}

/** What the KVM work function does about T itself, once it looks: nothing on real kernels. */
export function crossesOnPending({ guestLeaves, guestUpdates }: Policy): "guest-direct" | "user-exit" | null {
  if (guestUpdates.includes("TIF_PATCH_PENDING")) return "guest-direct";
  return guestLeaves.includes("TIF_PATCH_PENDING") ? "user-exit" : null;
}

/** Does the KVM work function leave to user space on the flag of a round? */
function leavesFor({ guestLeaves, guestEats, guestUpdates, signalFlag }: Policy): boolean {
  if (guestLeaves.includes(signalFlag) && !guestEats.includes(signalFlag)) return true;
  return guestLeaves.includes("TIF_PATCH_PENDING") && !guestUpdates.includes("TIF_PATCH_PENDING");
}

function* asleep(phase: PhaseModel, { policy, model, rounds, kthread, worker }: Context): Generator<Way> {
  const reliable = model.host.reliableStack !== "no";
  if (phase.affected < 1 && reliable) yield { mechanism: "stack", when: FOUND_ASLEEP };
  if (phase.affected < 1 && policy.scheduleHook && phase.wait === "freezable") {
    yield { mechanism: "schedule", when: "when it next goes to sleep" };
  }
  const held = phase.affected > 0 || !reliable; // else a try, which comes first, finds it
  const hears = phase.halt || phase.wait === "interruptible" || phase.wait === "freezable";
  if (!rounds || !held || !hears) return;
  if (phase.halt) {
    if (policy.guestMask.includes(policy.signalFlag) && leavesFor(policy)) {
      yield { mechanism: "user-exit", when: "at a round, which sends it to user space" };
    }
  } else if (kthread || worker) {
    const moves = reliable && (worker || policy.wakeKthreads);
    if (moves) yield { mechanism: "stack", when: "after a round, which wakes it, when a try finds it elsewhere" };
  } else if (phase.onSignal !== "absorb" || policy.signalFlag === "TIF_SIGPENDING") {
    yield { mechanism: "user-exit", when: "at a round, which wakes it" };
  }
}
