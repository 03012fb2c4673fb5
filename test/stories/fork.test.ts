// Fork and exit in a transition: klp_copy_process (kernel/livepatch/transition.c), 5.13 against 6.1; KF 1.8, L10.

import { describe, expect, it } from "vitest";
import { endless, obstacle, scenario, tell } from "./run.js";

/** A parent that spends `fork` in copy_process and `rest` asleep, whose child then does `child`. */
const parent = (fork: unknown, rest: unknown, child: Record<string, unknown>, children = 1) => ({
  kind: "user",
  count: 1,
  cpus: [1],
  behaviour: {
    children,
    phases: {
      rest: { mode: "sleep", wait: "uninterruptible", duration: rest, next: "copy" },
      copy: { mode: "kernel", duration: fork, fork: "child", next: "rest" },
      child: { duration: "forever", ...child },
    },
  },
});

describe("a child", () => {
  it("Always: of a parent that switched is born switched, and does not hold the transition up", async () => {
    // The parent sleeps cleanly at try 1 and forks later; the child never leaves the kernel.
    const workload = {
      parent: parent("10ms", "3s", { mode: "kernel" }),
      obstacle: obstacle({
        cpus: [0],
        behaviour: {
          phases: {
            call: { mode: "sleep", wait: "uninterruptible", stack: ["f"], duration: "20s", next: "back" },
            back: { mode: "user", duration: "1us", next: "call" },
          },
        },
      }),
    };
    const fields = scenario(workload, { host: { preemption: "full" }, run: { settle: "0s" } });
    const all = await tell(fields, "linux-6.1", 40);
    for (const one of all.filter((each) => each.task("parent").at === 0)) {
      expect(one.task("parent", 1)).toEqual({ at: null, by: "none" });
      expect(one.complete).toBeLessThan(22);
    }
  });

  it("Sometimes: of a parent that has not switched is a straggler more", async () => {
    const workload = { parent: parent("300ms", "300ms", { mode: "user" }) };
    const all = await tell(scenario(workload, { run: { settle: "0s" } }), "linux-6.1", 40);
    expect(all.some((one) => one.task("parent", 1).at !== null)).toBe(true);
    for (const one of all) expect(one.complete).not.toBeNull();
  });

  it("Never: from 6.1 on completion finds a task with a left-over flag, however many are being forked", async () => {
    for (const one of await tell(storm(), "linux-6.1", 100)) expect(one.counters.warnings).toBe(0);
  });

  it("Sometimes: before 6.1 the parent switches between the copy of the flag and that of the state, and completion warns", async () => {
    const all = await tell(storm(), "linux-5.19", 100);
    expect(all.some((one) => one.counters.warnings > 0)).toBe(true);
    expect(all.some((one) => one.counters.warnings === 0)).toBe(true);
  });

  it("Sometimes: before 6.1 a fork across start leaves a child unswitched without a flag, which only a try can switch", async () => {
    // The child stays in user mode, ticking; with the flag it would leave it switched at its first step.
    const workload = { parent: parent("1s", "1s", { mode: "user" }) };
    const started = (policy: string) => tell(scenario(workload, { run: { settle: "0s" } }), policy, 60);
    const before = (await started("linux-5.19")).map((one) => one.task("parent", 1));
    expect(before.some(({ by }) => by === "stack")).toBe(true);
    for (const { at, by } of (await started("linux-6.1")).map((one) => one.task("parent", 1)))
      if (at !== null) expect(by).toBe("user-exit");
  });

  it("Never: that child is reached by a round", async () => {
    // Alone on its CPU the child is never off it at a try: parents rest for an hour after the one fork.
    const workload = {
      parent: parent(
        "1s",
        {
          mixture: [
            { weight: 0.999, duration: "1s" },
            { weight: 0.001, duration: "1000s" },
          ],
        },
        { mode: "user" },
      ),
    };
    const all = await tell(scenario(workload, { run: { settle: "0s" } }), "linux-5.19", 60);
    for (const one of all) {
      const child = one.task("parent", 1);
      if (one.rounds > 0 && child.at !== null && child.at > 14) expect(child.by).toBe("stack");
    }
  });
});

/**
 * Parents sit in f, then fork for seconds, since many tasks share their CPU: tries find them off it and switch them in
 * mid-fork. Children wait long for their first step, at which a left-over flag would be cleared.
 */
const storm = () =>
  scenario(
    {
      parent: {
        kind: "user",
        count: 30,
        cpus: [1],
        behaviour: {
          children: 1,
          phases: {
            rest: {
              mode: "sleep",
              wait: "uninterruptible",
              stack: ["f"],
              duration: { exponential: "2s" },
              next: "copy",
            },
            copy: { mode: "kernel", duration: "50ms", fork: "child", next: "rest" },
            child: { mode: "user", duration: "1ms", next: "exit" },
          },
        },
      },
      busy: endless({ mode: "user" }, { count: 30 }),
    },
    { host: { preemption: "full" } },
  );

describe("a task that exits", () => {
  it("Always: a zombie has no stack, and is switched by the next try", async () => {
    const brief = endless(
      {},
      {
        behaviour: {
          phases: {
            call: { mode: "sleep", wait: "uninterruptible", stack: ["f"], duration: "5s", next: "exit" },
          },
        },
      },
    );
    for (const one of await tell(scenario({ brief }), "linux-6.1", 40)) {
      expect(one.task("brief").by).toBe("stack");
      expect(one.task("brief").at).toBe(one.decided);
      expect(one.decided).toBeLessThan(6.1);
    }
  });

  it("Always: a child that is off the task list is nobody's business: the transition ends without it", async () => {
    // Children are born unswitched inside the kernel and exit from it; none ever switches, none is waited for.
    const workload = { parent: parent("200ms", "200ms", { mode: "kernel", duration: "50ms", next: "exit" }, 4) };
    for (const one of await tell(scenario(workload), "linux-6.1", 40)) expect(one.complete).toBeLessThan(5);
  });
});
