import { describe, expect, it } from "vitest";
import { compileScenario, type HostModel } from "../../../src/scenario/index.js";

function host(fields: Record<string, unknown>): HostModel {
  return compileScenario({ host: { cpus: 8, ...fields } }).model.host;
}

describe("the scheduler's values", () => {
  // KF 8.2
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [7, 3],
    [8, 4],
    [4096, 4],
  ])("Always: on %d CPUs they are times %d", (cpus, factor) => {
    expect(host({ cpus })).toMatchObject({
      latency: 6000 * factor,
      minGranularity: 750 * factor,
      wakeupGranularity: 1000 * factor,
    });
    expect(host({ cpus, scheduler: "eevdf-6.6" })).toMatchObject({
      latency: 0,
      minGranularity: 750 * factor,
      wakeupGranularity: null,
    });
    expect(host({ cpus, scheduler: "eevdf-6.12" }).minGranularity).toBe(700 * factor);
  });

  it("Always: own values are taken as they are", () => {
    const scheduler = { latency: "10ms", minGranularity: "2ms", wakeupGranularity: "none" };
    expect(host({ scheduler })).toMatchObject({ latency: 10_000, minGranularity: 2000, wakeupGranularity: null });
    expect(host({ scheduler: { ...scheduler, wakeupGranularity: 0 } }).wakeupGranularity).toBe(0);
  });
});

describe("the host", () => {
  it("Always: the defaults are those of the design: no costs, 250 Hz, voluntary, idle tasks count", () => {
    expect(host({})).toMatchObject({
      hz: 250,
      preemption: "voluntary",
      reliableStack: "yes",
      loaderCpu: "any",
      idleTasks: true,
      schedulerTick: true,
      unpatchWait: "none",
      balancePeriod: 100_000,
      haltPoll: { max: 200, start: 10, grow: 2, shrink: 0 },
      enableGap: 0,
      tryCostPerTask: 0,
      hookOn: 0,
      hookOff: 0,
      hookWork: 0,
      unhookWork: 0,
      rcuGrace: 20_000,
      watchdog: 0,
      idleWakeRate: 0,
      contextSwitch: 0,
      vmExit: 0,
      ipi: 0,
      signal: 0,
    });
  });

  it("Always: a plain RCU grace period takes 5 jiffies unless the scenario knows better", () => {
    expect([100, 250, 300, 1000].map((hz) => host({ hz }).rcuGrace)).toEqual([50_000, 20_000, 16_667, 5000]);
    expect(host({ rcuGrace: 0 }).rcuGrace).toBe(0);
  });

  it("Always: the loader may be on any online CPU that has a tick, or any online one if none has", () => {
    expect(host({ cpus: 4, nohzFull: "1-2", offlineCpus: [0] }).loaderCandidates).toEqual([3]);
    expect(host({ cpus: 2, nohzFull: [0, 1] }).loaderCandidates).toEqual([0, 1]);
  });

  it("Always: reliable stacks are yes, no or with frame pointers", () => {
    expect(host({ reliableStack: false }).reliableStack).toBe("no");
    expect(host({ reliableStack: "frame-pointers" }).reliableStack).toBe("frame-pointers");
  });

  it.each([
    ["a loader beyond the CPUs", { loaderCpu: 8 }, /host\.loaderCpu.*from 0 to 7, got 8/],
    ["a loader that is offline", { loaderCpu: 1, offlineCpus: [1] }, /a CPU that is online/],
    ["no CPU online", { offlineCpus: "0-7" }, /at least one CPU left online/],
    ["a tickless CPU beyond the host", { nohzFull: "2-9" }, /from 0 to 7/],
    [
      "a range that counts down",
      { nohzFull: "7-2" },
      /host\.nohzFull: expected ranges such as 2-7, the lower CPU first, got "7-2"/,
    ],
    ["CPUs without end", { nohzFull: "0-7,".repeat(10_000) }, /a list of CPUs such as/],
    ["4097 CPUs", { cpus: 4097 }, /from 1 to 4096, got 4097/],
    ["no CPU", { cpus: 0 }, /from 1 to 4096, got 0/],
    ["128 Hz", { hz: 128 }, /one of 100, 250, 300, 1000/],
    ["a cost below a tick", { ipi: "0.4us" }, /whole us/],
    ["a negative cost", { ipi: "-1us" }, /host\.ipi/],
  ])("Never: a host with %s passes", (_, fields, message) => {
    expect(() => host(fields)).toThrow(message);
  });

  it.each([1, 4096])("Always: %d CPUs are allowed", (cpus) => {
    expect(host({ cpus }).cpus).toBe(cpus);
  });
});
