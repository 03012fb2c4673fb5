// Tickless user tasks: no special case upstream (kernel/livepatch/transition.c), pokes from 6.4 on, remote switching as proposed in
// 2021; KF 1.4, 1.7, 1.11, 5.4.

import { describe, expect, it } from "vitest";
import { endless, scenario, tell } from "./run.js";

const host = { nohzFull: [1] };
const poller = endless({ mode: "user" });

describe("a NOHZ_FULL poller", () => {
  it("Always: before 6.4 waits for the round, which interrupts it once; completion interrupts it once more", async () => {
    for (const policy of ["linux-5.1", "linux-5.19", "linux-6.1"])
      for (const one of await tell(scenario({ poller }, { host }), policy)) {
        expect(one.task("poller").by).toBe("user-exit");
        expect(one.task("poller").at).toBeGreaterThan(14.75);
        expect(one.task("poller").at).toBeLessThan(15.82);
        expect(one.tries).toBe(17);
        expect(one.counters.isolatedInterrupts).toBe(2);
      }
  });

  it("Never: does it switch on its way into the kernel", async () => {
    const call = endless(
      {},
      {
        behaviour: {
          phases: {
            poll: { mode: "user", duration: "10s", next: "call" },
            call: { mode: "sleep", wait: "uninterruptible", stack: ["f"], duration: "10s", next: "poll" },
          },
        },
      },
    );
    // Found polling, it enters the call in less than 10 s, unswitched, and leaves it 10 s later.
    const all = await tell(scenario({ call }, { host }), "linux-6.1", 100);
    const late = all.filter((one) => (one.task("call").at ?? 0) > 10);
    expect(late.length).toBeGreaterThan(20);
    for (const one of late) {
      expect(one.task("call").by).toBe("user-exit");
      expect(one.task("call").at).toBeLessThanOrEqual(20);
    }
  });

  it("Never: before 5.1 and without an administrator does anything reach it", async () => {
    for (const one of await tell(scenario({ poller }, { host }), "linux-4.12", 3)) expect(one.complete).toBeNull();
  });

  it("Always: from 6.4 on the patching of the hooks switches it before try 1", async () => {
    for (const policy of ["linux-6.4", "linux-6.13", "linux-6.16"])
      for (const one of await tell(scenario({ poller }, { host }), policy)) {
        expect(one.task("poller")).toEqual({ at: 0, by: "user-exit" });
        expect(one.tries).toBe(1);
        expect(one.counters.isolatedInterrupts).toBe(3); // hook on, hook off, completion
      }
  });

  it("Always: with a second task on its CPU it has ticks, and is like any other", async () => {
    for (const one of await tell(
      scenario({ poller: endless({ mode: "user" }, { count: 2 }) }, { host }),
      "linux-6.1",
    )) {
      // A tick that ends its turn puts it off before it has switched: at most its neighbour's turn of 8 ms more.
      expect(one.lastSwitch).toBeLessThanOrEqual(0.012);
      expect(one.tries).toBe(2);
    }
  });

  it("Always: a remote policy switches it by try 1 without an interrupt of its own", async () => {
    for (const policy of ["nohz-v1", "nohz-v1-petr", "nohz-v2", "nohz-v-petr", "nohz-v-peter"])
      for (const one of await tell(scenario({ poller }, { host }), policy)) {
        expect(one.task("poller")).toEqual({ at: 0, by: "remote" });
        expect([one.tries, one.rounds, one.counters.violations]).toEqual([1, 0, 0]);
      }
  });

  /** A task in turn in user mode and in a call, on the tickless CPU, and how often a replica switches it inside the call: means. */
  const races = async (policy: string, poll: string, call: object, remoteWindow: string, replicas: number) => {
    const phases = {
      poll: { mode: "user", duration: { exponential: poll }, next: "call" },
      call: { mode: "kernel", stack: ["f"], next: "poll", ...call },
    };
    const caller = endless({}, { behaviour: { phases } });
    const fields = scenario({ caller }, { host: { ...host, remoteWindow }, run: { horizon: "1s" } });
    const all = await tell(fields, policy, replicas);
    return all.reduce((sum, { counters }) => sum + counters.violations, 0) / replicas;
  };

  it("Sometimes: a policy that looks first switches a task that has meanwhile called the function, as often as the window says", async () => {
    const replicas = 1000;
    const law = (200 / 250) * (1 - Math.exp(-20 / 200)); // found polling, and the rest of it shorter than the window
    const sigma = Math.sqrt((law * (1 - law)) / replicas);
    const often = (policy: string) => races(policy, "200us", { duration: "50us" }, "20us", replicas);
    for (const policy of ["nohz-v1", "nohz-v-petr"])
      expect(Math.abs((await often(policy)) - law)).toBeLessThan(4 * sigma);
    expect(await often("nohz-v-peter")).toBe(0);
  });

  it("Sometimes: a window shorter than a tick is long enough", async () => {
    expect(await races("nohz-v1", "20us", { duration: "20us" }, "0.9us", 300)).toBeGreaterThan(0);
  });

  it("Never: does a call of a function that is not patched harm", async () => {
    expect(await races("nohz-v1", "200us", { duration: "50us", stack: ["g"] }, "20us", 300)).toBe(0);
  });

  it("Never: a remote policy switches a task in the kernel or a guest, or on a CPU that ticks", async () => {
    const busy = endless({ mode: "kernel" });
    const guest = { kind: "vcpu", count: 1, cpus: [1], behaviour: "busy-guest" };
    for (const one of await tell(scenario({ busy }, { host }), "nohz-v-peter", 3)) expect(one.complete).toBeNull();
    for (const one of await tell(scenario({ guest }, { host }), "nohz-v-peter", 3))
      expect(one.task("guest").by).not.toBe("remote");
    for (const one of await tell(scenario({ poller }), "nohz-v-peter")) expect(one.task("poller").by).toBe("user-exit");
  });

  it("Always: completion's work item interrupts each isolated CPU once; synchronizing by RCU would not", async () => {
    for (const one of await tell(scenario({}, { host: { ...host, cpus: 3, nohzFull: [1, 2] } }), "linux-6.1"))
      expect(one.counters.isolatedInterrupts).toBe(2);
    for (const one of await tell(scenario({}, { host: { ...host, cpus: 3, nohzFull: [1, 2] } }), {
      extends: "linux-6.1",
      sync: "rcu",
    }))
      expect(one.counters.isolatedInterrupts).toBe(0);
  });
});
