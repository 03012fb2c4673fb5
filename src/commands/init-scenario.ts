// A first scenario from a few answers: commented, so that it says what each number is and where to look for a better one.

import { POLICY_PRESETS } from "../scenario/index.js";

/** Counts are of threads; none of a class is fine. */
export interface Answers {
  cpus: number;
  vcpus: number;
  agents: number;
  readers: number;
  sleepers: number;
  kworkers: number;
  patchFunctions: string[];
  policies: string[];
}

/** A class of tasks: whose count it is, what it is, how a scenario says it. */
interface Class {
  answer: keyof Answers;
  comment: string;
  line(count: number, cpus: number): string;
}

const CLASSES: Class[] = [
  {
    answer: "vcpus",
    comment:
      "vCPU threads of one KVM guest that computes for ever: they leave the guest for the kernel, seldom for user space.",
    line: (count, cpus) =>
      `vcpu: { kind: vcpu, count: ${count}, cpus: ${count <= cpus ? "one-each" : "spread"}, behaviour: busy-guest }`,
  },
  {
    answer: "agents",
    comment: "Agents that wake from poll() ten times a second and do a little work.",
    line: (count) => `agent: { kind: user, count: ${count}, behaviour: poll-loop }`,
  },
  {
    answer: "readers",
    comment: "Threads blocked in read() on a pipe for seconds, with vfs_read() and pipe_read() on their stacks.",
    line: (count) => `reader: { kind: user, count: ${count}, behaviour: blocked-reader }`,
  },
  {
    answer: "sleepers",
    comment: "Everything that hardly ever wakes.",
    line: (count) => `sleeper:
    kind: user
    count: ${count}
    behaviour:
      phases:
        asleep: { mode: sleep, wait: interruptible, duration: { exponential: 10m }, onSignal: restart, next: awake }
        awake: { mode: user, duration: 50us, next: asleep }`,
  },
  {
    answer: "kworkers",
    comment: "Workqueue workers: asleep in TASK_IDLE, about once a second a moment's work.",
    line: (count) => `kworker: { kind: kthread, count: ${count}, behaviour: kworker }`,
  },
];

/** `file`: as it will be called, for what the comments say to type. */
export function scenarioText(answers: Answers, file: string): string {
  const classes = CLASSES.filter(({ answer }) => Number(answers[answer]) > 0).map(
    ({ answer, comment, line }) => `  # ${comment}\n  ${line(Number(answers[answer]), answers.cpus)}\n`,
  );
  return `# How long does this livepatch take to load here, and what holds it up?
#
#   klpsim explain ${file}      what will be simulated, in words
#   klpsim run ${file}
#   klpsim behaviours      what else a class of tasks can be said to do
#   klpsim policies        kernels, and proposals for them
#
# The counts are first guesses: replace them by what your host has. docs/model.md says what every field means.
host:
  cpus: ${answers.cpus}
  hz: 250 # grep CONFIG_HZ= /boot/config-$(uname -r)
  preemption: voluntary # none, voluntary, full or lazy: cat /sys/kernel/debug/sched/preempt
workload:${classes.length === 0 ? " {}" : `\n${classes.join("")}`.trimEnd()}
patch:
  # The functions that the livepatch replaces. Who has one of them on its stack cannot be switched.
  functions: [${answers.patchFunctions.join(", ")}]
# The kernels to ask, each by itself.
policies: [${answers.policies.join(", ")}]
# 10,000 transitions a policy; one that takes longer than the horizon is censored: reported, and in no mean.
run: { replicas: 10000, seed: 1, horizon: 120s }
`;
}

/** The preset for a kernel such as 6.8.0-45-generic: the last one that is not newer. 5.10.162 is for its own 5.10 alone. */
export function presetFor(release: string): string {
  const own = numbers(release);
  const fitting = Object.keys(POLICY_PRESETS).filter((name) => {
    const preset = /^linux-([0-9.]+)$/.exec(name)?.[1];
    if (preset === undefined) return false;
    const its = numbers(preset);
    return compare(its, own) <= 0 && (its.length < 3 || compare(its.slice(0, 2), own.slice(0, 2)) === 0);
  });
  return fitting.at(-1) ?? "linux-4.12";
}

function numbers(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((number, i) => number !== (b[i] ?? 0));
  return at < 0 ? 0 : a[at]! - (b[at] ?? 0);
}
