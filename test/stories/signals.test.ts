// Rounds of fake signals and what becomes of them: klp_send_signals (kernel/livepatch/transition.c), kernel/signal.c,
// kernel/entry/common.c, io_uring/; KF 3.1 to 3.5.

import { describe, expect, it } from "vitest";
import { asleepInF, endless, scenario, type Told, TURNS, tell } from "./run.js";

const FLAGS = ["linux-5.1", "linux-5.19"]; // P and N

/** Switched by the first round: 14.75 to 15.75 s in, a bucket of the wheel later at most. */
function byTheRound(one: Told, name: string, index = 0): void {
  expect(one.task(name, index).by).toBe("user-exit");
  expect(one.task(name, index).at).toBeGreaterThan(14.75);
  expect(one.task(name, index).at).toBeLessThan(15.82);
}

const cycle = (phases: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  kind: "user",
  count: 1,
  cpus: [1],
  behaviour: { phases },
  ...more,
});

describe("a round finds a user task", () => {
  for (const policy of FLAGS) {
    it(`Always: asleep interruptibly, on an affected frame too: ${policy} wakes it and it switches on its way out`, async () => {
      for (const wait of ["interruptible", "freezable"])
        for (const one of await tell(scenario({ call: asleepInF({ wait }) }), policy)) {
          byTheRound(one, "call");
          expect(one.counters.restarts).toBe(1);
          expect(one.counters.ipis).toBe(0);
        }
    });

    it(`Never: asleep in any other way does a round of ${policy} end the sleep`, async () => {
      for (const wait of ["uninterruptible", "killable", "idle", "stopped", "traced"])
        for (const one of await tell(scenario({ call: asleepInF({ wait, onSignal: undefined }) }), policy, 2)) {
          expect(one.rounds).toBe(5);
          expect(one.complete).toBeNull();
        }
    });

    it(`Always: asleep uninterruptibly: under ${policy} it switches when the wait ends`, async () => {
      for (const wait of ["uninterruptible", "killable"])
        for (const one of await tell(
          scenario({ call: asleepInF({ wait, onSignal: undefined, duration: "40s" }) }),
          policy,
        )) {
          expect(one.task("call").by).toBe("user-exit");
          expect(one.task("call").at).toBeLessThanOrEqual(40);
        }
    });

    it(`Always: in the kernel, or in a wait it cannot end: under ${policy} the next interruptible sleep of the same call returns at once`, async () => {
      const first = [{ mode: "sleep", wait: "uninterruptible" }, { mode: "kernel" }];
      for (const phase of first) {
        const call = cycle({
          first: { ...phase, stack: ["f"], duration: "30s", next: "second" },
          second: {
            mode: "sleep",
            wait: "interruptible",
            onSignal: "eintr",
            stack: ["f"],
            duration: "30s",
            next: "back",
          },
          back: { mode: "user", duration: "1us", next: "first" },
        });
        const heeded = await tell(scenario({ call }), policy, 60);
        for (const one of heeded) expect(one.task("call").at).toBeLessThanOrEqual(30.001);
        expect(heeded.some((one) => one.counters.eintr === 1 && (one.task("call").at ?? 0) > 16)).toBe(true);
        const deaf = await tell(scenario({ call }), "linux-4.12", 60);
        expect(deaf.some((one) => (one.task("call").at ?? 0) > 35)).toBe(true);
      }
    });
  }

  it("Always: in user mode it would have switched at its next tick; only a tickless one has to wait for the round's interrupt", async () => {
    const spin = endless({ mode: "user" });
    for (const one of await tell(scenario({ spin }), "linux-5.19")) {
      expect(one.task("spin").at).toBeLessThanOrEqual(0.004);
      expect(one.rounds).toBe(0);
    }
    for (const policy of FLAGS)
      for (const one of await tell(scenario({ spin }, { host: { nohzFull: [1] } }), policy)) {
        byTheRound(one, "spin");
        expect(one.counters.ipis).toBe(1);
      }
  });

  it("Always: the kick takes an interrupt's time, and the signal its own after the switch", async () => {
    const spin = endless({ mode: "user" });
    const free = await tell(scenario({ spin }, { host: { nohzFull: [1] } }), "linux-5.19");
    const slow = await tell(scenario({ spin }, { host: { nohzFull: [1], ipi: "70us", signal: "5us" } }), "linux-5.19");
    for (const one of slow)
      expect((one.task("spin").at ?? 0) - (free[one.replica].task("spin").at ?? 0)).toBeCloseTo(0.00007, 9);
  });

  it("Always: running in the kernel it is interrupted without effect, and switches when it returns to user mode", async () => {
    const call = cycle({
      busy: { mode: "kernel", duration: "30s", next: "back" },
      back: { mode: "user", duration: "1us", next: "busy" },
    });
    const all = await tell(scenario({ call }), "linux-5.19", 40);
    for (const one of all) {
      expect(one.task("call").by).toBe("user-exit");
      expect(one.counters.ipis).toBe(one.rounds > 0 ? 1 : 0);
    }
    expect(all.some((one) => (one.task("call").at ?? 0) > 17)).toBe(true);
  });

  it("Always: running in a call that looks at signal_pending(): it leaves at the round", async () => {
    for (const onSignal of ["eintr", "restart"]) {
      const call = cycle({
        busy: { mode: "kernel", duration: "3000000s", onSignal, stack: ["f"], next: "back" },
        back: { mode: "user", duration: "1us", next: "busy" },
      });
      for (const one of await tell(scenario({ call }), "linux-5.19")) {
        byTheRound(one, "call");
        expect(onSignal === "eintr" ? one.counters.eintr : one.counters.restarts).toBe(1);
      }
    }
  });

  it("Always: waiting for its CPU: flag only, no interrupt; a try switches it from its stack, mostly long before", async () => {
    const pair = endless({ mode: "kernel" }, { count: 2 });
    const all = await tell(scenario({ pair }, { host: { ...TURNS, preemption: "full" } }), "linux-5.19", 40);
    for (const one of all) {
      expect([one.task("pair", 0).by, one.task("pair", 1).by]).toEqual(["stack", "stack"]);
      expect(one.counters.ipis).toBeLessThanOrEqual(1); // at most the one that happened to run at try 16
    }
    expect(all.filter((one) => one.rounds === 0).length).toBeGreaterThan(30);
    const user = endless({ mode: "user" }, { count: 3 });
    for (const one of await tell(scenario({ user }), "linux-5.19"))
      expect([0, 1, 2].filter((i) => one.task("user", i).at === 0).length).toBe(2);
  });

  it("Always: stopped or traced: a try switches it if its stack is clean, no round if it is not", async () => {
    for (const wait of ["stopped", "traced"]) {
      for (const one of await tell(scenario({ stopped: endless({ mode: "sleep", wait }) }), "linux-5.19", 3))
        expect(one.task("stopped")).toEqual({ at: 0, by: "stack" });
      for (const one of await tell(
        scenario({ stopped: endless({ mode: "sleep", wait, stack: ["f"] }) }),
        "linux-5.19",
        3,
      ))
        expect([one.complete, one.rounds]).toEqual([null, 5]);
    }
  });

  it("Always: with the flag N already set: the later rounds do nothing at all; with P each round kicks again", async () => {
    const busy = endless({ mode: "kernel", stack: ["f"] });
    for (const one of await tell(scenario({ busy }), "linux-5.19", 5))
      expect([one.rounds, one.counters.ipis]).toEqual([5, 1]);
    for (const one of await tell(scenario({ busy }), "linux-5.1", 5))
      expect([one.rounds, one.counters.ipis]).toEqual([5, 5]);
  });
});

describe("a round finds a kthread", () => {
  const loop = (wait: string) =>
    cycle(
      {
        wait: { mode: "sleep", wait, stack: ["f"], duration: "3000000s", next: "work" },
        work: { mode: "kernel", duration: "1ms", next: "rest" },
        rest: { mode: "sleep", wait: "idle", duration: "3s", next: "wait" },
      },
      { kind: "kthread" },
    );

  for (const policy of FLAGS) {
    it(`Always: asleep interruptibly: ${policy} wakes it for nothing, and the next try finds it elsewhere`, async () => {
      for (const wait of ["interruptible", "freezable"])
        for (const one of await tell(scenario({ kthread: loop(wait) }), policy)) {
          if (one.task("kthread").at === 0) continue;
          expect(one.task("kthread").by).toBe("stack");
          expect([one.tries, one.rounds, one.counters.kthreadWakes]).toEqual([17, 1, 1]);
          expect(one.counters.restarts + one.counters.eintr).toBe(0);
        }
    });

    it(`Never: asleep otherwise, or running, is it touched by a round of ${policy}`, async () => {
      for (const wait of ["uninterruptible", "idle", "killable"])
        for (const one of await tell(scenario({ kthread: loop(wait) }), policy, 3)) {
          if (one.task("kthread").at === 0) continue;
          expect([one.complete, one.counters.kthreadWakes]).toEqual([null, 0]);
        }
      for (const one of await tell(scenario({ kthread: endless({ mode: "kernel" }, { kind: "kthread" }) }), policy, 3))
        expect([one.complete, one.counters.kthreadWakes, one.counters.ipis]).toEqual([null, 0, 0]);
    });
  }

  it("Always: asleep otherwise with a clean stack, it was switched by try 1", async () => {
    for (const wait of ["uninterruptible", "idle"])
      for (const one of await tell(
        scenario({ kthread: endless({ mode: "sleep", wait }, { kind: "kthread" }) }),
        "linux-5.19",
        3,
      ))
        expect(one.task("kthread")).toEqual({ at: 0, by: "stack" });
  });

  it("Never: with the patched function at the bottom of its stack does anything move it", async () => {
    const main = cycle(
      {
        work: { mode: "kernel", stack: ["f"], duration: "1ms", condResched: 5000, next: "wait" },
        wait: { mode: "sleep", wait: "interruptible", stack: ["f"], duration: "200ms", next: "work" },
      },
      { kind: "kthread" },
    );
    for (const policy of ["linux-5.1", "linux-6.1", "linux-6.4", "linux-6.16"])
      for (const one of await tell(scenario({ main }), policy, 2)) expect(one.complete).toBeNull();
  });

  it("Never: before kthreads were woken in rounds (4.16) does a sleeping kthread in f move", async () => {
    for (const one of await tell(
      scenario({ kthread: loop("interruptible") }),
      { extends: "linux-5.1", wakeKthreads: false },
      3,
    ))
      if (one.task("kthread").at !== 0) expect(one.complete).toBeNull();
  });
});

describe("on the way out", () => {
  it("Always: with T handled before the signal one pass is enough; after it, P needs two", async () => {
    const passes = async (policy: object) => {
      const all = await tell(scenario({ call: asleepInF() }), policy as Record<string, unknown>);
      return new Set(all.map((one) => one.counters.signalPasses));
    };
    expect(await passes({ extends: "linux-5.1", updateBeforeSignal: true })).toEqual(new Set([1]));
    expect(await passes({ extends: "linux-5.1", updateBeforeSignal: false })).toEqual(new Set([2]));
    expect(await passes({ extends: "linux-5.19", updateBeforeSignal: false })).toEqual(new Set([1]));
  });

  it("Always: a restarted call sleeps on to its old end, unseen by the program; EINTR ends it", async () => {
    for (const onSignal of ["restart", "eintr"])
      for (const one of await tell(scenario({ call: asleepInF({ onSignal }) }), "linux-5.19")) {
        byTheRound(one, "call");
        expect([one.counters.restarts, one.counters.eintr]).toEqual(onSignal === "restart" ? [1, 0] : [0, 1]);
      }
  });
});

describe("who swallows N", () => {
  const uring = (stack: string[]) => asleepInF({ onSignal: "absorb", stack });

  it("Never: an io_uring waiter on an affected frame is moved by N; P ends its wait with EINTR", async () => {
    for (const one of await tell(scenario({ uring: uring(["f"]) }), "linux-5.19", 3)) {
      expect([one.complete, one.rounds]).toEqual([null, 5]);
      expect(one.counters.eintr + one.counters.restarts).toBe(0);
    }
    for (const one of await tell(scenario({ uring: uring(["f"]) }), "linux-5.1")) {
      byTheRound(one, "uring");
      expect(one.counters.eintr).toBe(1);
    }
  });

  it("Always: an io_uring waiter with a clean stack is a sleeper like any other", async () => {
    for (const one of await tell(scenario({ uring: uring(["g"]) }), "linux-5.19"))
      expect(one.task("uring")).toEqual({ at: 0, by: "stack" });
  });

  it("Never: an io worker switches on a way out to user mode; it clears the flag itself, and only a try switches it", async () => {
    const worker = {
      ...cycle({
        wait: { mode: "sleep", wait: "interruptible", stack: ["f"], duration: "3000000s", next: "work" },
        work: { mode: "kernel", duration: "1ms", next: "rest" },
        rest: { mode: "sleep", wait: "uninterruptible", duration: "3s", next: "wait" },
      }),
    };
    worker.behaviour = { ...worker.behaviour, worker: "io" } as typeof worker.behaviour;
    for (const policy of FLAGS)
      for (const one of await tell(scenario({ worker }), policy)) {
        if (one.task("worker").at === 0) continue;
        expect(one.task("worker").by).toBe("stack");
        expect([one.tries, one.counters.kthreadWakes, one.counters.eintr, one.counters.restarts]).toEqual([
          17, 0, 0, 0,
        ]);
      }
  });

  it("Always: since it cleared N, every round reaches it again", async () => {
    const worker = endless(
      { mode: "kernel" },
      {
        behaviour: {
          worker: "io",
          phases: {
            work: { mode: "kernel", stack: ["f"], duration: "10ms", next: "more" },
            more: { mode: "kernel", stack: ["f"], duration: "10ms", next: "work" },
          },
        },
      },
    );
    for (const one of await tell(scenario({ worker }), "linux-5.19", 3))
      expect([one.complete, one.rounds, one.counters.ipis]).toEqual([null, 5, 5]);
  });
});
