// Trying one task: klp_try_switch_task (kernel/livepatch/transition.c), reliable stacks (arch/x86/kernel/stacktrace.c); KF 2.1 to 2.3.

import { describe, expect, it } from "vitest";
import { asleepInF, endless, obstacle, scenario, TURNS, tell } from "./run.js";

const WAITS = ["interruptible", "uninterruptible", "killable", "freezable", "idle", "stopped", "traced"];
const kernelBusy = (more = {}) => endless({ mode: "kernel" }, { kind: "kthread", ...more });

describe("a try, condition by condition", () => {
  it("Always: a task that has switched already is done, and no try touches it again", async () => {
    for (const one of await tell(scenario({ spin: endless({ mode: "user" }) }), "linux-6.1")) {
      expect(one.task("spin").by).toBe("user-exit");
      expect(one.tries).toBe(2);
    }
  });

  it("Never: without reliable stacks a try switches anybody; user tasks wait for the round, kthreads for ever", async () => {
    const host = { reliableStack: false };
    const clean = endless(
      { mode: "sleep", wait: "interruptible" },
      {
        behaviour: {
          phases: {
            call: { mode: "sleep", wait: "interruptible", onSignal: "restart", duration: "3000000s", next: "back" },
            back: { mode: "user", duration: "1us", next: "call" },
          },
        },
      },
    );
    for (const one of await tell(scenario({ clean }, { host }), "linux-6.1")) {
      expect(one.task("clean").by).toBe("user-exit");
      expect([one.tries, one.rounds]).toEqual([17, 1]);
    }
    const kthread = endless({ mode: "sleep", wait: "idle" }, { kind: "kthread" });
    for (const one of await tell(scenario({ kthread }, { host }), "linux-6.1", 5)) expect(one.complete).toBeNull();
  });

  it("Never: a try switches the task that is running on its CPU, clean or not", async () => {
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.1", "linux-6.16"])
      for (const one of await tell(scenario({ busy: kernelBusy() }), policy, 5)) expect(one.complete).toBeNull();
  });

  it("Always: the running task that the try itself displaces is off its CPU, and is switched", async () => {
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.1", "linux-6.16"])
      for (const one of await tell(scenario({ busy: kernelBusy({ cpus: [0] }) }), policy, 5)) {
        expect(one.task("busy")).toEqual({ at: 0, by: "stack" });
        expect(one.tries).toBe(1);
      }
  });

  it("Always: where nobody is displaced it is not", async () => {
    for (const one of await tell(
      scenario({ busy: kernelBusy({ cpus: [0] }) }, { host: { loaderCpu: "none" } }),
      "linux-6.1",
      5,
    ))
      expect(one.complete).toBeNull();
  });

  it("Never: with frame pointers a task preempted in the kernel is switched; with ORC it is", async () => {
    const pair = { pair: kernelBusy({ count: 2 }) };
    const host = { ...TURNS, preemption: "full" };
    for (const one of await tell(
      scenario(pair, { host: { ...host, reliableStack: "frame-pointers" } }),
      "linux-6.1",
      5,
    ))
      expect(one.complete).toBeNull();
    for (const one of await tell(scenario(pair, { host }), "linux-6.1", 20)) {
      expect([one.task("pair", 0).by, one.task("pair", 1).by]).toEqual(["stack", "stack"]);
      expect(one.complete).not.toBeNull();
    }
  });

  it("Always: with frame pointers a task that gave way at cond_resched() has no interrupt frame, and is switched", async () => {
    const pair = { pair: endless({ mode: "kernel", condResched: 2000 }, { kind: "kthread", count: 2 }) };
    for (const one of await tell(
      scenario(pair, { host: { ...TURNS, reliableStack: "frame-pointers" } }),
      "linux-6.1",
    )) {
      expect(one.complete).not.toBeNull();
      expect(one.task("pair", 0).by).toBe("stack");
    }
  });

  it("Never: a try switches a sleeper with an affected function in any frame, in either direction", async () => {
    for (const direction of ["patch", "unpatch"])
      for (const stack of [["f"], ["vfs_read", "f"], ["f", "schedule"]]) {
        const sleeper = endless({ mode: "sleep", wait: "uninterruptible", stack });
        for (const one of await tell(scenario({ sleeper }, { patch: { direction } }), "linux-6.1", 3))
          expect(one.complete).toBeNull();
      }
  });

  it("Always: a sleeper with a clean stack is switched by try 1, whatever it sleeps in", async () => {
    for (const wait of WAITS)
      for (const kind of ["user", "kthread"]) {
        const sleeper = endless({ mode: "sleep", wait, stack: ["g"] }, { kind });
        for (const one of await tell(scenario({ sleeper }), "linux-4.12", 3)) {
          expect(one.task("sleeper")).toEqual({ at: 0, by: "stack" });
          expect(one.decided).toBe(0);
        }
      }
  });

  it("Always: a runnable task that waits for its CPU is switched by try 1, wherever it was preempted", async () => {
    const user = { pair: endless({ mode: "user" }, { count: 2 }) };
    for (const one of await tell(scenario(user), "linux-5.13")) {
      const both = [one.task("pair", 0), one.task("pair", 1)];
      expect(both.filter(({ by }) => by === "stack")).toEqual([{ at: 0, by: "stack" }]);
      expect(both.filter(({ by }) => by === "user-exit").length).toBe(1);
    }
    const kernel = { pair: kernelBusy({ count: 2 }) };
    for (const one of await tell(scenario(kernel, { host: { preemption: "full" } }), "linux-5.13"))
      expect([one.task("pair", 0).at, one.task("pair", 1).at]).toContain(0);
  });

  it("Never: a runnable task that was preempted in an affected function is switched", async () => {
    const pair = { pair: endless({ mode: "kernel", stack: ["f"] }, { kind: "kthread", count: 2 }) };
    for (const one of await tell(scenario(pair, { host: { preemption: "full" } }), "linux-6.1", 5))
      expect(one.complete).toBeNull();
  });

  it("Always: a task between two calls passes in user mode, so a sleeper in f is let go as soon as its call ends", async () => {
    const call = asleepInF({ wait: "uninterruptible", duration: "8s" });
    for (const one of await tell(scenario({ call }), "linux-6.1", 50)) {
      expect(one.task("call").by).toBe("user-exit");
      expect(one.task("call").at).toBeLessThanOrEqual(8);
    }
  });

  it("Sometimes: only a probability is known for a phase, and every visit draws anew", async () => {
    const call = asleepInF({ wait: "uninterruptible", duration: "3000000s", stack: [], affected: 0.25 });
    const all = await tell(scenario({ call }), "linux-6.1", 400);
    const stuck = all.filter((one) => one.complete === null).length / all.length;
    expect(stuck).toBeGreaterThan(0.25 - 4 * Math.sqrt(0.1875 / 400));
    expect(stuck).toBeLessThan(0.25 + 4 * Math.sqrt(0.1875 / 400));
  });
});

describe("who holds a transition up", () => {
  it("Always: one such task is enough, and the others switch all the same", async () => {
    const workload = { clean: endless({ mode: "sleep", wait: "interruptible" }, { count: 50 }), obstacle: obstacle() };
    for (const one of await tell(scenario(workload), "linux-6.1", 3)) {
      expect(one.complete).toBeNull();
      expect(one.task("clean", 49)).toEqual({ at: 0, by: "stack" });
      expect(one.task("obstacle")).toEqual({ at: null, by: "none" });
    }
  });
});
