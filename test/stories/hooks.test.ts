// Switching inside cond_resched() (6.4 to 6.15) and __schedule() (6.16 on), the patching of the hooks, lazy preemption:
// include/linux/livepatch_sched.h, kernel/sched/core.c; KF 1.11, 2.4 to 2.6.

import { describe, expect, it } from "vitest";
import { endless, obstacle, scenario, TURNS, tell } from "./run.js";

const kthread = (phase: Record<string, unknown>, more = {}) =>
  endless({ mode: "kernel", ...phase }, { kind: "kthread", ...more });

describe("cond_resched()", () => {
  it("Always: under 6.4 to 6.15 a busy kthread switches at its next cond_resched(), in every preemption model", async () => {
    for (const policy of ["linux-6.4", "linux-6.13"])
      for (const preemption of ["none", "voluntary", "full", "lazy"]) {
        const all = await tell(
          scenario({ loop: kthread({ condResched: 100 }) }, { host: { ...TURNS, preemption } }),
          policy,
          100,
        );
        for (const one of all) expect(one.task("loop").by).toBe("cond_resched");
        const mean = all.reduce((sum, one) => sum + (one.task("loop").at ?? 0), 0) / all.length;
        expect(Math.abs(mean - 0.01)).toBeLessThan(0.004);
        for (const one of all) expect(one.tries).toBe(2);
      }
  });

  it("Never: before 6.4 or from 6.16 on", async () => {
    for (const policy of ["linux-5.1", "linux-6.1", "linux-6.16"])
      for (const one of await tell(scenario({ loop: kthread({ condResched: 1000 }) }), policy, 3))
        expect(one.complete).toBeNull();
  });

  it("Never: in code that does not call it, or in a loop whose own function is patched", async () => {
    for (const one of await tell(scenario({ loop: kthread({}) }), "linux-6.4", 3)) expect(one.complete).toBeNull();
    for (const one of await tell(scenario({ loop: kthread({ condResched: 1000, stack: ["f"] }) }), "linux-6.4", 3))
      expect(one.complete).toBeNull();
  });

  it("Always: in long calls of user tasks too", async () => {
    for (const one of await tell(scenario({ call: endless({ mode: "kernel", condResched: 1000 }) }), "linux-6.4"))
      expect(one.task("call").by).toBe("cond_resched");
  });
});

describe("__schedule()", () => {
  const loop = (wait: string, stack: string[] = []) =>
    endless(
      {},
      {
        kind: "kthread",
        behaviour: {
          phases: {
            work: { mode: "kernel", duration: "300ms", next: "nap" },
            nap: { mode: "sleep", wait, stack, duration: "1us", next: "work" },
          },
        },
      },
    );

  it("Always: from 6.16 on a task that is about to sleep freezably switches there", async () => {
    for (const one of await tell(scenario({ loop: loop("freezable") }), "linux-6.16", 40)) {
      expect(one.task("loop").by).toBe("schedule");
      expect(one.task("loop").at).toBeLessThanOrEqual(0.3);
    }
  });

  it("Never: before 6.16, in another kind of sleep, or with an affected function on its stack", async () => {
    for (const one of await tell(scenario({ loop: loop("freezable") }), "linux-6.4", 3))
      expect(one.complete).toBeNull();
    for (const wait of ["interruptible", "uninterruptible", "killable", "idle"])
      for (const one of await tell(scenario({ loop: loop(wait) }), "linux-6.16", 3))
        expect(one.task("loop").by).not.toBe("schedule");
    for (const one of await tell(scenario({ loop: loop("freezable", ["f"]) }), "linux-6.16", 3))
      expect(one.task("loop").by).not.toBe("schedule");
  });

  it("Never: at a preemption: a busy kthread that neither sleeps nor shares its CPU stays for ever", async () => {
    for (const preemption of ["full", "lazy"])
      for (const one of await tell(
        scenario({ loop: kthread({ condResched: 1000 }) }, { host: { ...TURNS, preemption } }),
        "linux-6.16",
        3,
      ))
        expect(one.complete).toBeNull();
  });
});

describe("lazy preemption", () => {
  it("Always: two tasks busy in the kernel take turns, and tries find each of them off its CPU", async () => {
    for (const preemption of ["lazy", "full"])
      for (const one of await tell(
        scenario({ pair: kthread({}, { count: 2 }) }, { host: { ...TURNS, preemption } }),
        "linux-6.16",
        40,
      )) {
        expect([one.task("pair", 0).by, one.task("pair", 1).by]).toEqual(["stack", "stack"]);
      }
  });

  it("Never: under none or voluntary, without cond_resched(), does the running one give way", async () => {
    for (const preemption of ["none", "voluntary"])
      for (const one of await tell(
        scenario({ pair: kthread({}, { count: 2 }) }, { host: { ...TURNS, preemption } }),
        "linux-6.1",
        3,
      )) {
        expect(one.complete).toBeNull();
        expect([one.task("pair", 0).at, one.task("pair", 1).at].filter((at) => at === 0).length).toBe(1);
      }
  });

  it("Always: the lazy request is upgraded a tick later, so preemption takes one tick more than under full", async () => {
    // Seen through a grace period: preempted in the kernel is not a release, so look at turns instead: the worker of a rude wait.
    const host = { unpatchWait: "rude" };
    const call = endless(
      {},
      {
        behaviour: {
          phases: {
            busy: { mode: "kernel", duration: "2s", next: "back" },
            back: { mode: "user", duration: "10us", next: "busy" },
          },
        },
      },
    );
    const wait = async (preemption: string) => {
      const all = await tell(
        scenario({ call }, { host: { ...host, preemption }, patch: { direction: "unpatch" } }),
        "linux-6.13",
        40,
      );
      return all.map((one) => (one.complete ?? Number.NaN) - (one.decided ?? Number.NaN));
    };
    for (const gap of await wait("full")) expect(gap).toBe(0);
    const lazy = await wait("lazy");
    for (const gap of lazy) expect(gap).toBeLessThanOrEqual(0.008001);
    expect(Math.max(...lazy)).toBeGreaterThan(0);
  });

  it("Never: does it change anything for a task alone on its CPU", async () => {
    for (const one of await tell(scenario({ loop: kthread({}) }, { host: { preemption: "lazy" } }), "linux-6.13", 3))
      expect(one.complete).toBeNull();
  });
});

describe("a context switch that takes time", () => {
  it("Always: who asks for the CPU meanwhile gets it at the switch's end, before the task goes on, in every preemption model", async () => {
    // It wakes within the first second, and the switch to it takes one: try 2, due at 1 s on its CPU, is asked for in between.
    const loop = kthread(
      {},
      {
        behaviour: {
          phases: {
            nap: { mode: "sleep", wait: "idle", duration: "1s", next: "work" },
            work: { mode: "kernel", stack: ["f"], duration: "20s", next: "nap" },
          },
        },
      },
    );
    for (const preemption of ["none", "voluntary", "full", "lazy"]) {
      const host = { loaderCpu: 1, contextSwitch: "1s", preemption };
      const workload = { loop, stuck: obstacle({ cpus: [0] }) };
      const all = await tell(scenario(workload, { host, run: { horizon: "1999999us" } }), "plain", 400);
      const asleep = all.filter((one) => one.task("loop").at === 0); // at the start: try 1 has switched it
      expect(asleep.length).toBeGreaterThan(5);
      for (const one of asleep) expect(one.tries).toBe(2);
    }
  });
});

describe("patching the hooks in", () => {
  it("Always: from 6.4 on interrupts every online CPU after the flags are set, so that user tasks switch before try 1", async () => {
    const workload = { spin: endless({ mode: "user" }, { count: 3, cpus: "one-each" }) };
    const host = { cpus: 3, loaderCpu: "none" };
    for (const policy of ["linux-6.4", "linux-6.16"])
      for (const one of await tell(scenario(workload, { host }), policy)) {
        expect([0, 1, 2].map((i) => one.task("spin", i))).toEqual([0, 1, 2].map(() => ({ at: 0, by: "user-exit" })));
        expect(one.tries).toBe(1);
      }
    for (const one of await tell(scenario(workload, { host }), "linux-6.1")) expect(one.tries).toBe(2);
  });

  it("Always: makes guests exit, without a switch by itself", async () => {
    const vcpu = { kind: "vcpu", count: 1, cpus: [1], behaviour: "busy-guest" };
    for (const one of await tell(scenario({ vcpu }, { patch: { functions: ["kvm_vcpu_ioctl"] } }), "linux-6.16")) {
      expect(one.task("vcpu").at).toBeGreaterThan(14.75);
      expect(one.counters.guestExits).toBeGreaterThanOrEqual(2); // the poke and the round
    }
  });

  it("Always: many call sites take time before try 1 and after the last; one key takes none", async () => {
    const host = { hookOn: "60ms", hookOff: "450ms" };
    const spin = endless({ mode: "kernel", condResched: 1000 });
    for (const one of await tell(scenario({ spin }, { host }), "linux-6.4")) {
      expect(one.tries).toBe(1); // it met a cond_resched() in the gap
      expect(one.decided).toBe(0.06);
      expect(one.complete).toBeGreaterThanOrEqual(0.51);
      expect(one.complete).toBeLessThan(0.53); // and the worker of the last wait, when it lets it run
    }
    for (const one of await tell(scenario({ spin: endless({ mode: "user" }) }, { host }), "linux-6.16"))
      expect([one.decided, one.complete]).toEqual([0, 0]);
  });
});
