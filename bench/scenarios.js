// The reference scenarios that all benches share, and the pairs that show how cost grows: an example, one of its policies,
// and what is set in it.

import { readFileSync } from "node:fs";
import { loadScenario } from "klpsim";
import { Core, compileCore } from "../dist/core.js";

/**
 * @typedef {object} Reference
 * @property {string} name
 * @property {string} example its file under examples/
 * @property {string} policy
 * @property {string[]} [set] `path=YAML` settings
 */

const VCPUS_ALONE = ["workload.sleeper.count=0", "workload.kworker.count=0"];

/** @type {Reference[]} */
export const REFERENCES = [
  { name: "idle-host", example: "idle-host", policy: "linux-6.1" },
  { name: "busy-vcpus", example: "busy-vcpus", policy: "linux-5.13" },
  { name: "busy-vcpus", example: "busy-vcpus", policy: "linux-5.19" },
  { name: "busy-vcpus", example: "busy-vcpus", policy: "kvm-v2" },
  { name: "overcommit", example: "overcommit", policy: "linux-5.19" },
  { name: "fleet-host", example: "fleet-host", policy: "linux-5.19" },
  { name: "blocked-readers", example: "blocked-readers", policy: "linux-6.1" },
  { name: "kthreads", example: "kthreads", policy: "linux-6.1" },
  ...[16, 256, 4096].map(patchLite),
];

/** One reference by its name, under linux-5.19 where there are several. */
export function referenceTo(name) {
  return REFERENCES.find((one) => one.name === name && ["linux-5.19", "plain"].includes(one.policy));
}

function patchLite(count) {
  const set = [`workload.task.count=${count}`];
  return { name: `patch-lite T=${count}`, example: "patch-lite", policy: "plain", set };
}

/** CPUs on which nothing can be skipped: each has a task that never leaves it and three that block and wake at random. */
export const CONTENDED = {
  name: "contended",
  example: "overcommit",
  policy: "linux-5.19",
  set: [
    "workload.vcpu={kind: user, count: 32, cpus: one-each, behaviour: cpu-bound}",
    ...["first", "second", "third"].map(
      (name) =>
        `workload.${name}={kind: user, count: 32, cpus: one-each, behaviour: {phases: {work: {mode: user, duration: {exponential: 3ms}, next: wait}, wait: {mode: sleep, duration: {exponential: 2ms}, next: work}}}}`,
    ),
  ],
};

/** Two sizes of one thing. `by` divides the cost of the larger one: 64 where the cost is told by CPU and there are 64 times as many. */
export const GROWTH = [
  {
    name: "clean sleepers on CPUs without a straggler, 200 -> 20,000",
    by: 1,
    sizes: [200, 20_000].map((count) => cleanSleepers(count, [])),
  },
  {
    name: "clean sleepers with kworker count 0, 200 -> 20,000",
    by: 1,
    sizes: [200, 20_000].map((count) => cleanSleepers(count, ["workload.kworker.count=0"])),
  },
  {
    name: "horizon 120 s -> 3,600 s, linux-5.13, sleeper and kworker count 0",
    by: 1,
    sizes: [120, 3600].map((seconds) => busyVcpus("linux-5.13", [...VCPUS_ALONE, `run.horizon=${seconds}s`])),
  },
  {
    name: "per CPU, 16 -> 1,024 CPUs, a busy guest each",
    by: 64,
    sizes: [16, 1024].map((cpus) =>
      busyVcpus("linux-5.19", [...VCPUS_ALONE, `host.cpus=${cpus}`, `workload.vcpu.count=${cpus}`]),
    ),
  },
  {
    name: "per CPU, 16 -> 1,024 CPUs, sleepers and kworkers in proportion",
    by: 64,
    sizes: [16, 1024].map((cpus) =>
      busyVcpus("linux-5.19", [
        `host.cpus=${cpus}`,
        `workload.vcpu.count=${cpus}`,
        `workload.sleeper.count=${3 * cpus}`,
        `workload.kworker.count=${cpus / 8}`,
      ]),
    ),
  },
];

function busyVcpus(policy, set) {
  return { name: "busy-vcpus", example: "busy-vcpus", policy, set };
}

/** The vCPUs on one half of the host, the sleepers on the other. */
function cleanSleepers(count, set) {
  const half = ["host.cpus=128", "workload.sleeper.cpus=64-127", `workload.sleeper.count=${count}`];
  return busyVcpus("linux-5.19", [...half, ...set]);
}

/** A reference's name with its policy. */
export function title({ name, policy }) {
  return `${name} ${policy}`;
}

/** What simulate() takes for a reference. */
export function optionsOf({ example, policy, set = [] }) {
  const file = `examples/${example}.yaml`;
  const scenario = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  return { scenario, file, set, policies: [policy] };
}

/** The job that an executor runs for so many replicas of a reference. */
export function jobOf(reference, replicas) {
  const { scenario, ...options } = optionsOf(reference);
  const { model, policies, seed } = loadScenario(scenario, options);
  return { experiment: "transition", model, variants: policies, replicas, seed };
}

/** The engine alone, in this thread, loaded with a reference: replicas 0 to count - 1 at each call. */
export async function engineFor(reference, build = "release") {
  const { model, variants, seed } = jobOf(reference, 0);
  const core = new Core(await compileCore(build), model);
  core.setPolicy(variants[0]);
  return { core, run: (count) => core.run(seed, 0, count) };
}

/** Events of a replica that are executed singly, on average over so many. */
export async function eventsEach(reference, count) {
  const { core, run } = await engineFor(reference, "debug");
  run(count);
  return core.events / count;
}
