import { describe, expect, it } from "vitest";
import { BEHAVIOUR_PRESETS, compileScenario, EXIT_PHASE, type PhaseModel } from "../../../src/scenario/index.js";

type Fields = Record<string, unknown>;

function phases(kind: string, list: Fields, functions: string[] = [], more: Fields = {}): PhaseModel[] {
  return compileScenario({
    host: { cpus: 2 },
    workload: { a: { kind, behaviour: { phases: list, ...more } } },
    patch: { functions },
  }).model.phases;
}

describe("what a stack holds", () => {
  const guest = { guest: { mode: "guest", duration: "forever" } };
  const halted = { halted: { halt: true, duration: "1s" } };

  it.each([
    ["kvm_vcpu_ioctl", 1, 1, 1],
    ["kvm_arch_vcpu_ioctl_run", 1, 1, 1],
    ["vcpu_run", 1, 1, 1],
    ["vcpu_enter_guest", 1, 0, 0],
    ["kvm_vcpu_halt", 0, 0, 1],
    ["kvm_vcpu_block", 0, 0, 1],
    ["vfs_read", 0, 0, 0],
  ])("Always: %s is on it in guest mode %d, in the work function %d, in a halt %d", (f, inGuest, inWork, inHalt) => {
    expect(phases("vcpu", guest, [f])[0]).toMatchObject({ affected: inGuest, affectedWork: inWork });
    expect(phases("vcpu", halted, [f])[0]).toMatchObject({ affected: inHalt, affectedWork: inHalt });
  });

  it("Always: own functions count besides KVM's, and a probability stands where none is patched", () => {
    const own = { guest: { ...guest.guest, stack: ["outer"], affected: 0.25 } };
    expect(phases("vcpu", own, ["outer"])[0]).toMatchObject({ affected: 1, affectedWork: 1 });
    expect(phases("vcpu", own, ["vcpu_enter_guest"])[0]).toMatchObject({ affected: 1, affectedWork: 0.25 });
    expect(phases("vcpu", own, ["other"])[0]).toMatchObject({ affected: 0.25, affectedWork: 0.25 });
  });
});

describe("what a fake signal does", () => {
  const sleep = (wait: string) => ({ s: { mode: "sleep", wait, duration: "1s" } });

  it.each([
    ["interruptible", "restart"],
    ["freezable", "restart"],
    ["uninterruptible", "none"],
    ["killable", "none"],
    ["idle", "none"],
    ["stopped", "none"],
    ["traced", "none"],
  ])("Always: to a user task in an %s sleep, unless told otherwise: %s", (wait, effect) => {
    expect(phases("user", sleep(wait))[0]?.onSignal).toBe(effect);
    expect(phases("vcpu", sleep(wait))[0]?.onSignal).toBe(effect);
  });

  it("Always: nothing to kthreads, workers, halts and kernel phases that do not heed it", () => {
    expect(phases("kthread", sleep("interruptible"))[0]?.onSignal).toBe("none");
    expect(phases("user", sleep("interruptible"), [], { worker: "io" })[0]?.onSignal).toBe("none");
    expect(phases("vcpu", { h: { halt: true, duration: "1s" } })[0]).toMatchObject({
      onSignal: "none",
      halt: true,
      mode: "sleep",
      wait: "interruptible",
    });
    expect(phases("user", { k: { mode: "kernel", duration: "1s" } })[0]?.onSignal).toBe("none");
    expect(phases("user", { k: { mode: "kernel", duration: "1s", onSignal: "eintr" } })[0]?.onSignal).toBe("eintr");
  });
});

describe("what follows", () => {
  it("Always: weights become cumulative shares, zero ones vanish, the last is 1", () => {
    const [first] = phases("user", {
      a: { mode: "user", duration: "1ms", next: { a: 1, b: 0, c: 2, exit: 1 } },
      c: { mode: "user", duration: "1ms", next: "b" },
      b: { mode: "user", duration: "1ms", next: "a" },
    });
    expect(first?.next).toEqual([
      { phase: 0, cumulative: 0.25 },
      { phase: 1, cumulative: 0.75 },
      { phase: EXIT_PHASE, cumulative: 1 },
    ]);
  });

  it("Always: the only phase follows itself, and what lasts for ever needs no next", () => {
    expect(phases("user", { a: { mode: "user", duration: "1ms" } })[0]?.next).toEqual([{ phase: 0, cumulative: 1 }]);
    const two = { a: { mode: "user", duration: "1ms", next: "b" }, b: { mode: "user", duration: "forever" } };
    expect(phases("user", two)[1]?.next).toEqual([{ phase: 1, cumulative: 1 }]);
  });

  it("Always: a child's phases are reached by the fork", () => {
    const list = phases("user", {
      parent: { mode: "kernel", duration: "1ms", fork: "child", next: "parent" },
      child: { mode: "user", duration: "1ms", next: "exit" },
    });
    expect(list[0]?.fork).toBe(1);
  });

  it("Always: a circle in which one phase may take time passes", () => {
    const list = {
      a: { mode: "user", duration: 0, next: "b" },
      b: {
        mode: "sleep",
        duration: {
          mixture: [
            { weight: 9, duration: 0 },
            { weight: 1, duration: "1ms" },
          ],
        },
        next: "a",
      },
    };
    expect(phases("user", list)).toHaveLength(2);
  });

  it("Never: a circle of zeros passes, however it is spelt", () => {
    const list = {
      a: { mode: "user", duration: "0s", next: { b: 1, c: 1 } },
      b: {
        mode: "sleep",
        duration: {
          mixture: [
            { weight: 1, duration: 0 },
            { weight: 2, duration: "0ms" },
          ],
        },
        next: "a",
      },
      c: { mode: "sleep", duration: "1s", next: "a" },
    };
    expect(() => phases("user", list)).toThrow(/circle of phases that take no time/);
  });

  it("Always: 64 phases pass and 65 do not", () => {
    const ring = (n: number) =>
      Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`p${i}`, { mode: "user", duration: "1ms", next: `p${(i + 1) % n}` }]),
      );
    expect(phases("user", ring(64))).toHaveLength(64);
    expect(() => phases("user", ring(65))).toThrow(/at most 64 phases/);
  });
});

describe("what a kind of task cannot do", () => {
  const kernel = { mode: "kernel", duration: "1ms" };
  it.each([
    [
      "a user task in guest mode",
      "user",
      { mode: "guest", duration: "1ms" },
      {},
      /phases\.p\.mode: expected one of user, kernel, sleep/,
    ],
    [
      "a kthread in user mode",
      "kthread",
      { mode: "user", duration: "1ms" },
      {},
      /phases\.p\.mode: expected one of kernel, sleep/,
    ],
    [
      "an io worker in user mode",
      "user",
      { mode: "user", duration: "1ms" },
      { worker: "io" },
      /a io worker has no other/,
    ],
    ["a user task that halts", "user", { halt: true, duration: "1ms" }, {}, /only a vcpu halts/],
    ["an uninterruptible halt", "vcpu", { halt: true, wait: "killable", duration: "1ms" }, {}, /phases\.p\.wait/],
    [
      "a kthread that hears signals",
      "kthread",
      { mode: "sleep", duration: "1s", onSignal: "eintr" },
      {},
      /never leaves for a signal/,
    ],
    ["a running call that absorbs signals", "user", { ...kernel, onSignal: "absorb" }, {}, /restart or eintr/],
    ["a wait that runs", "user", { ...kernel, wait: "killable" }, {}, /only in mode sleep/],
    [
      "a guest that reschedules by itself",
      "vcpu",
      { mode: "guest", duration: "1s", condResched: 5 },
      {},
      /only in mode kernel/,
    ],
    ["exits of a sleep", "user", { mode: "sleep", duration: "1s", exits: 5 }, {}, /only in mode guest/],
    [
      "a stack in user mode",
      "user",
      { mode: "user", duration: "1s", stack: ["f"] },
      {},
      /only in mode kernel, guest or sleep/,
    ],
    ["a kthread that forks", "kthread", { ...kernel, fork: "p" }, {}, /only tasks of kind user fork/],
    ["a vcpu that is a worker", "vcpu", kernel, { worker: "io" }, /a vcpu is none/],
    ["children of nobody", "user", kernel, { children: 3 }, /no phase forks/],
    ["a phase without a mode", "user", { duration: "1ms" }, {}, /phases\.p\.mode: missing/],
    ["a phase without a duration", "user", { mode: "user" }, {}, /phases\.p\.duration: missing/],
    ["a probability above 1", "user", { ...kernel, affected: 1.01 }, {}, /a probability from 0 to 1, got 1\.01/],
    ["a rate beyond the tick", "user", { ...kernel, condResched: "2/us" }, {}, /from 0 to 1000000\/s/],
  ])("Never: %s passes", (_, kind, phase, more, message) => {
    expect(() => phases(kind, { p: phase }, [], more)).toThrow(message);
  });
});

describe("durations", () => {
  it.each([
    ["a uniform turned round", { uniform: ["2s", "1s"] }, /a below b/],
    ["a uniform of one", { uniform: ["2s"] }, /uniform/],
    ["a mean of zero", { exponential: "0s" }, /above 0/],
    ["a sigma of zero", { lognormal: { median: "1s", sigma: 0 } }, /from 0\.001 to 5, got 0/],
    ["a shape of zero", { weibull: { scale: "1s", shape: 0 } }, /from 0\.05 to 100/],
    ["a Pareto turned round", { pareto: { min: "2s", max: "1s", shape: 1 } }, /min below max/],
    ["weights of zero", { mixture: [{ weight: 0, duration: "1s" }] }, /a weight above 0/],
    ["a mixture in a mixture", { mixture: [{ weight: 1, duration: { mixture: [] } }] }, /unknown field/],
    [
      "a table that does not end at 1",
      {
        empirical: [
          [0, "1s"],
          [0.9, "2s"],
        ],
      },
      /rising from 0 to 1/,
    ],
    [
      "a table that falls",
      {
        empirical: [
          [0, "2s"],
          [1, "1s"],
        ],
      },
      /times not falling/,
    ],
    [
      "a table of nothing",
      {
        empirical: [
          [0, 0],
          [1, 0],
        ],
      },
      /the last above 0/,
    ],
    ["a fraction of a tick", "1.5us", /whole us/],
    ["a year and a day", "366 days", /365 days/],
    ["a word", "long", /forever, or/],
    ["nothing at all", {}, /exactly one of/],
  ])("Never: %s passes", (_, duration, message) => {
    expect(() => phases("user", { p: { mode: "user", duration } })).toThrow(message);
  });
});

describe("the built-in behaviours", () => {
  it("Always: they are those of design 3.2, and each suits the kinds it names", () => {
    expect(Object.keys(BEHAVIOUR_PRESETS)).toEqual(
      [
        "busy-guest io-guest halted-guest nested-guest cpu-bound syscall-server poll-loop blocked-reader disk-wait",
        "vhost-worker kworker kthread-loop kthread-loop-cond-resched io-uring-waiter stopped traced fork-storm nohz-poller",
      ].flatMap((line) => line.split(" ")),
    );
    for (const [behaviour, { kinds }] of Object.entries(BEHAVIOUR_PRESETS)) {
      for (const kind of kinds) {
        const { model } = compileScenario({ host: { cpus: 2 }, workload: { a: { kind, behaviour } } });
        expect(model.classes[0]?.startShares.at(-1)?.cumulative).toBe(1);
      }
    }
  });

  it("Always: every time, rate and chance in them has a source or the word assumption", () => {
    for (const [name, { phases: list, source }] of Object.entries(BEHAVIOUR_PRESETS)) {
      for (const [phase, fields] of Object.entries(list)) {
        for (const field of ["duration", "exits", "condResched"]) {
          const value = (fields as Fields)[field];
          if (value === undefined || value === "forever") continue;
          expect(Object.keys(source), `${name} ${phase}.${field}`).toContain(`${phase}.${field}`);
        }
      }
      for (const text of Object.values(source)) expect(text).toMatch(/KF [0-9]|assumption/);
    }
  });

  it("Never: a behaviour is given to a kind that it does not suit", () => {
    const give = () =>
      compileScenario({ host: { cpus: 1 }, workload: { a: { kind: "user", behaviour: "busy-guest" } } });
    expect(give).toThrow(/busy-guest is for vcpu/);
  });

  it("Always: extends changes the fields named, adds phases and keeps the rest", () => {
    const { model } = compileScenario({
      host: { cpus: 1 },
      workload: {
        a: {
          kind: "user",
          behaviour: {
            extends: "blocked-reader",
            phases: {
              read: { onSignal: "eintr", next: { think: 1, log: 1 } },
              log: { mode: "kernel", duration: "1ms", next: "think" },
            },
          },
        },
      },
      patch: { functions: ["pipe_read"] },
    });
    expect(model.phases.map((p) => [p.name, p.mode, p.onSignal, p.affected])).toEqual([
      ["think", "user", "none", 0],
      ["read", "sleep", "eintr", 1],
      ["log", "kernel", "none", 0],
    ]);
  });

  it("Never: an unknown behaviour is extended", () => {
    const give = () =>
      compileScenario({
        host: { cpus: 1 },
        workload: { a: { kind: "user", behaviour: { extends: "blocked-raeder" } } },
      });
    expect(give).toThrow(/did you mean blocked-reader/);
  });
});
