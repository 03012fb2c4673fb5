// Complete, reverse, force: kernel/livepatch/transition.c and core.c; KF 1.2, 1.4, 1.5, 1.8, 1.9.

import { describe, expect, it } from "vitest";
import { asleepInF, busyGuest, endless, HOST, KVM_STACK, obstacle, scenario, TURNS, tell } from "./run.js";

const gap = (one: { complete: number | null; decided: number | null }) =>
  (one.complete ?? Number.NaN) - (one.decided ?? Number.NaN);

/** A task that is in the kernel for so long at a time, passes user mode, and sleeps a little. */
const longCalls = ({ busy, condResched, pause }: { busy: string; condResched: number; pause: string }) =>
  endless(
    {},
    {
      behaviour: {
        phases: {
          busy: { mode: "kernel", duration: busy, condResched, next: "back" },
          back: { mode: "user", duration: "10us", next: "pause" },
          pause: { mode: "sleep", wait: "interruptible", duration: pause, next: "busy" },
        },
      },
    },
  );

describe("what completion waits for", () => {
  const unpatch = { direction: "unpatch" };
  const waiting = (unpatchWait: string, more = {}) => ({ cpus: 2, unpatchWait, ...more });

  it("Always: patching waits for nothing but an empty work item on each CPU", async () => {
    for (const one of await tell(
      scenario({ spin: endless({ mode: "user" }) }, { host: waiting("rude+tasks") }),
      "linux-6.1",
    ))
      expect(gap(one)).toBe(0);
  });

  it("Always: unpatching with a rude wait alone takes no time while CPUs can be preempted", async () => {
    for (const one of await tell(
      scenario({ spin: endless({ mode: "user" }) }, { host: waiting("rude"), patch: unpatch }),
      "linux-5.10.162",
    ))
      expect(gap(one)).toBe(0);
  });

  it("Always: the rude wait lasts until a task that cannot be preempted lets the worker run", async () => {
    // Without preemption the long call gives way only at its end, 2 s long.
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
    const host = waiting("rude", { preemption: "voluntary" });
    const all = await tell(scenario({ call }, { host, patch: unpatch }), "linux-5.10.162", 50);
    for (const one of all) expect(gap(one)).toBeLessThanOrEqual(2.00002);
    expect(all.some((one) => gap(one) > 1.5)).toBe(true);
    for (const one of await tell(
      scenario({ call }, { host: { ...host, preemption: "full" }, patch: unpatch }),
      "linux-5.10.162",
      50,
    ))
      expect(gap(one)).toBe(0);
  });

  it("Never: completes while a loop in the kernel keeps its CPU from the work item, though every task has switched", async () => {
    const loop = endless({ mode: "kernel" }, { kind: "kthread" });
    const held = scenario(
      { loop, clean: endless({ mode: "sleep", wait: "idle" }) },
      { admin: [{ at: "1s", do: "force" }] },
    );
    for (const one of await tell(held, "linux-6.1", 5)) {
      expect(one.decided).toBeGreaterThan(1);
      expect(one.complete).toBeNull();
    }
    for (const one of await tell({ ...held, host: { ...HOST, preemption: "full" } }, "linux-6.1", 5))
      expect(gap(one)).toBe(0);
  });

  it("Always: on an idle host the RCU-tasks grace period is two plain ones", async () => {
    const tail = async (more: object) => {
      const host = waiting("rude+tasks", { idleTasks: true, ...more });
      return (await tell(scenario({}, { host, patch: unpatch }), "linux-6.1")).map(gap);
    };
    for (const took of await tail({})) expect(took).toBeCloseTo(0.04, 6); // of 5 jiffies
    for (const took of await tail({ hz: 1000 })) expect(took).toBeCloseTo(0.01, 6);
    for (const took of await tail({ rcuGrace: "7ms" })) expect(took).toBeCloseTo(0.014, 6);
  });

  it("Always: a running vCPU makes the grace period rescan after HZ/10, on the timer wheel: 104 ms more", async () => {
    for (const one of await tell(
      scenario({ vcpu: busyGuest() }, { host: waiting("rude+tasks"), patch: unpatch }),
      "linux-6.1",
    ))
      expect(gap(one)).toBeCloseTo(0.144, 6);
  });

  it("Always: a tickless user task does not hold the grace period; its busy neighbour in the kernel does, to its end", async () => {
    const host = waiting("rude+tasks", { nohzFull: [1] });
    for (const one of await tell(scenario({ spin: endless({ mode: "user" }) }, { host, patch: unpatch }), "linux-6.4"))
      expect(gap(one)).toBeCloseTo(0.04, 6);
    const call = longCalls({ busy: "10s", condResched: 2000, pause: "50ms" });
    for (const one of await tell(
      scenario({ call }, { host: waiting("rude+tasks"), patch: unpatch }),
      "linux-6.1",
      30,
    )) {
      // It switched after a busy stretch; the next try, up to a second later, finds it in the next one, if not in the pause.
      if ((one.decided ?? 0) < one.lastSwitch + 0.051) continue;
      expect(gap(one)).toBeGreaterThan(8.9);
      expect(gap(one)).toBeLessThan(11);
    }
  });

  it("Always: a task is let go by a tick in user mode, and the first rescan finds nobody", async () => {
    const spin = endless({ mode: "user" });
    for (const one of await tell(scenario({ spin }, { host: waiting("rude+tasks"), patch: unpatch }), "linux-6.1"))
      expect(gap(one)).toBeCloseTo(0.144, 6);
  });

  it("Always: a task is let go when it gives way on its way out to user mode", async () => {
    const spin = endless({ mode: "user" });
    const pinger = endless(
      {},
      {
        behaviour: {
          phases: {
            nap: { mode: "sleep", wait: "interruptible", duration: "10ms", next: "work" },
            work: { mode: "user", duration: "10us", next: "nap" },
          },
        },
      },
    );
    const sharing = (scheduler: string) =>
      scenario({ spin, pinger }, { host: waiting("rude+tasks", { schedulerTick: false, scheduler }), patch: unpatch });
    for (const one of await tell(sharing("cfs"), "linux-6.1")) expect(gap(one)).toBeCloseTo(0.144, 6);
    // Without preemption by a wake-up it only takes the interrupts, and no tick finds it in user mode.
    for (const one of await tell(sharing("eevdf-6.6"), "linux-6.1", 5)) {
      expect(one.decided).not.toBeNull();
      expect(one.complete).toBeNull();
    }
  });

  it("Never: is a task let go by being preempted, or by cond_resched(): a call of 3 s that shares its CPU is waited for", async () => {
    const call = endless(
      {},
      {
        count: 2,
        behaviour: {
          phases: {
            busy: { mode: "kernel", duration: "3s", condResched: 1000, next: "back" },
            back: { mode: "user", duration: "10us", next: "pause" },
            pause: { mode: "sleep", wait: "interruptible", duration: "10ms", next: "busy" },
          },
        },
      },
    );
    for (const preemption of ["voluntary", "full"]) {
      const host = waiting("rude+tasks", { ...TURNS, preemption });
      const all = await tell(scenario({ call }, { host, patch: unpatch }), "linux-6.1", 40);
      const gaps = all.map(gap).sort((a, b) => a - b);
      expect(gaps[20]).toBeGreaterThan(2); // two calls in turn, each up to 6 s of wall time from its end
    }
  });

  it("Always: rescans come 0.1 s after each other, then a jiffy later each time", async () => {
    const call = longCalls({ busy: "5s", condResched: 5000, pause: "10ms" });
    const rescans: number[] = [];
    for (let at = 26, interval = 26; at < 1600; at += ++interval) rescans.push(at); // jiffies of 4 ms
    for (const one of await tell(
      scenario({ call }, { host: waiting("rude+tasks"), patch: unpatch }),
      "linux-6.1",
      40,
    )) {
      const waited = gap(one) * 250 - 10; // but for the plain grace periods before and after
      if (waited < 1) continue; // decided in a pause
      const rude = waited - Math.max(...rescans.filter((jiffies) => jiffies <= waited));
      expect(rude).toBeLessThan(2); // what the workers waited for their CPU's next cond_resched()
    }
  });

  it("Always: functions are unhooked one after the other, with a pause of HZ/10 between two grace periods", async () => {
    const patch = { ...unpatch, functions: ["f", "g", "h"] };
    for (const one of await tell(scenario({}, { host: waiting("rude+tasks"), patch }), "linux-6.1"))
      expect(Math.abs(gap(one) - 3 * 0.04 - 2 * 0.102)).toBeLessThan(0.0041);
  });

  it("Always: atomic replace waits once for each nop that it drops, and a nop is on nobody's stack", async () => {
    const patch = { replace: true, nops: 12 };
    for (const one of await tell(scenario({}, { host: waiting("rude+tasks"), patch }), "linux-6.1")) {
      expect(Math.abs(gap(one) - 12 * 0.04 - 11 * 0.102)).toBeLessThan(0.023);
      expect(one.tries).toBe(1);
    }
  });

  it("Always: who has unhooked a function for 50 ms owes as much to each task of its CPU before it goes on", async () => {
    const tail = async (count: number, more = {}) => {
      const spin = endless({ mode: "user" }, { count, cpus: [0] });
      const host = { cpus: 1, unpatchWait: "rude", unhookWork: "50ms", ...more };
      const workload = count > 0 ? { spin } : {};
      return (await tell(scenario(workload, { host, patch: unpatch }), "linux-6.1")).map(gap);
    };
    for (const took of await tail(0)) expect(took).toBeCloseTo(0.05, 6);
    for (const count of [1, 2, 3])
      for (const took of await tail(count)) {
        expect(took).toBeGreaterThan(0.05 + count * 0.044); // a sleeper's credit may make up for 3 ms
        expect(took).toBeLessThan(0.05 + count * 0.05 + 0.013); // turns end at ticks
      }
    for (const took of await tail(3, { loaderCpu: "none" })) expect(took).toBeCloseTo(0.05, 6);
  });

  it("Always: the loader owes what hooking has cost if its own try completes; a later try's worker owes nothing", async () => {
    const spin = endless({ mode: "user" }, { cpus: [0] });
    const host = { cpus: 1, hookWork: "40ms" };
    for (const one of await tell(scenario({ spin }, { host }), "linux-6.1")) {
      expect(one.decided).toBe(0);
      expect(gap(one)).toBeGreaterThan(0.036);
      expect(gap(one)).toBeLessThan(0.0451);
    }
    for (const one of await tell(scenario({ spin }, { host, patch: unpatch }), "linux-5.10.162"))
      expect(gap(one)).toBeLessThan(0.2); // hooking is patching's
    const late = endless({ mode: "user" }, { cpus: [1] });
    for (const one of await tell(scenario({ spin, late }, { host: { ...host, cpus: 2 } }), "linux-6.1")) {
      expect(one.tries).toBe(2);
      expect(gap(one)).toBe(0);
    }
  });
});

describe("reverse", () => {
  // The obstacle holds the transition up; the round at try 16 switches the vCPU. After the reverse the obstacle is done and the vCPU is not.
  const fields = (at: string) =>
    scenario({ vcpu: busyGuest(), obstacle: obstacle({ cpus: [0] }) }, { admin: [{ at, do: "reverse" }] });

  for (const policy of ["linux-5.19", "linux-6.4"])
    it(`Always: under ${policy} tries are counted anew after a reverse, so the first round takes 16 more`, async () => {
      const workload = { patch: { functions: ["f", "kvm_vcpu_ioctl"] } }; // keeps 6.4's task work from switching the vCPU
      for (const one of await tell(
        scenario(
          { vcpu: busyGuest(), obstacle: obstacle({ cpus: [0] }) },
          { admin: [{ at: "20s", do: "reverse" }], ...workload },
        ),
        policy,
      )) {
        expect(one.rounds).toBe(2);
        expect(one.task("vcpu").at).toBeGreaterThan(35);
        expect(one.task("vcpu").at).toBeLessThan(36.1);
        expect(one.decided).toBeGreaterThan(36);
        expect(one.decided).toBeLessThan(37.1);
        expect(one.counters.eintr).toBe(2);
      }
    });

  it("Always: who had not switched is done, who had switched must go back", async () => {
    for (const one of await tell(fields("5s"), "linux-5.19")) {
      expect(one.task("vcpu").at).toBeNull();
      expect(one.task("obstacle").at).toBeNull();
      expect(one.counters.warnings).toBe(0); // no flag is left on those who were done
      expect(one.decided).toBeGreaterThan(5);
      expect(one.decided).toBeLessThan(6.1);
    }
  });

  it("Never: a reverse runs a try of its own; the queued one comes at its old phase", async () => {
    const workload = { clean: endless({ mode: "sleep", wait: "interruptible" }), obstacle: obstacle() };
    for (const one of await tell(
      scenario(workload, { host: { unpatchWait: "none" }, admin: [{ at: "2.5s", do: "reverse" }] }),
      "plain",
    )) {
      expect(one.task("clean")).toEqual({ at: 3, by: "stack" });
      expect(one.decided).toBe(3);
      expect(one.complete).toBe(3);
    }
  });

  it("Always: the waits of unpatching are those of the direction after the reverse", async () => {
    const host = { unpatchWait: "rude+tasks" };
    for (const one of await tell(
      scenario({ obstacle: obstacle() }, { host, admin: [{ at: "2.5s", do: "reverse" }] }),
      "linux-6.1",
    ))
      expect(gap(one)).toBeCloseTo(0.04, 6);
    const patch = { direction: "unpatch" };
    for (const one of await tell(
      scenario({ obstacle: obstacle() }, { host, patch, admin: [{ at: "2.5s", do: "reverse" }] }),
      "linux-6.1",
    ))
      expect(gap(one)).toBe(0);
  });
});

describe("force", () => {
  it("Always: it switches every task where it is, and the next try notices", async () => {
    for (const one of await tell(
      scenario({ obstacle: obstacle() }, { admin: [{ at: "5s", do: "force" }] }),
      "linux-5.19",
    )) {
      expect(one.task("obstacle")).toEqual({ at: 5, by: "force" });
      expect(one.decided).toBeGreaterThan(5);
      expect(one.decided).toBeLessThan(6.1);
    }
  });

  it("Sometimes: it switches a task in the middle of an affected function: a violation; of a clean task it is none", async () => {
    const forced = { admin: [{ at: "5s", do: "force" }] };
    for (const one of await tell(scenario({ obstacle: obstacle() }, forced), "linux-5.19"))
      expect(one.counters.violations).toBe(1);
    const clean = endless({ mode: "kernel" });
    for (const one of await tell(scenario({ clean }, forced), "linux-5.19"))
      expect([one.counters.violations, one.task("clean").by]).toEqual([0, "force"]);
  });

  it("Always: force-after forces at 60 s what nothing else moves, idle tasks too", async () => {
    for (const one of await tell(scenario({ obstacle: obstacle() }), "force-after", 5)) {
      expect(one.task("obstacle")).toEqual({ at: 60, by: "force" });
      expect(one.decided).toBeLessThan(61.1);
    }
    const idle = { extends: "linux-5.13", forceAt: "60s" };
    for (const one of await tell(scenario({}, { host: { idleTasks: true } }), idle, 5))
      expect(one.idle(1)).toEqual({ at: 60, by: "force" });
  });

  it("Never: before 4.16 there is force", async () => {
    for (const one of await tell(scenario({ obstacle: obstacle() }), "linux-4.12", 3)) expect(one.complete).toBeNull();
  });
});

describe("kpatch", () => {
  it("Always: it gives up at 75 s, four or five rounds in, and unloads: a reverse, done at the next try", async () => {
    const gives = { extends: "linux-5.13", giveUp: true };
    const all = await tell(scenario({ vcpu: busyGuest() }, { run: { horizon: "120s" } }), gives);
    for (const one of all) {
      expect(one.counters.gaveUp).toBe(1);
      expect(one.task("vcpu").at).toBeNull();
      expect(one.decided).toBeGreaterThan(75);
      expect(one.decided).toBeLessThan(76.1);
    }
    // Tries 16, 31, 46 and 61; whether try 76 comes before the 75 s or after is a toss-up.
    expect(new Set(all.map((one) => one.rounds))).toEqual(new Set([4, 5]));
  });

  it("Never: it gives up on a transition that a round completes", async () => {
    const gives = { extends: "linux-5.19", giveUp: true };
    for (const one of await tell(scenario({ vcpu: busyGuest() }), gives))
      expect([one.counters.gaveUp, one.rounds]).toEqual([0, 1]);
  });

  it("Always: before 5.1 it asks for the round itself, 15 s in", async () => {
    const gives = { extends: "linux-4.16", adminSignalAt: null, giveUp: true };
    for (const one of await tell(scenario({ vcpu: busyGuest() }), gives))
      expect(one.task("vcpu")).toEqual({ at: 15, by: "user-exit" });
  });
});

describe("consistency", () => {
  it("Never: a sound policy switches a task on an affected frame, whoever is stuck there", async () => {
    const workload = {
      vcpu: busyGuest(),
      call: asleepInF({ duration: { exponential: "4s" } }, { count: 8, cpus: [0] }),
      wait: asleepInF({ wait: "uninterruptible", duration: { exponential: "4s" } }, { count: 4, cpus: [0] }),
    };
    const patch = { functions: ["f", KVM_STACK[1]] };
    for (const policy of [
      "linux-4.12",
      "linux-4.16",
      "linux-5.1",
      "linux-5.9",
      "linux-5.13",
      "linux-5.19",
      "linux-6.4",
      "linux-6.13",
      "linux-6.16",
    ])
      for (const one of await tell(scenario(workload, { patch }), policy, 10)) expect(one.counters.violations).toBe(0);
  });
});
