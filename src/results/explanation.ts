// JSON of klpsim explain: what a scenario will simulate, before it is run. From the compiled model alone, but for the estimate of time.

import type { Mechanism, Mode } from "../scenario/model.js";

export interface Explanation {
  schemaVersion: 1;
  scenario: { name: string; hash: string };
  host: ExplainedHost;
  patch: {
    direction: "patch" | "unpatch";
    /** Each with the phases that show it on their stack. */
    functions: { name: string; heldBy: { class: string; phase: string }[] }[];
  };
  classes: ExplainedClass[];
  /** Simulated before the start, and why so long. */
  settle: { ms: number; why: string };
  policies: ExplainedPolicy[];
  run: { replicas: number; seed: number | string; horizonMs: number };
  /** Likely mistakes, a sentence each. */
  warnings: string[];
  /** A pilot's; differs from run to run as no other figure here does. */
  timing: { pilotReplicas: number; msPerReplica: number; workers: number; estimateMs: number };
}

export interface ExplainedHost {
  cpus: number;
  offline: number;
  nohzFull: number;
  hz: number;
  preemption: string;
  idleTasks: boolean;
  loaderCpu: number | "any" | "none";
}

export interface ExplainedClass {
  class: string;
  kind: "user" | "vcpu" | "kthread";
  tasks: number;
  /** CPUs on which they start, and how many tasks of any class that use a CPU start on the fullest of these. */
  cpus: number;
  crowd: number;
  /** Task by task, or together where that is the same law: at rest, or ranked by who wakes last (docs/rules.md, 3). */
  drawn: "by task" | "at rest" | "ranked";
  phases: ExplainedPhase[];
  /** Of all its tasks in the long run, waiting for a CPU apart: ends of sleeps, VM exits besides host ticks, cond_resched() calls. */
  perSecond: { wakeUps: number; vmExits: number; condResched: number };
}

export interface ExplainedPhase {
  phase: string;
  mode: Mode;
  /** Of wall time in the long run. */
  share: number;
  /** Probability that its stack holds a patched function, and which of them it names. */
  affected: number;
  functions: string[];
}

export interface ExplainedPolicy {
  policy: string;
  firstTryMs: number;
  /** About when the first round comes; null: never. */
  firstRoundMs: number | null;
  /** How many of each class, idle tasks last, a try at the start would fail on, on average. */
  stragglers: ExpectedStragglers[];
  /** How stragglers in each phase can switch. */
  ways: PhaseWays[];
  /** Who cannot switch, or only by chance, a sentence each. */
  never: string[];
  byChance: ByChance[];
}

export interface ExpectedStragglers {
  class: string;
  expected: number;
  /** Not where tasks share CPUs, where vCPUs poll, or where the first try does not come at once and take no time. */
  exact: boolean;
}

export interface PhaseWays {
  class: string;
  phase: string;
  ways: Way[];
  /** No way, now or in any phase that may follow. */
  never: boolean;
}

/** A class that only tries can switch, when they find its tasks off their CPUs. */
export interface ByChance {
  class: string;
  /** Of a try, to find a task so, on average. */
  probability: number;
  /** About the probability that all its tasks have been found by the horizon. */
  completes: number;
}

export interface Way {
  mechanism: Mechanism;
  when: string;
}
