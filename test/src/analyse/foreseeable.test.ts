// Which tails are known from who is held up: refused where anything but a straggler's own sleep matters, and equal to what is counted.

import { describe, expect, it } from "vitest";
import { unforeseenShare } from "../../../src/analyse/foreseeable.js";
import { rareTails } from "../../../src/analyse/rare-tails.js";
import { branchable } from "../../../src/branching-core.js";
import { Core, compileCore } from "../../../src/core.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { loadScenario } from "../../../src/scenario/index.js";

const READERS = `
host: { cpus: 8 }
workload:
  reader:
    kind: user
    count: 8
    cpus: one-each
    behaviour:
      phases:
        user: { mode: user, duration: { exponential: 4ms }, next: { wait: 3, nap: 1 } }
        wait: { mode: sleep, wait: uninterruptible, duration: { exponential: 1s }, stack: [vfs_read], next: user }
        nap: { mode: sleep, wait: interruptible, duration: { uniform: [10ms, 90ms] }, next: user }
patch: { functions: [vfs_read] }
policies: [linux-5.19]
`;
const PHASES = "workload.reader.behaviour.phases";

function shareOf(...set: string[]): number | null {
  const { model, policies } = loadScenario(READERS, { set });
  return unforeseenShare(branchable(model, 20e6), policies[0]!);
}

describe("who is late for no reason but a sleep", () => {
  it("Always: readers alone on their CPUs, which the scheduler's tick takes out of user mode", () => {
    expect(shareOf()).toBe(0);
    expect(shareOf("host.nohzFull=1-7")).toBeCloseTo(7 * (4 / 792) * Math.exp(-125) * 1.03, 50);
  });

  for (const [title, ...set] of [
    ["two share a CPU", "host.cpus=4", "workload.reader.cpus=0-3"],
    ["a sleep on a patched function goes to another sleep", `${PHASES}.wait.next=nap`],
    ["somebody runs in the kernel", `${PHASES}.nap={mode: kernel, duration: 1ms, next: user}`],
    ["a kthread never comes to user mode", "workload.reader.kind=kthread", `${PHASES}.user.mode=kernel`],
    ["a signal is absorbed", `${PHASES}.nap.onSignal=absorb`],
    ["no stack can be trusted", "host.reliableStack=false"],
    ["nobody wakes idle CPUs", "policies=[linux-4.12]"],
    ["everybody is forced", "policies=[{name: forced, extends: linux-5.19, forceAt: 5s}]"],
    [
      "user mode may last as long",
      "host.schedulerTick=false",
      `${PHASES}.user.duration={lognormal: {median: 1ms, sigma: 1}}`,
    ],
  ] as const) {
    it(`Never: where ${title}`, () => expect(shareOf(...set)).toBeNull());
  }
});

describe("a tail by conditioning", () => {
  for (const [title, seconds, ...set] of [
    ["lognormal sleeps", 3, `${PHASES}.wait.duration={lognormal: {median: 300ms, sigma: 0.7}}`],
    [
      "signals to come after it",
      13.7,
      "policies=[linux-4.16]",
      "host.idleTasks=false",
      `${PHASES}.wait={mode: sleep, wait: interruptible, duration: {uniform: [1s, 14s]}, stack: [vfs_read], next: user}`,
    ],
    [
      "signals for others before it",
      17,
      `${PHASES}.nap={mode: sleep, wait: interruptible, onSignal: restart, duration: {weibull: {scale: 9s, shape: 2}}, stack: [vfs_read], next: user}`,
      `${PHASES}.wait.duration={pareto: {min: 1s, max: 60s, shape: 2.5}}`,
    ],
  ] as const) {
    it(`Always: as it is counted, with ${title}`, async () => {
      const compiled = loadScenario(READERS, { set: [...set, "run.horizon=100s"] });
      const effort = { particles: 64, groups: 24, groupsMax: 4096 };
      const [[tail]] = await rareTails(new InProcessExecutor(), compiled, {
        times: [seconds * 1e6],
        error: 0.2,
        effort,
      });
      const core = new Core(await compileCore(), compiled.model);
      core.setPolicy(compiled.policies[0]!);
      const replicas = 15_000;
      const { outcomes } = core.runEach(3n, 0, replicas);
      const late = outcomes.complete.filter((ticks) => ticks < 0 || ticks > seconds * 1e6).length;
      const expected = replicas * tail!.probability!;
      expect(tail!.method).toBe("conditional");
      expect(tail!.probability).toBeLessThan(0.1);
      expect(late).toBeGreaterThan(100);
      const error = expected * (Math.log(tail!.high! / tail!.low!) / 4);
      expect(Math.abs(late - expected) / Math.hypot(Math.sqrt(expected), error)).toBeLessThan(4);
    });
  }
});
