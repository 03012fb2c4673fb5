// When tries and rounds happen: round_jiffies_relative and the timer wheel's buckets (kernel/time/timer.c), SIGNALS_TIMEOUT
// (kernel/livepatch/transition.c); KF 1.2, 1.3, 1.10.

import { describe, expect, it } from "vitest";
import { asleepInF, endless, obstacle, scenario, tell } from "./run.js";

const spinner = { spin: endless({ mode: "user" }) };

describe("the second try", () => {
  // By timer frequency: the least and the greatest lateness of a timer 0.75 to 1.75 s away, in seconds.
  const lateness: [number, number, number][] = [
    [100, 0.01, 0.08],
    [250, 0.004, 0.032],
    [300, 0.003, 0.213],
    [1000, 0.001, 0.064],
  ];
  for (const [hz, least, greatest] of lateness) {
    it(`Always: at HZ=${hz} try 2 comes 0.75 to 1.75 s after try 1, later by ${least * 1000} to ${greatest * 1000} ms`, async () => {
      const all = await tell(scenario(spinner, { host: { hz } }), "linux-5.19", 1000);
      expect(new Set(all.map((one) => one.tries))).toEqual(new Set([2]));
      const seconds = all.map((one) => one.decided ?? Number.NaN);
      const jiffy = 1 / hz; // of which a part has gone by when the try ends
      expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0.75 + least - jiffy);
      expect(Math.min(...seconds)).toBeLessThan(0.75 + greatest + 0.01);
      expect(Math.max(...seconds)).toBeLessThanOrEqual(1.75 + greatest + jiffy);
      expect(Math.max(...seconds)).toBeGreaterThan(1.74);
      const mean = seconds.reduce((sum, one) => sum + one) / seconds.length;
      expect(mean).toBeGreaterThan(1.25 + least - 0.04);
      expect(mean).toBeLessThan(1.25 + greatest + 0.04);
    });
  }

  it("Always: with a retry a jiffy later an idle host is done within tens of milliseconds", async () => {
    const policy = { extends: "linux-5.19", tryPeriod: "1ms", rounding: "jiffies", lateness: "none" };
    for (const one of await tell(scenario({}, { host: { idleTasks: true } }), policy)) {
      expect(one.tries).toBe(2);
      expect(one.decided).toBeLessThan(0.03);
    }
  });
});

describe("later tries", () => {
  it("Always: they keep to whole seconds after try 2; lateness does not add up", async () => {
    const call = asleepInF({ wait: "uninterruptible", duration: { exponential: "12s" } });
    const second = await tell(scenario(spinner), "linux-5.19", 100);
    for (const one of await tell(scenario({ call }, { run: { horizon: "300s" } }), "linux-5.19", 100)) {
      if (one.tries < 2) continue;
      const whole = (second[one.replica].decided ?? Number.NaN) + one.tries - 2;
      expect(Math.abs((one.decided ?? Number.NaN) - whole)).toBeLessThanOrEqual(0.028001);
    }
  });

  it("Always: under plain they come at 0, 1, 2, ... s exactly", async () => {
    const call = asleepInF({ duration: { exponential: "3s" } });
    for (const one of await tell(scenario({ call }), "plain", 100)) expect(one.decided).toBe(one.tries - 1);
  });

  it("Always: the whole second is three jiffies earlier for each CPU number", async () => {
    const onCpu = (loaderCpu: number) =>
      scenario({ obstacle: obstacle({ cpus: [0] }) }, { host: { cpus: 64, loaderCpu }, run: { horizon: "40s" } });
    // A round's time shows a try's: the obstacle's neighbour, a call asleep in f, is woken by it.
    const at = async (loaderCpu: number) => {
      const fields = onCpu(loaderCpu);
      const call = asleepInF({}, { cpus: [1] });
      const all = await tell({ ...fields, workload: { call } }, "linux-5.19", 50);
      return all.map((one) => one.task("call").at ?? Number.NaN);
    };
    const [zero, far] = [await at(0), await at(40)];
    for (const [i, one] of zero.entries()) {
      const apart = far[i] - one; // -120 jiffies of 4 ms, modulo a second, apart from the wheel's 28 ms of play
      const past = apart + 0.48 - Math.round(apart + 0.48);
      expect(Math.abs(past)).toBeLessThanOrEqual(0.028001);
    }
  });
});

describe("rounds", () => {
  it("Always: the first is sent in try 16, 14.75 to 15.75 s after the start, and try 17 completes", async () => {
    for (const one of await tell(scenario({ call: asleepInF() }), "linux-5.19", 200)) {
      expect(one.task("call").by).toBe("user-exit");
      expect(one.task("call").at).toBeGreaterThan(14.75);
      expect(one.task("call").at).toBeLessThan(15.75 + 0.064);
      expect(one.tries).toBe(17);
      expect(one.rounds).toBe(1);
      expect(one.decided).toBeGreaterThan(15.75);
      expect(one.decided).toBeLessThan(16.75 + 0.064);
    }
  });

  it("Always: they are sent in tries 16, 31, 46 and 61, and in no other", async () => {
    const sent = async (horizon: string) => {
      const all = await tell(scenario({ obstacle: obstacle() }, { run: { horizon } }), "linux-5.19", 30);
      return new Set(all.map((one) => one.rounds));
    };
    expect(await sent("14.7s")).toEqual(new Set([0]));
    expect(await sent("15.9s")).toEqual(new Set([1]));
    expect(await sent("29.7s")).toEqual(new Set([1]));
    expect(await sent("30.9s")).toEqual(new Set([2]));
    expect(await sent("45.9s")).toEqual(new Set([3]));
    expect(await sent("60.9s")).toEqual(new Set([4]));
  });

  it("Never: before 5.1 a round is sent without being asked for", async () => {
    for (const policy of ["linux-4.12", { extends: "linux-4.16", adminSignalAt: null }])
      for (const one of await tell(scenario({ call: asleepInF() }), policy, 5)) {
        expect(one.rounds).toBe(0);
        expect(one.complete).toBeNull();
        expect(one.tries).toBeGreaterThan(85);
      }
  });

  it("Always: under linux-4.16 the administrator's signal is the round, whenever it comes", async () => {
    for (const one of await tell(scenario({ call: asleepInF() }), "linux-4.16")) {
      expect(one.task("call")).toEqual({ at: 15, by: "user-exit" });
      expect(one.rounds).toBe(1);
      expect(one.decided).toBeLessThan(16.1);
    }
    for (const one of await tell(
      scenario({ call: asleepInF() }, { admin: [{ at: "2s", do: "signal" }] }),
      "linux-4.16",
    ))
      expect(one.task("call")).toEqual({ at: 2, by: "user-exit" });
  });
});

describe("tries that take time", () => {
  const crowd = (cost: string) =>
    scenario(
      { crowd: endless({ mode: "sleep", wait: "interruptible" }, { count: 99, cpus: [0] }), call: asleepInF() },
      { host: { tryCostPerTask: cost } },
    );

  it("Always: tries of 0.3 s double the period, so that the first round comes after about 29 s", async () => {
    for (const one of await tell(crowd("3ms"), "linux-5.19", 50)) {
      expect(one.task("call").at).toBeGreaterThan(29);
      expect(one.task("call").at).toBeLessThan(30.5);
      expect(one.tries).toBe(17);
    }
  });

  it("Never: tries under a quarter of a second stretch the period", async () => {
    for (const one of await tell(crowd("2ms"), "linux-5.19", 50)) {
      expect(one.task("call").at).toBeGreaterThan(15.1);
      expect(one.task("call").at).toBeLessThan(16.3);
    }
  });

  it("Sometimes: a long walk gives a running task the time to switch before it is visited, and try 1 completes", async () => {
    // The spinner is visited at 99 x 0.1 ms; its tick comes within 4 ms.
    const workload = {
      crowd: endless({ mode: "sleep", wait: "interruptible" }, { count: 99, cpus: [0] }),
      spin: endless({ mode: "user" }),
    };
    for (const one of await tell(scenario(workload, { host: { tryCostPerTask: "100us" } }), "linux-6.1", 50))
      expect(one.tries).toBe(1);
    const visitedFirst = { spin: workload.spin, crowd: workload.crowd };
    for (const one of await tell(scenario(visitedFirst, { host: { tryCostPerTask: "100us" } }), "linux-6.1", 50)) {
      expect(one.tries).toBe(2); // failed early in the walk, switched during it: noticed by the next try
      expect(one.task("spin").at).toBeLessThanOrEqual(0.004);
      expect(one.task("spin").by).toBe("user-exit");
    }
  });

  it("Always: the gap between the flags and try 1 lets running user tasks switch before it", async () => {
    const all = await tell(scenario(spinner, { host: { enableGap: "4ms" } }), "linux-6.1", 50);
    for (const one of all) expect(one.tries).toBe(1);
    for (const one of await tell(scenario(spinner), "linux-6.1", 50)) expect(one.tries).toBe(2);
  });
});

describe("who decides", () => {
  it("Always: completion is decided by a try, however early the last task switched", async () => {
    for (const one of await tell(scenario(spinner), "linux-6.1", 50)) {
      expect(one.task("spin").by).toBe("user-exit");
      expect(one.lastSwitch).toBeLessThanOrEqual(0.004);
      expect(one.decided).toBeGreaterThan(0.75);
    }
  });

  it("Never: does a try begin while a loop that cannot be preempted keeps its CPU; rescheduling points let it in", async () => {
    const workload = (condResched: number) => ({
      loop: endless({ mode: "kernel", condResched }, { cpus: [0], kind: "kthread" }),
      obstacle: obstacle(),
    });
    for (const one of await tell(scenario(workload(0)), "linux-6.1", 5)) expect(one.tries).toBe(1);
    for (const one of await tell(scenario(workload(1000)), "linux-6.1", 5)) expect(one.tries).toBeGreaterThan(85);
    for (const one of await tell(scenario(workload(0), { host: { preemption: "full" } }), "linux-6.1", 5))
      expect(one.tries).toBeGreaterThan(85);
  });

  it("Always: where the loader's CPU is tickless, later tries run on a housekeeping CPU", async () => {
    const here = endless({ mode: "kernel" }, { cpus: [0] });
    const there = endless({ mode: "kernel" }, { cpus: [1] });
    const host = { loaderCpu: 1, nohzFull: [1], preemption: "full" };
    for (const one of await tell(scenario({ here, there }, { host }), "linux-6.1")) {
      expect(one.task("there")).toEqual({ at: 0, by: "stack" });
      expect(one.task("here").by).toBe("stack");
      expect([one.tries, one.task("here").at]).toEqual([2, one.decided]);
    }
  });

  it("Always: on one CPU the task that the try displaces is examined like a sleeper, and try 1 completes", async () => {
    const host = { cpus: 1, idleTasks: true };
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.1"])
      for (const one of await tell(scenario({}, { host }), policy)) {
        expect(one.tries).toBe(1);
        expect(one.decided).toBe(0);
        expect(one.idle(0)).toEqual({ at: 0, by: "stack" });
      }
    for (const one of await tell(scenario({ spin: endless({ mode: "user" }, { cpus: [0] }) }, { host }), "linux-5.13"))
      expect([one.tries, one.task("spin").by]).toEqual([1, "stack"]);
  });
});
