// Blame that explains, on cases whose answer is known.

import { describe, expect, it } from "vitest";
import type { BlameOptions } from "../../../src/analyse/blame.js";
import { candidates } from "../../../src/analyse/what-if.js";
import { without } from "../../../src/analyse/without.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { ScenarioError, simulate } from "../../../src/index.js";
import type { DelayParts, PolicyResult, WhatIf } from "../../../src/results/result.js";
import { compileScenario } from "../../../src/scenario/index.js";

const alone = { cpus: 8, idleTasks: false, loaderCpu: "none" };
const READER = {
  kind: "user",
  count: 4,
  behaviour: {
    phases: {
      think: { mode: "user", duration: "2ms", next: "read" },
      read: { mode: "sleep", stack: ["vfs_read", "pipe_read"], duration: { exponential: "50s" }, next: "think" },
    },
  },
};
const STUCK = {
  kind: "user",
  behaviour: { phases: { stuck: { mode: "sleep", wait: "uninterruptible", duration: "forever", affected: 1 } } },
};
const CLEAN = { kind: "user", count: 3, behaviour: "stopped" };
const patch = { functions: ["pipe_read"] };

async function blamed(scenario: object, blame: BlameOptions = { whatIf: false }): Promise<PolicyResult> {
  const run = { replicas: 60, horizon: "1h" };
  return (await simulate({ scenario: { host: alone, patch, run, ...scenario }, workers: 0, blame })).results[0];
}

function total({ roundMs, taskMs, tryMs, completionMs }: DelayParts): number {
  return roundMs + taskMs + tryMs + completionMs;
}

describe("Until what made the last task move:", () => {
  it("nothing does under a policy without rounds", async () => {
    const { delays, latencyMs } = await blamed({ policies: ["plain"], workload: { reader: READER } });
    expect(delays!.mean).toMatchObject({ roundMs: 0, completionMs: 0 });
    expect(total(delays!.mean!)).toBeCloseTo(latencyMs.mean!, 6);
    expect(delays!.mean!.tryMs).toBeGreaterThan(300); // uniform over a second
    expect(delays!.mean!.tryMs).toBeLessThan(700);
  });

  it("under linux-6.1 a blocked reader waits for the round of try 16, and the next try notices", async () => {
    const { delays, blame } = await blamed({ policies: ["linux-6.1"], workload: { reader: READER } });
    const { roundMs, taskMs, tryMs } = delays!.mean!;
    expect(roundMs).toBeGreaterThan(14_500);
    expect(roundMs).toBeLessThan(16_000);
    expect(taskMs).toBe(0);
    expect(tryMs).toBeCloseTo(1000, -2);
    expect(
      delays!.by.map(({ class: name, phase, mechanism, share }) => ({ class: name, phase, mechanism, share })),
    ).toEqual(blame);
  });

  it("a sleep that no signal ends is the task's own, whatever rounds there were", async () => {
    const disk = {
      kind: "user",
      behaviour: {
        phases: {
          think: { mode: "user", duration: "2ms", next: "io" },
          io: { mode: "sleep", wait: "uninterruptible", affected: 1, duration: "100s", next: "think" },
        },
      },
    };
    const { delays, rounds } = await blamed({ policies: ["linux-6.1"], workload: { disk } });
    expect(rounds.mean).toBeGreaterThan(1);
    expect(delays!.mean!.roundMs).toBe(0);
    expect(delays!.mean!.taskMs).toBeGreaterThan(30_000);
  });

  it("a kthread that a round wakes is found elsewhere by the try after it", async () => {
    const kthread = {
      kind: "kthread",
      behaviour: {
        phases: {
          wait: { mode: "sleep", affected: 1, duration: "30m", next: "pause" },
          pause: { mode: "sleep", wait: "idle", duration: "5s", next: "wait" },
        },
      },
    };
    const { delays } = await blamed({
      policies: ["linux-6.1"],
      workload: { kthread },
      run: { replicas: 40, horizon: "1h" },
    });
    const woken = delays!.by.find(({ mechanism }) => mechanism === "stack")!;
    expect(woken.mean.roundMs / woken.share).toBeCloseTo(15_300, -3);
    expect(woken.mean.taskMs / woken.share).toBeCloseTo(1000, -2);
    expect(woken.mean.tryMs).toBe(0);
  });

  it("force is what moves a task that nothing else reaches", async () => {
    const policies = [{ name: "forced", extends: "plain", forceAt: "4.5s" }];
    const { delays } = await blamed({ policies, workload: { stuck: STUCK } });
    expect(delays!.mean).toEqual({ roundMs: 4500, taskMs: 0, tryMs: 500, completionMs: 0 });
  });

  it("whom the first try switches has waited for it", async () => {
    const { delays } = await blamed({
      host: { ...alone, enableGap: "3s" },
      policies: ["plain"],
      workload: { clean: CLEAN },
    });
    expect(delays!.mean).toEqual({ roundMs: 3000, taskMs: 0, tryMs: 0, completionMs: 0 });
  });

  it("an idle task that a try wakes waits for the next one to notice", async () => {
    const { delays } = await blamed({ host: { cpus: 8 }, policies: ["linux-6.1"] });
    const { roundMs, taskMs, tryMs } = delays!.mean!;
    expect([roundMs, taskMs]).toEqual([0, 0]);
    expect(tryMs).toBeGreaterThan(900);
  });

  it("after a reverse it is the reverse", async () => {
    const admin = [{ at: "2.5s", do: "reverse" }];
    const { delays } = await blamed({ policies: ["plain"], admin, workload: { stuck: STUCK, clean: CLEAN } });
    expect(delays!.mean).toEqual({ roundMs: 2500, taskMs: 500, tryMs: 0, completionMs: 0 });
  });

  it("adds up over completed replicas, of all policies, on any number of workers", async () => {
    const scenario = {
      host: { cpus: 4 },
      patch,
      policies: ["linux-4.16", "linux-6.1", "linux-6.4"],
      workload: { reader: READER, vcpu: { kind: "vcpu", count: 4, behaviour: "busy-guest" } },
      run: { replicas: 200 },
    };
    const [one, two] = await Promise.all([0, 2].map((workers) => simulate({ scenario, workers, blame: true })));
    expect(two.results).toEqual(one.results);
    for (const { delays, latencyMs, blame } of one.results) {
      expect(total(delays!.mean!)).toBeCloseTo(latencyMs.mean!, 6);
      expect(delays!.by.reduce((sum, { tail }) => sum + total(tail!), 0)).toBeCloseTo(total(delays!.tail!), 6);
      const shares = new Map(blame.map(({ share, ...who }) => [Object.values(who).join(), share]));
      for (const { class: name, phase, mechanism, share } of delays!.by)
        expect(share).toBeCloseTo(shares.get([name, phase, mechanism].join())!, 12);
    }
  });
});

describe("Without it:", () => {
  const only = (list: WhatIf[]) => list.map(({ without: { kind, name } }) => `${kind}:${name}`);

  it("without the readers the others decide, replica by replica", async () => {
    const slow = { ...READER, count: 2, cpus: [2, 3] };
    const scenario = {
      host: alone,
      patch,
      policies: ["plain"],
      workload: { reader: { ...READER, cpus: [0, 1] }, slow },
      run: { replicas: 200, horizon: "1h" },
    };
    const compiled = compileScenario(scenario);
    const [policy] = compiled.policies;
    const executor = new InProcessExecutor();
    const outcomes = async ({ model, policy: variant }: { model: typeof compiled.model; policy: typeof policy }) =>
      (
        await executor.run({
          experiment: "transition",
          model,
          variants: [variant],
          replicas: 200,
          seed: 1n,
          outcomes: true,
        })
      ).outcomes![0];
    const both = await outcomes({ model: compiled.model, policy });
    const [left, right] = await Promise.all(
      ["reader", "slow"].map(async (name) => outcomes(without(compiled, policy, { kind: "class", name })!)),
    );
    const later = left.complete.map((ticks, row) => Math.max(ticks, right.complete[row]));
    expect([...both.complete]).toEqual([...later]);
  });

  it("a function that shares its frames with another changes nothing, one alone all", async () => {
    const workload = { reader: { ...READER, count: 8, cpus: "one-each" } };
    const names = (functions: string[]) => ({ whatIf: functions.map((name) => `function:${name}`) });
    const two = await blamed(
      { patch: { functions: ["vfs_read", "pipe_read"] }, workload },
      names(["vfs_read", "pipe_read"]),
    );
    expect(two.delays!.whatIf.map(({ meanMs }) => meanMs.value)).toEqual([0, 0]);
    const one = await blamed({ workload }, names(["pipe_read"]));
    expect(one.delays!.whatIf[0].meanMs.value).toBeGreaterThan(14_000);
  });

  it("rounds win time: without them it takes longer", async () => {
    const { delays } = await blamed(
      { policies: ["linux-6.1"], workload: { reader: READER }, run: { replicas: 100, horizon: "1h" } },
      {},
    );
    const signal = delays!.whatIf.find(({ without: { name } }) => name === "signal")!;
    expect(signal.meanMs.value).toBeLessThan(-30_000);
    expect(signal.p99Ms.value).toBeLessThan(-30_000);
    expect(signal.meanMs.high).toBeLessThan(0);
    expect(only(delays!.whatIf)).toEqual(["class:reader", "function:pipe_read", "mechanism:signal"]);
  });

  it("who is stuck is a candidate, and what is censored has no figure", async () => {
    const run = { replicas: 20, horizon: "30s" };
    const { delays } = await blamed({ policies: ["plain"], workload: { stuck: STUCK, clean: CLEAN }, run }, {});
    expect(delays!.whatIf).toEqual([
      {
        without: { kind: "class", name: "stuck" },
        meanMs: { value: null, low: null, high: null },
        p99Ms: { value: null, low: null, high: null },
        censored: { with: 20, without: 0 },
      },
    ]);
  });

  it("every mechanism of a policy can be left out", () => {
    const names = ["linux-6.4", "linux-6.16", "kvm-direct", "nohz-v2", "force-after"];
    const compiled = compileScenario({ host: { cpus: 2 }, policies: names });
    const rest = compiled.policies.map((policy) =>
      (["signal", "idle", "cond_resched", "schedule", "guest-direct", "remote", "force"] as const).filter(
        (name) => without(compiled, policy, { kind: "mechanism", name }) !== null,
      ),
    );
    expect(rest).toEqual([
      ["signal", "idle", "cond_resched"],
      ["signal", "idle", "schedule"],
      ["signal", "idle", "guest-direct"],
      ["signal", "idle", "remote"],
      ["signal", "idle", "schedule", "force"],
    ]);
    const direct = without(compiled, compiled.policies[2], { kind: "mechanism", name: "guest-direct" })!.policy;
    expect([direct.guestUpdates, direct.guestMask.includes("TIF_PATCH_PENDING")]).toEqual([[], false]);
  });

  it("looks for at most five candidates, the largest first", () => {
    const workload = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, READER]));
    const compiled = compileScenario({ host: { cpus: 8 }, patch, workload });
    const parts = { roundMs: 1, taskMs: 1, tryMs: 1, completionMs: 1 };
    const by = Object.keys(workload).map((name, i) => ({
      class: name,
      phase: "read",
      mechanism: "user-exit",
      share: 0,
      tailShare: 0,
      mean: parts,
      tail: { ...parts, taskMs: 10 - i },
    }));
    const found = candidates(compiled, compiled.policies[0], { by, tail: parts }, []);
    expect(found.map(({ name }) => name)).toEqual(["pipe_read", "a", "b", "c", "d"]);
  });

  it.each([
    ["class:raeder", 'one of reader, got "raeder"; did you mean reader?'],
    ["class:idle", 'one of reader, got "idle"'],
    ["function:vfs_read", "one of pipe_read"],
    ["mechanism:user-exit", "one of signal, idle, cond_resched"],
    ["mechanism:schedule", "none of the policies has it: linux-6.1"],
    ["clas:reader", 'class:NAME, function:NAME or mechanism:NAME, got "clas:reader"; did you mean class?'],
    ["reader", "class:NAME, function:NAME or mechanism:NAME"],
  ])("refuses --what-if %s before anything is simulated", async (name, message) => {
    const run = blamed({ workload: { reader: READER } }, { whatIf: [name] });
    await expect(run).rejects.toThrow(ScenarioError);
    await expect(run).rejects.toThrow(message);
  });
});
