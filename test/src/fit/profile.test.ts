// Fitted classes as a scenario: what it is made of, that it is one, and what its comments say.

import { describe, expect, it } from "vitest";
import { drawnWorkloads } from "../../../src/fit/draws.js";
import type { FittedClass } from "../../../src/fit/fitted-class.js";
import { profileOf } from "../../../src/fit/profile.js";
import { profileText } from "../../../src/fit/profile-text.js";
import { compileScenario, loadScenario } from "../../../src/scenario/index.js";
import { fitted, madeClass, madeObserved, madePhase } from "./made-fits.js";

const reader = madeClass(
  "reader",
  [
    madePhase("user", "user", { next: new Map([["read", 100]]) }),
    madePhase("read", "kernel", {
      call: "read",
      next: new Map([
        ["read-sleep", 60],
        ["user", 40],
      ]),
    }),
    madePhase("read-sleep", "sleep", {
      call: "read",
      stack: ["pipe_read+0x9a", "vfs_read"],
      next: new Map([["user", 60]]),
    }),
  ],
  {
    tasks: 3,
    threadsPerProcess: 3,
    comms: new Map([
      ["reader", 2],
      ["other", 1],
    ]),
  },
);
const vcpu = madeClass(
  "vcpu",
  [
    madePhase("guest", "guest", {
      call: "ioctl",
      next: new Map([["halt", 100]]),
      exits: new Map([
        ["MSR_WRITE", 50],
        ["EXTERNAL_INTERRUPT", 100],
      ]),
    }),
    madePhase("halt", "sleep", { halt: true, call: "ioctl", next: new Map([["guest", 100]]) }),
  ],
  { kind: "vcpu", cpus: new Map([[0, { tasks: 1, alone: 1 }]]) },
);
const kworker = madeClass(
  "kworker",
  [
    madePhase("work", "kernel", { next: new Map([["idle", 100]]) }),
    madePhase("idle", "sleep", { wait: "idle", next: new Map([["work", 100]]) }),
  ],
  { kind: "kthread" },
);
const classes: FittedClass[] = [fitted(reader), fitted(vcpu), fitted(kworker)];
const observed = madeObserved([reader, vcpu, kworker]);
const profile = profileOf(observed, classes, {}, "host");

describe("A profile", () => {
  it("is a scenario, whose text says the same", () => {
    const text = profileText(profile, ["Made by hand."]);
    const loaded = loadScenario(text, { file: "host.yaml" });
    expect(loaded.model.hash).toBe(compileScenario(profile.scenario).model.hash);
    expect(loaded.model.taskCount).toBe(5);
  });

  it("has every phase with its law, its wait, and what follows as often as it was seen", () => {
    expect(profile.scenario.workload.reader).toMatchObject({
      kind: "user",
      count: 3,
      threadsPerProcess: 3,
      behaviour: {
        phases: {
          user: { mode: "user", duration: { exponential: "1ms" }, next: "read" },
          read: { mode: "kernel", next: { "read-sleep": 60, user: 40 } },
          "read-sleep": { mode: "sleep", wait: "interruptible", onSignal: "restart", next: "user" },
        },
      },
    });
  });

  it("shows on a stack what the trace does, and what a system call cannot but hold", () => {
    const { phases } = profile.scenario.workload.reader!.behaviour as { phases: Record<string, { stack?: string[] }> };
    expect(phases["read-sleep"]!.stack).toEqual([
      "pipe_read",
      "vfs_read",
      "__do_sys_read",
      "__se_sys_read",
      "__x64_sys_read",
      "do_syscall_64",
    ]);
    expect(phases.user!.stack).toBeUndefined();
    const { model } = compileScenario({ ...profile.scenario, patch: { functions: ["__x64_sys_read"] } });
    expect(model.phases.map(({ name, affected }) => [name, affected])).toContainEqual(["read", 1]);
  });

  it("counts the VM exits that the host's ticks do not make", () => {
    const { phases } = profile.scenario.workload.vcpu!.behaviour as { phases: Record<string, { exits?: string }> };
    expect(phases.guest!.exits).toBe("1250/s"); // 150 in 0.1 s, less 250 ticks a second
  });

  it.each([
    ["epoll_wait", "eintr"],
    ["io_uring_enter", "absorb"],
    ["poll", "restart"],
  ])("takes a signal in %s for %s", (call, onSignal) => {
    const sleeper = madeClass("sleeper", [madePhase("sleep", "sleep", { call, next: new Map([["sleep", 3]]) })]);
    const { scenario } = profileOf(madeObserved([sleeper]), [fitted(sleeper)], {}, "host");
    expect(scenario.workload.sleeper).toMatchObject({ behaviour: { phases: { sleep: { onSignal } } } });
  });

  it("says in comments where each number comes from", () => {
    const text = profileText(profile, ["Made by hand."]);
    expect(text).toMatch(/^# Made by hand\.\n/);
    expect(text).toContain("# 3 tasks: reader (2), other. ");
    expect(text).toContain(
      "# Exponential, mean 1 ms (99%: 800 us to 1.3 ms); 100 seen whole, 1 cut; off by 0.03 at most (p = 0.4).",
    );
    expect(text).toContain("hz: 250 # not in the trace: ");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(130);
  });

  it("takes CPUs and ticks from who knows them", () => {
    const { scenario } = profileOf(observed, classes, { cpus: 64, hz: 1000 }, "host");
    expect(scenario.host).toMatchObject({ cpus: 64, hz: 1000 });
  });

  it("gives classes of one name names of their own", () => {
    const { scenario } = profileOf(madeObserved([reader, reader]), [fitted(reader), fitted(reader)], {}, "host");
    expect(Object.keys(scenario.workload)).toEqual(["reader", "reader-2"]);
  });
});

describe("Draws", () => {
  const draws = (seed: number) => drawnWorkloads(classes, profile, 3, seed);

  it("are workloads of the same classes, each a scenario, no two alike", () => {
    const workload = draws(1);
    expect(workload.map((one) => compileScenario({ ...profile.scenario, workload: one }).model.taskCount)).toEqual([
      5, 5, 5,
    ]);
    expect(new Set(workload.map((one) => JSON.stringify(one))).size).toBe(3);
  });

  it("follow from the seed", () => {
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });

  it("give what follows a phase shares whose mean and spread are a Dirichlet distribution's", () => {
    const workloads = drawnWorkloads(classes, profile, 2000, 1) as unknown as Drawn[];
    const shares = workloads.map(({ reader }) => reader.behaviour.phases.read.next["read-sleep"]!);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.6, 2);
    expect(variance / ((0.6 * 0.4) / 101)).toBeCloseTo(1, 1); // of Beta(60, 40)
  });
});

interface Drawn {
  reader: { behaviour: { phases: { read: { next: Record<string, number> } } } };
}
