// Idle tasks: kernel/sched/idle.c, klp_try_complete_transition and wake_up_if_idle (kernel/livepatch/transition.c); KF 1.7, 1.8.

import { describe, expect, it } from "vitest";
import { endless, scenario, tell } from "./run.js";

const idle = (more = {}) => ({ cpus: 8, idleTasks: true, ...more });

describe("a CPU that is idle", () => {
  it("Never: before 5.16 a try or a round moves the idle task of an idle CPU", async () => {
    for (const policy of ["linux-4.12", "linux-5.1", "linux-5.13"])
      for (const one of await tell(scenario({}, { host: idle({ idleWakeRate: 0 }) }), policy, 5)) {
        expect(one.complete).toBeNull();
        expect(one.idle(7).at).toBeNull();
        expect(one.idle(0)).toEqual({ at: 0, by: "stack" }); // the loader's CPU is busy with the try
      }
  });

  it("Always: before 5.16 it switches when its CPU next reschedules for a reason of its own", async () => {
    const all = await tell(scenario({}, { host: idle({ idleWakeRate: 1 }) }), "linux-5.13", 200);
    for (const one of all) {
      expect(one.idle(5).by).toBe("idle");
      expect(one.complete).toBeGreaterThan(Math.max(...[1, 2, 3, 4, 5, 6, 7].map((cpu) => one.idle(cpu).at ?? 0)));
    }
    const mean = all.reduce((sum, one) => sum + (one.idle(5).at ?? 0), 0) / all.length;
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(all.length));
  });

  it("Always: before 5.16 the watchdog turns the idle loops of all CPUs at once, and the next try completes", async () => {
    const first: number[] = [];
    for (const one of await tell(scenario({}, { host: idle({ watchdog: "4s" }) }), "linux-5.10.162", 100)) {
      const beat = one.idle(7).at ?? Number.NaN;
      for (const cpu of [1, 2, 3, 4, 5, 6, 7]) expect(one.idle(cpu)).toEqual({ at: beat, by: "idle" });
      expect(one.complete).toBeGreaterThanOrEqual(Math.max(beat, 0.75));
      expect(one.complete).toBeLessThan(Math.max(beat + 1.033, 1.79));
      first.push(beat);
    }
    expect(Math.min(...first)).toBeLessThan(0.4);
    expect(Math.max(...first)).toBeGreaterThan(3.6);
    expect(Math.max(...first)).toBeLessThanOrEqual(4);
  });

  it("Never: does the watchdog turn the idle loop of a tickless CPU, or that of a busy one", async () => {
    const host = idle({ cpus: 4, watchdog: "1s", nohzFull: [3] });
    const loop = endless({ mode: "kernel" }, { kind: "kthread", cpus: [2] });
    for (const one of await tell(scenario({ loop }, { host }), "linux-5.10.162", 5)) {
      expect(one.idle(1).by).toBe("idle");
      expect(one.idle(2)).toEqual({ at: 0, by: "stack" });
      expect(one.idle(3).at).toBeNull();
    }
  });

  it("Always: before 5.16 it switches when a task that woke there sleeps again", async () => {
    const waker = endless(
      {},
      {
        behaviour: {
          phases: {
            rest: { mode: "sleep", wait: "interruptible", duration: "5s", next: "work" },
            work: { mode: "kernel", duration: "20ms", next: "rest" },
          },
        },
        kind: "kthread",
      },
    );
    for (const one of await tell(scenario({ waker }, { host: { idleTasks: true } }), "linux-5.13", 50)) {
      const at = one.idle(1).at ?? Number.NaN;
      if (one.idle(1).by === "stack") continue; // the task was at work during a try
      expect(one.idle(1).by).toBe("idle");
      expect(at).toBeLessThanOrEqual(5.021);
      expect(one.decided).toBeGreaterThan(at);
    }
  });

  it("Always: from 5.16 on try 1 fails on every idle CPU and wakes it, and try 2 completes", async () => {
    for (const policy of ["linux-5.16", "linux-6.1", "linux-6.4", "linux-6.16"])
      for (const one of await tell(scenario({}, { host: idle() }), policy)) {
        expect(one.tries).toBe(2);
        expect(one.decided).toBeGreaterThan(0.75);
        expect(one.decided).toBeLessThan(1.79);
        for (const cpu of [1, 2, 3, 4, 5, 6, 7]) expect(one.idle(cpu)).toEqual({ at: 0, by: "idle" });
      }
    for (const one of await tell(scenario({}, { host: idle() }), "linux-5.16")) expect(one.counters.ipis).toBe(7);
  });

  it("Always: the wake-up takes an interrupt's time", async () => {
    for (const one of await tell(scenario({}, { host: idle({ ipi: "50us" }) }), "linux-5.16")) {
      expect(one.idle(3)).toEqual({ at: 0.00005, by: "idle" });
      expect(one.tries).toBe(2);
    }
  });

  it("Never: the pokes of text patching help an idle task", async () => {
    for (const one of await tell(scenario({}, { host: idle() }), "linux-6.4")) expect(one.tries).toBe(2);
    const without = { extends: "linux-6.4", wakeIdle: false };
    for (const one of await tell(scenario({}, { host: idle() }), without, 3)) expect(one.complete).toBeNull();
  });
});

describe("a CPU that is not idle", () => {
  it("Always: the idle task of a busy CPU is switched from its stack by try 1, before 5.16 too", async () => {
    const busy = endless({ mode: "user" });
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.1"])
      for (const one of await tell(scenario({ busy }, { host: { idleTasks: true } }), policy)) {
        expect(one.idle(1)).toEqual({ at: 0, by: "stack" });
        expect(one.tries).toBe(2);
      }
  });

  it("Always: an offline CPU's idle task is switched at once by the try, before 5.16 too", async () => {
    const host = { cpus: 4, idleTasks: true, offlineCpus: [1, 2, 3] };
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.1"])
      for (const one of await tell(scenario({}, { host }), policy)) {
        expect(one.tries).toBe(1);
        for (const cpu of [1, 2, 3]) expect(one.idle(cpu)).toEqual({ at: 0, by: "idle" });
        expect(one.counters.ipis).toBe(0);
      }
  });
});
