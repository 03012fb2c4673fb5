// vCPUs in KVM_RUN under a pending livepatch: kernel/entry/kvm.c and virt.c, arch/x86/kvm/x86.c, and the proposals of May 2022; KF 4.1 to 4.6.

import { describe, expect, it } from "vitest";
import { busyGuest, KVM_STACK, scenario, type Told, TURNS, tell } from "./run.js";

const ROUND = [
  "linux-5.1",
  "linux-5.9",
  "linux-5.10.162",
  "linux-5.19",
  "linux-6.1",
  "linux-6.16",
  "kvm-v1",
  "kvm-revert",
  "kvm-final",
];
const work = KVM_STACK[3]; // vcpu_enter_guest: not on the stack in the work function
const outer = KVM_STACK[1]; // kvm_arch_vcpu_ioctl_run: always there

function byTheRound(one: Told, name: string, index = 0): void {
  expect(one.task(name, index).by).toBe("user-exit");
  expect(one.task(name, index).at).toBeGreaterThan(14.75);
  expect(one.task(name, index).at).toBeLessThan(15.82);
}
const patch = (...functions: string[]) => ({ patch: { functions } });

describe("a busy vCPU", () => {
  const vcpu = busyGuest();

  it("Always: under linux-4.16 leaves KVM_RUN when the administrator asks for a round", async () => {
    for (const one of await tell(scenario({ vcpu }), "linux-4.16")) {
      expect(one.task("vcpu")).toEqual({ at: 15, by: "user-exit" });
      expect(one.counters.eintr).toBe(1);
    }
  });

  for (const policy of ROUND)
    it(`Always: under ${policy} leaves KVM_RUN at the round, with one EINTR, and try 17 completes`, async () => {
      for (const functions of [["f"], [outer]])
        for (const one of await tell(scenario({ vcpu }, patch(...functions)), policy, 10)) {
          byTheRound(one, "vcpu");
          expect([one.tries, one.counters.eintr, one.counters.violations]).toEqual([17, 1, 0]);
        }
    });

  it("Never: under linux-5.13 a round brings a busy vCPU out of KVM_RUN", async () => {
    for (const policy of ["linux-5.13", "linux-5.16"])
      for (const one of await tell(scenario({ vcpu }), policy, 5)) {
        expect([one.complete, one.rounds, one.counters.eintr]).toEqual([null, 5, 0]);
        expect(one.counters.guestExits).toBe(5); // N was eaten each time, so each round kicks again
      }
  });

  it("Sometimes: under linux-5.13 it is caught off its CPU by a try, if it has to share one", async () => {
    for (const one of await tell(scenario({ pair: busyGuest({ count: 2 }) }, { host: TURNS }), "linux-5.13", 40)) {
      expect([one.task("pair", 0).by, one.task("pair", 1).by]).toEqual(["stack", "stack"]);
      expect(one.counters.eintr).toBe(0);
    }
  });

  it("Never: under linux-4.12 does anything switch it", async () => {
    for (const one of await tell(scenario({ vcpu }), "linux-4.12", 3)) expect(one.complete).toBeNull();
  });

  it("Sometimes: under kvm-v1 another flag of the mask brings it to the test of T before the round", async () => {
    const neighbour = {
      kind: "kthread",
      count: 1,
      cpus: [1],
      behaviour: {
        phases: {
          rest: { mode: "sleep", wait: "idle", duration: { uniform: ["200ms", "400ms"] }, next: "work" },
          work: { mode: "kernel", duration: "100us", next: "rest" },
        },
      },
    };
    for (const one of await tell(scenario({ vcpu, neighbour }, patch(outer)), "kvm-v1")) {
      expect(one.task("vcpu").by).toBe("user-exit");
      expect(one.task("vcpu").at).toBeLessThan(1);
      expect(one.counters.eintr).toBe(1);
    }
    for (const one of await tell(scenario({ vcpu, neighbour }, patch(outer)), "linux-5.16", 5))
      expect(one.task("vcpu").at).toBeNull();
  });

  it("Always: under kvm-v2 leaves at its first VM exit, before any round", async () => {
    for (const functions of [["f"], [outer]])
      for (const one of await tell(scenario({ vcpu }, patch(...functions)), "kvm-v2", 40)) {
        expect(one.task("vcpu").by).toBe("user-exit");
        expect(one.task("vcpu").at).toBeLessThanOrEqual(0.004);
        expect([one.tries, one.rounds, one.counters.eintr, one.counters.violations]).toEqual([2, 0, 1, 0]);
      }
  });

  it("Always: under kvm-v2 a tickless one leaves at an exit of its own", async () => {
    const exits = { phases: { run: { mode: "guest", duration: "forever", exits: 20, stack: KVM_STACK } } };
    const all = await tell(
      scenario({ vcpu: busyGuest({ behaviour: exits }) }, { host: { nohzFull: [1] } }),
      "kvm-v2",
      200,
    );
    const mean = all.reduce((sum, one) => sum + (one.task("vcpu").at ?? 0), 0) / all.length;
    expect(Math.abs(mean - 0.05)).toBeLessThan((4 * 0.05) / Math.sqrt(all.length));
  });

  it("Always: under kvm-direct switches at its first VM exit without leaving", async () => {
    for (const one of await tell(scenario({ vcpu }), "kvm-direct", 40)) {
      expect(one.task("vcpu").by).toBe("guest-direct");
      expect(one.task("vcpu").at).toBeLessThanOrEqual(0.004);
      expect([one.counters.eintr, one.counters.violations]).toEqual([0, 0]);
    }
  });

  it("Sometimes: kvm-direct switches it inside an affected function: a violation with kvm_arch_vcpu_ioctl_run, none with vcpu_enter_guest", async () => {
    for (const one of await tell(scenario({ vcpu }, patch(outer)), "kvm-direct"))
      expect(one.counters.violations).toBe(1);
    for (const one of await tell(scenario({ vcpu }, patch(work)), "kvm-direct")) {
      expect(one.task("vcpu").by).toBe("guest-direct");
      expect(one.counters.violations).toBe(0);
    }
  });

  it("Always: kvm-final is linux-5.19, replica by replica", async () => {
    const workload = {
      vcpu: busyGuest({ count: 3 }),
      halted: busyGuest({ behaviour: "halted-guest", count: 3, cpus: [0] }),
    };
    const runs = await Promise.all(
      ["linux-5.19", "kvm-final"].map((policy) => tell(scenario(workload, patch(outer)), policy, 10)),
    );
    const plain = (all: Told[]) => JSON.parse(JSON.stringify(all)) as unknown;
    expect(plain(runs[1])).toEqual(plain(runs[0]));
  });

  it("Always: an exit to user space switches it on its way, in every era", async () => {
    const io = {
      phases: {
        run: { mode: "guest", duration: { exponential: "2s" }, stack: KVM_STACK, next: "device" },
        device: { mode: "user", duration: "50us", next: "run" },
      },
    };
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.1"]) {
      const all = await tell(scenario({ vcpu: busyGuest({ behaviour: io }) }, patch(outer)), policy, 100);
      for (const one of all) expect(one.task("vcpu").by).toBe("user-exit");
      const before = all.filter((one) => (one.task("vcpu").at ?? 99) < 2).length / all.length;
      expect(Math.abs(before - (1 - Math.exp(-1)))).toBeLessThan(0.2);
    }
  });

  it("Never: the host's tick by itself switches it", async () => {
    for (const one of await tell(scenario({ vcpu }, { host: { hz: 1000 }, run: { horizon: "14s" } }), "linux-6.1", 5)) {
      expect(one.task("vcpu").at).toBeNull();
      expect(one.counters.guestExits).toBe(0);
    }
  });

  it("Always: it enters KVM_RUN again after the VMM has seen EINTR", async () => {
    // The second round, which an obstacle provokes, finds it in the guest once more, without T: nothing to do.
    const workload = {
      vcpu,
      obstacle: {
        kind: "user",
        count: 1,
        cpus: [0],
        behaviour: { phases: { call: { mode: "sleep", wait: "uninterruptible", stack: ["f"], duration: "forever" } } },
      },
    };
    for (const one of await tell(scenario(workload), "linux-5.19", 3))
      expect([one.rounds, one.counters.eintr, one.counters.guestExits]).toEqual([5, 1, 1]);
  });
});

describe("a busy vCPU that shares its CPU", () => {
  const pair = busyGuest({ count: 2 });

  it("Always: is put off in the work function, where vcpu_enter_guest is not on its stack", async () => {
    for (const preemption of ["none", "voluntary"])
      for (const one of await tell(
        scenario({ pair }, { ...patch(work), host: { ...TURNS, preemption } }),
        "linux-5.13",
      )) {
        expect([one.task("pair", 0).by, one.task("pair", 1).by]).toEqual(["stack", "stack"]);
        expect(one.counters.violations).toBe(0);
      }
  });

  it("Never: with full preemption, which puts it off inside vcpu_enter_guest, is it switched by a try", async () => {
    for (const one of await tell(
      scenario({ pair }, { ...patch(work), host: { ...TURNS, preemption: "full" } }),
      "linux-5.13",
      5,
    ))
      expect(one.complete).toBeNull();
    for (const one of await tell(
      scenario({ pair }, { ...patch(work), host: { ...TURNS, preemption: "full" } }),
      "linux-5.19",
    ))
      expect([one.task("pair", 0).by, one.task("pair", 1).by, one.rounds]).toEqual(["user-exit", "user-exit", 1]);
  });

  it("Never: with the rest of KVM_RUN affected does being off the CPU help", async () => {
    for (const one of await tell(scenario({ pair }, { ...patch(outer), host: TURNS }), "linux-5.13", 5))
      expect(one.complete).toBeNull();
  });

  it("Always: from 6.13 on a lazy request too puts it off before guest entry", async () => {
    for (const one of await tell(scenario({ pair }, { ...patch(work), host: { ...TURNS, preemption: "lazy" } }), {
      extends: "linux-6.13",
      taskWork: false,
    }))
      expect([one.task("pair", 0).by, one.task("pair", 1).by]).toEqual(["stack", "stack"]);
  });
});

describe("task work in the KVM helper (6.4 to 6.15)", () => {
  it("Always: switches a busy vCPU with clean KVM frames within 100 ms and a tick of the start, without EINTR", async () => {
    const vm = busyGuest({ count: 4, cpus: "one-each", threadsPerProcess: 4 });
    for (const host of [{ hz: 250 }, { hz: 1000 }])
      for (const one of await tell(scenario({ vm }, { host: { cpus: 4, loaderCpu: "none", ...host } }), "linux-6.4")) {
        for (const i of [0, 1, 2, 3]) {
          expect(one.task("vm", i).by).toBe("cond_resched");
          expect(one.task("vm", i).at).toBeLessThanOrEqual(0.104);
        }
        expect(one.counters.eintr).toBe(0);
      }
  });

  it("Always: fails on affected KVM frames, and the vCPU waits for the round", async () => {
    for (const one of await tell(scenario({ vcpu: busyGuest() }, patch(outer)), "linux-6.4")) byTheRound(one, "vcpu");
  });

  it("Always: vcpu_enter_guest is not on the stack there", async () => {
    for (const one of await tell(scenario({ vcpu: busyGuest() }, patch(work)), "linux-6.4")) {
      expect(one.task("vcpu").by).toBe("cond_resched");
      expect(one.counters.violations).toBe(0);
    }
  });

  it("Never: before 6.4 and from 6.16 on is there such a hook", async () => {
    for (const policy of ["linux-6.1", "linux-6.16"])
      for (const one of await tell(scenario({ vcpu: busyGuest() }), policy, 5)) byTheRound(one, "vcpu");
  });
});

/** Halts and runs of about 100 us. */
const short = {
  phases: {
    halt: { halt: true, duration: { uniform: ["80us", "120us"] }, next: "run" },
    run: { mode: "guest", duration: { uniform: ["80us", "120us"] }, next: "halt" },
  },
};

describe("a halted vCPU", () => {
  const asleep = {
    phases: {
      halt: { halt: true, duration: "3000000s", next: "run" },
      run: { mode: "guest", duration: "1us", next: "halt" },
    },
  };
  const halted = busyGuest({ behaviour: asleep });

  it("Always: is a sleeper: try 1 switches it, in every era", async () => {
    for (const policy of ["linux-4.12", "linux-5.13", "linux-6.16", "kvm-v2"])
      for (const one of await tell(scenario({ halted }), policy, 5))
        expect(one.task("halted")).toEqual({ at: 0, by: "stack" });
  });

  for (const policy of [...ROUND, "kvm-v2", "kvm-direct", "linux-6.4"])
    it(`Always: on an affected frame waits for the round under ${policy}`, async () => {
      for (const one of await tell(scenario({ halted }, patch(outer)), policy, 10)) {
        // In the helper kvm-direct comes before the signal, and switches it there.
        expect(one.task("halted").by).toBe(policy === "kvm-direct" ? "guest-direct" : "user-exit");
        expect(one.task("halted").at).toBeGreaterThan(14.75);
        expect(one.task("halted").at).toBeLessThan(15.82);
        // Woken, not kicked: the interrupts of 6.4 and later are the pokes of patching the hook in and out.
        expect(one.counters.ipis).toBe(["linux-6.4", "linux-6.16"].includes(policy) ? 4 : 0);
        expect(one.counters.violations).toBe(policy === "kvm-direct" ? 1 : 0);
      }
    });

  it("Never: on an affected frame switches under linux-5.13: woken, its N eaten, blocked again", async () => {
    for (const policy of ["linux-5.13", "linux-5.16"])
      for (const one of await tell(scenario({ halted }, patch(outer)), policy, 5))
        expect([one.complete, one.rounds, one.counters.eintr]).toEqual([null, 5, 0]);
  });

  it("Never: is asleep freezably, so 6.16's hook does not see it", async () => {
    const halts = {
      phases: {
        halt: { halt: true, duration: "10ms", next: "run" },
        run: { mode: "guest", duration: "10ms", next: "halt" },
      },
    };
    for (const one of await tell(scenario({ vcpu: busyGuest({ behaviour: halts }) }), "linux-6.16", 40))
      expect(one.task("vcpu").by).not.toBe("schedule");
  });

  it("Sometimes: polls instead of sleeping, and then a try finds it running", async () => {
    // Halts of at most 120 us are shorter than the poll time, which has grown to 160 us: it never blocks.
    for (const one of await tell(
      scenario({ vcpu: busyGuest({ behaviour: short }) }, { run: { horizon: "10s" } }),
      "linux-5.13",
      5,
    ))
      expect(one.complete).toBeNull();
    const never = { haltPoll: { max: "0us" } };
    const all = await tell(scenario({ vcpu: busyGuest({ behaviour: short }) }, { host: never }), "linux-5.13", 40);
    for (const one of all) expect(one.task("vcpu").by).toBe("stack");
  });

  it("Never: polls while another task waits for its CPU", async () => {
    const workload = { vcpu: busyGuest({ behaviour: short }), other: busyGuest() };
    for (const one of await tell(scenario(workload), "linux-5.13", 20)) expect(one.task("vcpu").by).toBe("stack");
  });
});
