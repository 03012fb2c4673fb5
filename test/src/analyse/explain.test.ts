// What klpsim explain says, against what is simulated.

import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../../../src/analyse/explain.js";
import { crossesOnPending, waysOf } from "../../../src/analyse/ways.js";
import { Core, compileCore } from "../../../src/core.js";
import { ScenarioError, simulate } from "../../../src/index.js";
import { explanationReport } from "../../../src/report/explanation.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import type { Explanation } from "../../../src/results/explanation.js";
import { compileScenario, MECHANISMS, type Model, type Policy } from "../../../src/scenario/index.js";
import { scenarioArb } from "../../scenarios.js";

const RUNS = Number(process.env.KLPSIM_EXPLAIN_RUNS ?? 80);
const SEED = Number(process.env.KLPSIM_ORACLE_SEED ?? 20_260_101);

const module = await compileCore();
const READER = {
  kind: "user",
  count: 12,
  behaviour: {
    phases: {
      think: { mode: "user", duration: "30ms", next: "read" },
      read: { mode: "sleep", stack: ["pipe_read"], duration: { exponential: "70ms" }, next: "work" },
      work: { mode: "kernel", duration: "50ms", condResched: "100/s", next: "think" },
    },
  },
};
/** Seldom wants a CPU, so that hardly anybody waits for one. */
const LIGHT = {
  kind: "user",
  behaviour: {
    phases: {
      think: { mode: "user", duration: "3ms", next: "read" },
      read: { mode: "sleep", stack: ["pipe_read"], duration: { exponential: "70ms" }, next: "work" },
      work: { mode: "kernel", duration: "5ms", next: "think" },
    },
  },
};
const host = { cpus: 16 };
const patch = { functions: ["pipe_read"] };
const run = { replicas: 100, horizon: "20s" };

function explained(scenario: object, options: { policies?: string[] } = {}): Promise<Explanation> {
  return explain({ scenario, file: "case.yaml", workers: 0, ...options });
}

/** By class: mean number of tasks on which the first try fails, over replicas. */
function measured(model: Model, policy: Policy, replicas: number): Record<string, number> {
  const core = new Core(module, model);
  core.setPolicy(policy);
  const fails = Object.fromEntries([...model.classes.map(({ name }) => [name, 0]), ["idle", 0]]);
  const woken = MECHANISMS.indexOf("idle");
  for (let replica = 0; replica < replicas; replica++) {
    const { switchAt, idleSwitchAt, idleMechanism } = core.trace(1n, replica, 0);
    switchAt.forEach((at, task) => {
      if (at < 0) fails[model.classes[model.tasks.classOf[task]].name] += 1 / replicas;
    });
    idleSwitchAt.forEach((at, cpu) => {
      if (at < 0 || idleMechanism[cpu] === woken) fails.idle += 1 / replicas;
    });
  }
  return fails;
}

describe("The first try fails on as many of each class as simulated:", () => {
  it.each([
    ["each alone on its CPU", { workload: { reader: { ...READER, cpus: "one-each" } } }, "linux-6.1", 0.02],
    [
      "with text patching that interrupts all CPUs",
      { workload: { reader: { ...READER, cpus: "one-each" } } },
      "linux-6.4",
      0.02,
    ],
    [
      "without reliable stacks",
      { host: { ...host, reliableStack: false }, workload: { reader: READER } },
      "linux-6.1",
      0.001,
    ],
    [
      "tickless pollers",
      {
        host: { ...host, nohzFull: "2-15" },
        workload: { poller: { kind: "user", count: 10, cpus: "2-11", behaviour: "nohz-poller" } },
      },
      "nohz-v1",
      0.02,
    ],
    [
      "three guests to two CPUs",
      { workload: { vcpu: { kind: "vcpu", count: 24, behaviour: "busy-guest" } } },
      "linux-5.19",
      0.02,
    ],
    ["readers that share CPUs", { workload: { reader: { ...LIGHT, count: 32 } } }, "linux-6.1", 0.05],
  ])("%s", async (_, own, name, tolerance) => {
    const scenario = { host, patch, policies: [name], run, ...own };
    const { model, policies } = compileScenario(scenario);
    const counted = measured(model, policies[0], 400);
    const [{ stragglers }] = (await explained(scenario)).policies;
    for (const { class: owner, expected } of stragglers) {
      const off = Math.abs(expected - counted[owner]);
      expect({
        owner,
        expected,
        counted: counted[owner],
        near: off <= 0.05 + tolerance * counted[owner] + 3 * Math.sqrt(counted[owner] / 400),
      }).toMatchObject({ near: true });
    }
  });
});

describe("Who never switches:", () => {
  const vcpu = (count: number) => ({
    host,
    patch,
    run,
    workload: { vcpu: { kind: "vcpu", count, cpus: "one-each", behaviour: "busy-guest" } },
  });

  it("a busy guest under linux-5.13, but under linux-5.19", async () => {
    const { policies } = await explained(vcpu(16), { policies: ["linux-5.13", "linux-5.19"] });
    expect(policies[0].never).toEqual([
      "vcpu in guest never switches under linux-5.13, but for one whose CPU the tries run on: all replicas will be censored.",
    ]);
    expect(policies[1].never).toEqual([]);
    const { results } = await simulate({ scenario: vcpu(16), policies: ["linux-5.13", "linux-5.19"], workers: 0 });
    expect(results.map(({ censored }) => censored)).toEqual([100, 0]);
  });

  it("idle tasks of unused CPUs before 5.16, unless the watchdog runs", async () => {
    const idle = { host, patch, run };
    const [before, after] = (await explained(idle, { policies: ["linux-5.13", "linux-5.16"] })).policies;
    expect([before.never.length, after.never.length]).toEqual([1, 0]);
    const watched = await explained({ ...idle, host: { ...host, watchdog: "4s" } }, { policies: ["linux-5.13"] });
    expect(watched.policies[0].never).toEqual([]);
  });

  it("a kthread that seldom sleeps completes about as often as said", async () => {
    const scenario = {
      host,
      patch,
      run: { replicas: 400, horizon: "60s" },
      policies: ["linux-6.1"],
      workload: { kthread: { kind: "kthread", count: 4, cpus: "one-each", behaviour: "kthread-loop" } },
    };
    const [{ byChance, never }] = (await explained(scenario)).policies;
    const { censored } = (await simulate({ scenario, workers: 0 })).results[0];
    expect(never[0]).toMatch(
      /^kthread switches under linux-6.1 only when a try finds it off its CPU \(one in 41 does\): about/,
    );
    expect(Math.abs(byChance[0].completes - (1 - censored / 400))).toBeLessThan(0.12);
  });
});

it("Never: under any policy somebody switches last of whom explain says that he never can, but displaced by a try", {
  timeout: 3_600_000,
}, () => {
  let never = 0;
  const check = fc.check(
    fc.property(scenarioArb, (scenario) => {
      const { model, policies } = compileScenario(scenario);
      const core = new Core(module, model);
      for (const policy of policies) {
        core.setPolicy(policy);
        const { outcomes } = core.runEach(1n, 0, 3);
        const phases = model.classes.flatMap((one) =>
          waysOf(one, model, policy).flatMap((ways, i) => (ways.never ? [one.firstPhase + i] : [])),
        );
        never += phases.length;
        outcomes.blamePhase.forEach((phase, row) => {
          const mechanism = MECHANISMS[outcomes.blameMechanism[row]];
          const displaced = mechanism === "stack" || mechanism === crossesOnPending(policy);
          if (!displaced) expect({ mechanism, never: phases.includes(phase) }).toEqual({ mechanism, never: false });
        });
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  if (check.failed) expect.fail(`${check.errorInstance}\n${JSON.stringify(check.counterexample?.[0])}`);
  expect(never).toBeGreaterThan(RUNS / 10);
});

describe("explain", () => {
  it("gives each phase's share, what is patched in it, and rates", async () => {
    const { classes, patch: told } = await explained({ host, patch, run, workload: { reader: READER } });
    const [{ phases, perSecond, tasks }] = classes;
    expect(phases.map(({ share }) => share)).toEqual([0.2, 7 / 15, 1 / 3].map((share) => expect.closeTo(share, 9)));
    expect(phases.map(({ functions }) => functions)).toEqual([[], ["pipe_read"], []]);
    expect(told.functions).toEqual([{ name: "pipe_read", heldBy: [{ class: "reader", phase: "read" }] }]);
    expect(perSecond).toEqual({ wakeUps: expect.closeTo(80, 6), vmExits: 0, condResched: expect.closeTo(400, 6) });
    expect(tasks).toBe(12);
  });

  it("says the same twice, time apart", async () => {
    const twice = await Promise.all([1, 2].map(() => explained({ host, patch, run, workload: { reader: READER } })));
    const [one, other] = twice.map(({ timing: _, ...rest }) => rest);
    expect(one).toEqual(other);
  });

  it.each([
    [
      "a function on no stack",
      { patch: { functions: ["vfs_read"] } },
      "patch.functions: vfs_read is on the stack of no phase",
    ],
    [
      "a horizon before the first round",
      { run: { horizon: "10s" } },
      "run.horizon: the first round of linux-6.1, at 15 s, comes after the horizon of 10 s",
    ],
    [
      "an action after the horizon",
      { admin: [{ at: "30s", do: "reverse" }], run },
      "admin: reverse at 30 s comes after",
    ],
    ["a class of nobody", { workload: { reader: { ...READER, count: 0 } } }, "workload.reader.count is 0"],
    [
      "a policy twice",
      { policies: ["linux-5.19", { name: "same", extends: "linux-5.19" }] },
      "same differs from linux-5.19 in nothing but its name",
    ],
    [
      "tickless CPUs that nobody uses",
      { host: { ...host, nohzFull: "8-15" } },
      "host.nohzFull: nobody lives on these CPUs",
    ],
    ["too few replicas", { run: { replicas: 100 } }, "100 are too few for an interval of p99 and p99.9"],
  ])("warns of %s", async (_, own, warning) => {
    const { warnings } = await explained({
      host,
      patch,
      run: { horizon: "20s" },
      workload: { reader: READER },
      ...own,
    });
    expect(warnings.filter((one) => one.includes(warning))).toHaveLength(1);
  });

  it("warns of nothing where there is nothing to warn of", async () => {
    expect((await explained({ host, patch, workload: { reader: READER } })).warnings).toEqual([]);
  });

  it("refuses what simulate() refuses", async () => {
    await expect(explained({ host: { cpus: 0 } })).rejects.toThrow(ScenarioError);
    await expect(explain({ scenario: { host }, workers: -1 })).rejects.toThrow(RangeError);
  });

  it.each(["busy-vcpus", "blocked-readers", "nohz-full", "fork-storm", "idle-host", "halted-vcpus"])(
    "tells of examples/%s.yaml in 80 columns",
    async (name) => {
      const scenario = readFileSync(new URL(`../../../examples/${name}.yaml`, import.meta.url), "utf8");
      const explanation = await explain({ scenario, file: `${name}.yaml`, workers: 0 });
      const lines = explanationReport(explanation, plainTerminal(80));
      expect(lines[0]).toBe(`${name}  what will be simulated`);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(lines.join("\n")).not.toMatch(/NaN|undefined|Infinity/);
    },
  );
});
