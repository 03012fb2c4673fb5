// Fitted classes -> a scenario, with remarks that say where each number comes from. What a recording cannot tell has the scenario's
// default, and a remark that says so.

import { durationWords } from "../report/duration-words.js";
import { percent, whole } from "../report/format.js";
import type { Path } from "../scenario/errors.js";
import type { ClassInput, PhaseInput } from "../scenario/schema.js";
import { affinityOf } from "./affinity.js";
import { onSignalOf, stackOf } from "./call-stacks.js";
import type { FittedClass } from "./fitted-class.js";
import type { Observed, ObservedClass, ObservedPhase } from "./observed.js";
import { phasesPerSecond, runSize } from "./run-size.js";

/** What somebody who was there knows and the trace does not say. */
export interface Host {
  /** undefined: those that were seen. */
  cpus?: number;
  hz?: number;
}

/** What stands above a place of the scenario, or, a few words, behind it. */
export interface Remark {
  path: Path;
  text: string;
  behind?: boolean;
}

export interface Profile {
  /** As scenarioSchema takes it. */
  scenario: Record<string, unknown> & { workload: Record<string, ClassInput> };
  remarks: Remark[];
}

/** Where the trace says nothing of CPUs (assumption). */
const CPUS = 4;
const HZ = 250;
const POLICIES = ["linux-6.1"];
const NS_PER_S = 1e9;

/** `name`: of the scenario. */
export function profileOf(observed: Observed, classes: readonly FittedClass[], host: Host, name: string): Profile {
  const remarks: Remark[] = [];
  const cpus = host.cpus ?? (observed.cpus || CPUS);
  const hz = host.hz ?? HZ;
  const behind = (path: Path, text: string) => remarks.push({ path, text, behind: true });
  behind(["host", "cpus"], cpusWords(host, observed));
  behind(
    ["host", "hz"],
    host.hz === undefined ? "not in the trace: grep CONFIG_HZ= /boot/config-*, --hz" : "from --hz",
  );
  behind(["host", "preemption"], "not in the trace: cat /sys/kernel/debug/sched/preempt");
  const names = uniqueNames(classes);
  const workload: Record<string, ClassInput> = {};
  for (const [i, fitted] of classes.entries()) {
    workload[names[i]!] = classInput(fitted, { cpus, hz }, ["workload", names[i]!], remarks);
    remarks.push({ path: ["workload", names[i]!], text: classWords(fitted, observed) });
  }
  remarks.push({
    path: ["patch", "functions"],
    text: "The functions that the livepatch replaces: name them here, or run --patch-functions, or --patch-module.",
  });
  remarks.push({
    path: ["policies"],
    text: "The kernels to ask: klpsim policies lists them; run --policy asks another.",
  });
  const rate = phasesPerSecond(classes, observed.window);
  remarks.push({
    path: ["run"],
    text: `So much that it answers in seconds: ${whole(rate)} phases began a second. --replicas and --until ask for more.`,
  });
  const scenario = {
    name,
    host: { cpus, hz, preemption: "voluntary" },
    workload,
    patch: { functions: [] },
    policies: POLICIES,
    run: { ...runSize(classes, observed.window), horizon: "120s" },
  };
  return { scenario, remarks };
}

function cpusWords({ cpus }: Host, observed: Observed): string {
  if (cpus !== undefined) return "from --cpus";
  return observed.cpus > 0 ? "seen in the trace; --cpus says otherwise" : "not in the trace (assumption): --cpus";
}

/** A name once; classes that were split may be called alike. */
function uniqueNames(classes: readonly FittedClass[]): string[] {
  const taken = new Set<string>();
  return classes.map(({ observed: { name } }) => {
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name.slice(0, 60)}-${n}`;
    taken.add(unique);
    return unique;
  });
}

function classInput(fitted: FittedClass, host: Required<Host>, path: Path, remarks: Remark[]): ClassInput {
  const { observed, chain, durations } = fitted;
  const { kind, tasks: count, threadsPerProcess } = observed;
  const { cpus, why } = affinityOf(observed, host.cpus);
  remarks.push({ path: [...path, "cpus"], text: why, behind: true });
  const phases: Record<string, PhaseInput> = {};
  for (const [name, phase] of observed.phases) {
    const at = [...path, "behaviour", "phases", name];
    phases[name] = {
      ...phaseInput(phase, fitted, host.hz),
      duration: durations.get(name)!.best.law,
      ...nextInput(chain.next.get(name)!),
    };
    remarks.push({ path: at, text: phaseWords(phase, fitted) });
  }
  const sharing = threadsPerProcess === null || kind === "kthread" ? {} : { threadsPerProcess };
  return { kind, count, cpus, ...sharing, behaviour: { phases } };
}

/** All but its duration and what follows. */
function phaseInput(phase: ObservedPhase, { observed: { kind } }: FittedClass, hz: number): PhaseInput {
  const { mode, wait, halt, call } = phase;
  const stack = stackOf(phase, kind);
  const asleep = mode === "sleep" && !halt;
  const hears = kind !== "kthread" && asleep && (wait === null || wait === "interruptible" || wait === "freezable");
  return {
    ...(halt ? { halt } : { mode }),
    ...(asleep ? { wait: wait ?? "interruptible" } : {}),
    ...(hears ? { onSignal: onSignalOf(call) } : {}),
    ...(mode === "guest" ? { exits: `${exitRate(phase, hz)}/s` } : {}),
    ...(stack.length > 0 ? { stack } : {}),
  };
}

function nextInput(next: ReadonlyMap<string, number>): Pick<PhaseInput, "next"> {
  if (next.size === 0) return {};
  return { next: next.size === 1 ? [...next.keys()][0]! : Object.fromEntries(next) };
}

const BY_THE_HOST = /^(EXTERNAL_INTERRUPT|INTR|interrupt)$/i;
const RATE_MAX = 1e6;

/** VM exits a second of guest time, without those of the host's own ticks, which the simulation makes itself. */
function exitRate({ exits, lengths }: ObservedPhase, hz: number): number {
  const seconds = lengths.seen / NS_PER_S;
  if (seconds === 0) return 0;
  const rates = [...exits].map(([reason, count]) => {
    const rate = count / seconds;
    return BY_THE_HOST.test(reason) ? Math.max(0, rate - hz) : rate;
  });
  return Math.min(RATE_MAX, Number(rates.reduce((sum, rate) => sum + rate, 0).toPrecision(4)));
}

const COMMANDS_MAX = 6;

function classWords({ observed }: FittedClass, recording: Observed): string {
  const { tasks, comms, born, ended } = observed;
  const named = [...comms].sort(([, a], [, b]) => b - a);
  const shown = named.slice(0, COMMANDS_MAX).map(([comm, n]) => (n === 1 ? comm : `${comm} (${n})`));
  const more = named.length > COMMANDS_MAX ? `, and ${named.length - COMMANDS_MAX} names more` : "";
  const who = shown.length === 0 ? "" : `: ${shown.join(", ")}${more}`;
  const cameAndWent = born + ended > 0 ? ` ${whole(born)} came, ${whole(ended)} went.` : "";
  const share = cpuShare(observed, recording);
  const busy = share === null ? "" : ` ${percent(share)} of the host's CPU time.`;
  return `${whole(tasks)} ${tasks === 1 ? "task" : "tasks"}${who}.${cameAndWent}${busy}`;
}

/** Of all CPUs' time, how much its tasks were seen to take; null: the trace does not say. */
export function cpuShare({ phases }: ObservedClass, { window, cpus }: Observed): number | null {
  if (window === 0 || cpus === 0) return null;
  const busy = [...phases.values()].reduce((sum, { mode, lengths }) => sum + (mode === "sleep" ? 0 : lengths.seen), 0);
  return Math.min(1, busy / (window * cpus));
}

function phaseWords(phase: ObservedPhase, { durations, chain }: FittedClass): string {
  const fitted = durations.get(phase.name)!;
  const lines = [durationWords(fitted.best.family, fitted)];
  if (phase.interrupted > 0) lines.push(`${whole(phase.interrupted)} ended by a signal.`);
  for (const assumed of chain.assumed.get(phase.name) ?? []) lines.push(`What follows: ${assumed}.`);
  return lines.join("\n");
}
