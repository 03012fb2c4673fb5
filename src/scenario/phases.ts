// The phases of one class: what each kind of task may do, which stacks it shows, and that every phase can be reached and
// time goes on.

import type { Behaviour } from "./behaviours.js";
import { type DurationTable, isZero, meanTicks } from "./durations.js";
import { nearMiss, type Path, type Problems, showValue } from "./errors.js";
import { EXIT_PHASE, type Mode, type PhaseModel, type Wait } from "./model.js";
import type { ClassInput, PhaseInput } from "./schema.js";
import { type Chain, longRun, reachable } from "./shares.js";
import { parseRate } from "./units.js";

export const EXIT = "exit";
/** The hidden phase of a vCPU's VMM after EINTR. */
export const VMM_PHASE = "vmm-eintr";

const KVM_STACK = ["kvm_vcpu_ioctl", "kvm_arch_vcpu_ioctl_run", "vcpu_run"];
const GUEST_STACK = [...KVM_STACK, "vcpu_enter_guest"];
const HALT_STACK = [...KVM_STACK, "kvm_vcpu_halt", "kvm_vcpu_block"];

export interface PhaseContext {
  kind: ClassInput["kind"];
  behaviour: Behaviour;
  functions: readonly string[];
  durations: DurationTable;
  firstPhase: number;
  path: Path; // of the phases
  problems: Problems;
}

export interface CompiledPhases {
  phases: PhaseModel[];
  chain: Chain;
  hasFork: boolean;
  usesCpu: boolean;
}

/** Undefined with the problems reported. */
export function compilePhases(context: PhaseContext): CompiledPhases | undefined {
  const before = context.problems.list.length;
  const phases = [...context.behaviour.phases].map(([name, phase]) => compilePhase(name, phase, context));
  if (context.problems.list.length > before) return undefined;
  const complete = phases as PhaseModel[];
  checkReachable(complete, context);
  checkTimeGoesOn(complete, context);
  if (context.problems.list.length > before) return undefined;
  return {
    phases: complete,
    chain: chainOf(complete, context),
    hasFork: complete.some((phase) => phase.fork !== null),
    usesCpu: complete.some((phase) => phase.mode !== "sleep" || phase.halt),
  };
}

function compilePhase(name: string, phase: PhaseInput, context: PhaseContext): PhaseModel | undefined {
  const { problems } = context;
  const path = [...context.path, name];
  const before = problems.list.length;
  checkName(name, path, context);
  const halt = phase.halt === true;
  const mode = phase.mode ?? (halt ? "sleep" : undefined);
  if (mode === undefined) problems.expected([...path, "mode"], "one of user, kernel, guest, sleep", undefined);
  else checkMode(phase, mode, halt, path, context);
  if (phase.duration === undefined)
    problems.expected([...path, "duration"], "a time such as 5ms, or forever", undefined);
  const next = compileNext(phase, path, context);
  const fork = compileFork(phase, path, context);
  if (problems.list.length > before || mode === undefined || phase.duration === undefined) return undefined;
  const held = stackOf(phase, mode, halt);
  const wait = phase.wait ?? "interruptible";
  return {
    name,
    mode,
    wait,
    halt,
    duration: context.durations.add(phase.duration),
    affected: affected(phase, held, context.functions),
    affectedWork: affected(
      phase,
      mode === "guest" ? held.filter((f) => f !== "vcpu_enter_guest") : held,
      context.functions,
    ),
    stack: held,
    onSignal: onSignal(phase, mode, wait, halt, context),
    condResched: parseRate(phase.condResched ?? 0) ?? 0,
    exits: parseRate(phase.exits ?? 0) ?? 0,
    next,
    fork,
  };
}

function checkName(name: string, path: Path, { kind, problems }: PhaseContext): void {
  if (name !== EXIT && !(name === VMM_PHASE && kind === "vcpu")) return;
  problems.add(path, `expected another name: ${name} has a meaning of its own`, {
    bound: `not ${name}`,
    value: name,
    key: true,
  });
}

/** What kinds of task can be in, and which fields say something there. */
function checkMode(phase: PhaseInput, mode: Mode, halt: boolean, path: Path, context: PhaseContext): void {
  const { kind, behaviour, problems } = context;
  const isWorker = behaviour.worker !== "none";
  const who = isWorker ? `${behaviour.worker} worker` : kind;
  const allowed: Mode[] =
    isWorker || kind === "kthread"
      ? ["kernel", "sleep"]
      : kind === "user"
        ? ["user", "kernel", "sleep"]
        : ["user", "kernel", "guest", "sleep"];
  if (!allowed.includes(mode))
    problems.expected([...path, "mode"], `one of ${allowed.join(", ")} (a ${who} has no other)`, mode);
  if (halt && (kind !== "vcpu" || isWorker)) problems.expected([...path, "halt"], "false: only a vcpu halts", true);
  if (halt && mode !== "sleep") problems.expected([...path, "mode"], "sleep: a halt is one", mode);
  if (halt && phase.wait !== undefined && phase.wait !== "interruptible") {
    problems.expected([...path, "wait"], "interruptible: a halt is", phase.wait);
  }
  const misplaced: [keyof PhaseInput, boolean, string][] = [
    ["wait", mode === "sleep", "sleep"],
    ["condResched", mode === "kernel", "kernel"],
    ["exits", mode === "guest", "guest"],
    ["stack", mode !== "user", "kernel, guest or sleep"],
    ["affected", mode !== "user", "kernel, guest or sleep"],
    ["onSignal", mode === "kernel" || (mode === "sleep" && !halt), "kernel or sleep (no halt)"],
  ];
  for (const [field, fits, where] of misplaced) {
    if (phase[field] !== undefined && !fits)
      problems.add([...path, field], `has a meaning only in mode ${where}, not in ${halt ? "a halt" : mode}`, {
        bound: `mode ${where}`,
        value: showValue(phase[field]),
      });
  }
  if (phase.onSignal !== undefined && (isWorker || kind === "kthread")) {
    problems.add([...path, "onSignal"], `a ${who} never leaves for a signal: leave it out`, { value: phase.onSignal });
  } else if (phase.onSignal === "absorb" && mode === "kernel") {
    problems.expected([...path, "onSignal"], "restart or eintr on a kernel phase", phase.onSignal);
  }
}

function compileNext(phase: PhaseInput, path: Path, context: PhaseContext): PhaseModel["next"] {
  const names = [...context.behaviour.phases.keys()];
  const self = String(path.at(-1));
  if (phase.next === undefined && names.length > 1 && phase.duration !== "forever") {
    context.problems.expected([...path, "next"], `one of ${names.join(", ")}, exit, or {phase: weight}`, undefined);
    return [];
  }
  const given = phase.next ?? self;
  const entries = Object.entries(typeof given === "string" ? { [given]: 1 } : given).filter(([, weight]) => weight > 0);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let sum = 0;
  return entries.map(([name, weight], i) => {
    sum += weight;
    const at = [...path, "next", ...(typeof phase.next === "object" ? [name] : [])];
    return { phase: phaseNumber(name, at, context, true), cumulative: i === entries.length - 1 ? 1 : sum / total };
  });
}

function compileFork(phase: PhaseInput, path: Path, context: PhaseContext): number | null {
  if (phase.fork === undefined) return null;
  if (context.kind !== "user" || context.behaviour.worker !== "none") {
    context.problems.add([...path, "fork"], "only tasks of kind user fork", { bound: "kind user", value: phase.fork });
    return null;
  }
  return phaseNumber(phase.fork, [...path, "fork"], context, false);
}

function phaseNumber(name: string, path: Path, context: PhaseContext, exitToo: boolean): number {
  if (exitToo && name === EXIT) return EXIT_PHASE;
  const names = [...context.behaviour.phases.keys()];
  const index = names.indexOf(name);
  if (index < 0) {
    const known = exitToo ? [...names, EXIT] : names;
    context.problems.expected(path, `one of ${known.join(", ")}`, name, nearMiss(name, known));
  }
  return context.firstPhase + index;
}

/** The functions that a phase shows, those of KVM that it holds anyway included. */
export function stackOf(phase: PhaseInput, mode: Mode | undefined, halt: boolean): string[] {
  const own = phase.stack ?? [];
  if (halt) return [...HALT_STACK, ...own];
  return mode === "guest" ? [...GUEST_STACK, ...own] : own;
}

function affected(phase: PhaseInput, stack: readonly string[], functions: readonly string[]): number {
  return stack.some((f) => functions.includes(f)) ? 1 : (phase.affected ?? 0);
}

function onSignal(
  phase: PhaseInput,
  mode: Mode,
  wait: Wait,
  halt: boolean,
  { kind, behaviour }: PhaseContext,
): PhaseModel["onSignal"] {
  if (kind === "kthread" || behaviour.worker !== "none" || halt) return "none";
  if (mode === "kernel") return phase.onSignal ?? "none";
  const hears = mode === "sleep" && (wait === "interruptible" || wait === "freezable");
  return hears ? (phase.onSignal ?? "restart") : "none";
}

function localNext(phase: PhaseModel, first: number): number[] {
  return phase.next.flatMap(({ phase: to }) => (to === EXIT_PHASE ? [] : [to - first]));
}

function checkReachable(phases: PhaseModel[], { firstPhase, path, problems }: PhaseContext): void {
  const seen = reachable(0, (n) => {
    const phase = phases[n] as PhaseModel;
    return [...localNext(phase, firstPhase), ...(phase.fork === null ? [] : [phase.fork - firstPhase])];
  });
  for (const [n, { name }] of phases.entries()) {
    if (seen.has(n)) continue;
    const message = `no way leads here from ${phases[0]?.name}, the first phase: name it in a next or fork, or leave it out`;
    problems.add([...path, name], message, { bound: "reachable from the first phase", value: name, key: true });
  }
}

/** A circle of phases that take no time would never end. */
function checkTimeGoesOn(phases: PhaseModel[], { durations, firstPhase, path, problems }: PhaseContext): void {
  const takesNone = (n: number) => isZero(durations.rows[phases[n]?.duration ?? -1] ?? { kind: "fixed", ticks: 1 });
  const onward = (n: number) => localNext(phases[n] as PhaseModel, firstPhase).filter(takesNone);
  for (const [n, { name }] of phases.entries()) {
    if (!takesNone(n)) continue;
    const round = onward(n).some((next) => reachable(next, onward).has(n));
    if (!round) continue;
    problems.add(
      [...path, name, "duration"],
      `${name} is on a circle of phases that take no time: give one of them a duration`,
      {
        bound: "a circle of phases takes time",
        value: "0",
      },
    );
    return;
  }
}

function chainOf(phases: PhaseModel[], { durations, firstPhase }: PhaseContext): Chain {
  return longRun(
    phases.map((phase) => ({
      mean: meanTicks(durations.rows[phase.duration] ?? { kind: "fixed", ticks: 0 }, durations.rows),
      next: phase.next.map(({ phase: to, cumulative }, i) => ({
        phase: to === EXIT_PHASE ? EXIT_PHASE : to - firstPhase,
        probability: cumulative - (phase.next[i - 1]?.cumulative ?? 0),
      })),
    })),
  );
}
