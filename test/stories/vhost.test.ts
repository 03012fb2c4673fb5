// vhost workers: kthreads up to 6.3, user workers of the VMM's process since 6.4, with cond_resched() in the loop (commit 05bfb338fa8d); KF 4.7, 3.5.

import { describe, expect, it } from "vitest";
import { endless, scenario, TURNS, tell } from "./run.js";

/** Interrupts of the two CPUs when the hook is patched in (6.4 on). */
const POKES = 2;

const vhost = (phases: Record<string, unknown>, more = {}) => ({
  kind: "kthread",
  count: 1,
  cpus: [1],
  behaviour: { worker: "vhost", phases },
  ...more,
});
const busy = vhost({
  poll: { mode: "kernel", duration: "10ms", condResched: 1000, next: "again" },
  again: { mode: "kernel", duration: "10ms", condResched: 1000, next: "poll" },
});
const waiting = (wait: string) =>
  vhost({
    wait: { mode: "sleep", wait, stack: ["f"], duration: "3000000s", next: "work" },
    work: { mode: "kernel", duration: "1ms", next: "rest" },
    rest: { mode: "sleep", wait: "uninterruptible", duration: "3s", next: "wait" },
  });

describe("a vhost worker that is a kthread", () => {
  for (const policy of ["linux-5.1", "linux-5.19", "linux-6.1", { extends: "linux-6.16", vhost: "kthread" }]) {
    const name = typeof policy === "string" ? policy : "linux-6.16 in kthread mode";
    it(`Never: busy under ${name} does it switch: a round does not touch it`, async () => {
      for (const one of await tell(scenario({ busy }), policy, 5))
        expect([one.complete, one.rounds, one.counters.ipis]).toEqual([
          null,
          5,
          typeof policy === "string" ? 0 : POKES,
        ]);
    });

    it(`Always: asleep in f under ${name} the round wakes it, and try 17 finds it elsewhere`, async () => {
      for (const one of await tell(scenario({ worker: waiting("interruptible") }), policy)) {
        if (one.task("worker").at === 0) continue;
        expect(one.task("worker").by).toBe("stack");
        expect([one.tries, one.counters.kthreadWakes]).toEqual([17, 1]);
      }
    });
  }
});

describe("a vhost worker that is a user worker", () => {
  it("Always: under 6.4 to 6.15 a busy one switches at its next cond_resched()", async () => {
    for (const one of await tell(scenario({ busy }), "linux-6.4", 100)) {
      expect(one.task("busy").by).toBe("cond_resched");
      expect(one.task("busy").at).toBeLessThan(0.02);
    }
  });

  it("Never: under linux-6.16 a busy one alone on its CPU switches, though every round reaches it: it clears N itself", async () => {
    for (const one of await tell(scenario({ busy }), "linux-6.16", 5)) {
      expect([one.complete, one.rounds]).toEqual([null, 5]);
      expect(one.counters.ipis).toBe(5 + POKES);
      expect(one.counters.eintr + one.counters.restarts + one.counters.kthreadWakes).toBe(0);
    }
  });

  it("Sometimes: under linux-6.16 a try finds it off its CPU, if it has to share one", async () => {
    const workload = { busy, rival: endless({ mode: "user" }) };
    for (const preemption of ["lazy", "full"])
      for (const one of await tell(scenario(workload, { host: { ...TURNS, preemption } }), "linux-6.16", 40))
        expect(one.task("busy").by).toBe("stack");
  });

  it("Always: asleep in f the round wakes it as a user task, and it never goes to user mode", async () => {
    for (const policy of ["linux-6.4", "linux-6.16"])
      for (const one of await tell(scenario({ worker: waiting("interruptible") }), policy)) {
        if (one.task("worker").at === 0) continue;
        expect(one.task("worker").by).toBe("stack");
        expect([one.tries, one.counters.kthreadWakes, one.counters.restarts, one.counters.eintr]).toEqual([
          17, 0, 0, 0,
        ]);
      }
  });

  it("Never: does it sleep freezably, so 6.16's hook does not see it", async () => {
    const phases = {
      poll: { mode: "kernel", duration: "100ms", next: "wait" },
      wait: { mode: "sleep", wait: "interruptible", duration: "1ms", next: "poll" },
    };
    for (const one of await tell(scenario({ worker: vhost(phases) }), "linux-6.16", 20))
      expect(one.task("worker").by).not.toBe("schedule");
  });
});
