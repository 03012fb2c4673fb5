import { describe, expect, it } from "vitest";
import { compileScenario, FOREVER_TICKS, type Model } from "../../../src/scenario/index.js";

type Fields = Record<string, unknown>;

const SPIN = { phases: { spin: { mode: "user", duration: "forever" } } };
const NAP = { phases: { nap: { mode: "sleep", duration: { exponential: "1s" } } } };

function model(workload: Fields, host: Fields = {}, more: Fields = {}): Model {
  return compileScenario({ host: { cpus: 8, ...host }, workload, ...more }).model;
}

describe("placement", () => {
  it("Always: one-each pins task i to the i-th online CPU", () => {
    const m = model({ a: { kind: "user", count: 3, cpus: "one-each", behaviour: SPIN } }, { offlineCpus: [1] });
    expect([...m.tasks.cpu]).toEqual([0, 2, 3]);
    expect([...m.tasks.cpuSet].map((set) => m.cpuSets[set])).toEqual([[0], [2], [3]]);
  });

  it("Always: spread goes round over online CPUs that are not nohzFull, and may be moved among them", () => {
    const m = model({ a: { kind: "user", count: 5, behaviour: SPIN } }, { cpus: 6, offlineCpus: [0], nohzFull: "2-3" });
    expect([...m.tasks.cpu]).toEqual([1, 4, 5, 1, 4]);
    expect(m.cpuSets).toEqual([[1, 4, 5]]);
    expect(m.balanceSet).toEqual([false, true, false, false, true, true]);
  });

  it("Always: spread takes all online CPUs where all are nohzFull", () => {
    const m = model({ a: { kind: "user", count: 3, behaviour: SPIN } }, { cpus: 2, nohzFull: "0-1" });
    expect([...m.tasks.cpu]).toEqual([0, 1, 0]);
  });

  it("Always: a list is followed in its order, and its CPUs are allowed in theirs", () => {
    const m = model({ a: { kind: "user", count: 4, cpus: [5, 2, 3], behaviour: SPIN } });
    expect([...m.tasks.cpu]).toEqual([5, 2, 3, 5]);
    expect(m.cpuSets).toEqual([[2, 3, 5]]);
    expect(model({ a: { kind: "user", cpus: "7,2-3", behaviour: SPIN } }).cpuSets).toEqual([[2, 3, 7]]);
  });

  it("Always: vCPUs of a class share one process, others have their own, and threadsPerProcess says otherwise", () => {
    const m = model({
      vm: { kind: "vcpu", count: 3, behaviour: "busy-guest" },
      a: { kind: "user", count: 2, behaviour: SPIN },
      b: { kind: "user", count: 5, threadsPerProcess: 2, behaviour: SPIN },
    });
    expect([...m.tasks.process]).toEqual([0, 0, 0, 1, 2, 3, 3, 4, 4, 5]);
  });

  it("Always: a CPU is lone with one task that needs it, however many merely sleep", () => {
    const m = model({
      spin: { kind: "user", count: 2, cpus: "one-each", behaviour: SPIN },
      nap: { kind: "user", count: 20, behaviour: NAP },
    });
    expect(m.lone).toEqual(Array(8).fill(true));
    expect(m.settle).toBe(0);
  });

  it("Never: a CPU is lone with two tasks that need it, with a class that forks, or in the balance set", () => {
    const two = model({
      a: { kind: "user", cpus: [0], behaviour: SPIN },
      b: { kind: "user", cpus: [0], behaviour: SPIN },
      c: { kind: "user", cpus: [1], behaviour: "fork-storm" },
      d: { kind: "user", cpus: [3, 4], behaviour: SPIN },
    });
    expect(two.lone).toEqual([false, false, true, false, false, true, true, true]);
    expect(two.balanceSet).toEqual([false, false, false, true, true, false, false, false]);
  });
});

describe("tasks", () => {
  it("Always: children's slots follow their class's own tasks and live where their parent does", () => {
    const m = model({
      parent: { kind: "user", count: 2, cpus: [4, 6], behaviour: { extends: "fork-storm", children: 3 } },
      last: { kind: "user", behaviour: SPIN },
    });
    expect(m.taskCount).toBe(9);
    expect(m.classes[0]).toMatchObject({ firstTask: 0, count: 2, children: 3, hasFork: true });
    expect(m.classes[1]).toMatchObject({ firstTask: 8, children: 0, hasFork: false });
    expect([...m.tasks.cpu.slice(0, 8)]).toEqual([4, 6, 4, 4, 4, 6, 6, 6]);
    expect([...m.tasks.classOf]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect([...m.tasks.process]).toEqual([0, 1, 0, 0, 0, 1, 1, 1, 2]);
  });

  it("Always: 65536 slots pass and one more does not, children counted", () => {
    const parents = (count: number) => ({
      p: { kind: "user", count, behaviour: { extends: "fork-storm", children: 15 } },
    });
    expect(model(parents(4096)).taskCount).toBe(65536);
    expect(() => model(parents(4097))).toThrow(/at most 65536 tasks.*got 65552/);
  });

  it("Always: a class of no tasks is left out", () => {
    const m = model({ none: { kind: "user", count: 0, behaviour: SPIN }, a: { kind: "user", behaviour: NAP } });
    expect(m.classes.map((c) => [c.name, c.firstTask, c.firstPhase])).toEqual([["a", 0, 0]]);
    expect(m.phases).toHaveLength(1);
  });

  it("Never: more than 64 classes pass", () => {
    const many = (n: number) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`c${i}`, { kind: "user", behaviour: SPIN }]));
    expect(model(many(64)).classes).toHaveLength(64);
    expect(() => model(many(65))).toThrow(/at most 64 classes/);
  });
});

describe("start and settling", () => {
  it("Always: start shares are cumulative, end at 1 and skip what has no share", () => {
    const phases = {
      zero: { mode: "user", duration: 0, next: "work" },
      work: { mode: "user", duration: "1ms", next: "rest" },
      rest: { mode: "sleep", duration: "3ms", next: "zero" },
    };
    expect(model({ a: { kind: "user", behaviour: { phases } } }).classes[0]?.startShares).toEqual([
      { phase: 1, cumulative: 0.25 },
      { phase: 2, cumulative: 1 },
    ]);
  });

  it("Always: settling is five of the longest mean cycles on shared CPUs, between 2 s and 20 s, unless given", () => {
    const cycle = (duration: string) => ({
      a: {
        kind: "user",
        count: 2,
        cpus: [0],
        behaviour: {
          phases: { u: { mode: "user", duration: "1ms", next: "s" }, s: { mode: "sleep", duration, next: "u" } },
        },
      },
    });
    expect(model(cycle("99ms")).settle).toBe(2e6);
    expect(model(cycle("999ms")).settle).toBe(5e6);
    expect(model(cycle("10m")).settle).toBe(20e6);
    expect(model(cycle("10m"), {}, { run: { settle: "3s" } }).settle).toBe(3e6);
    expect(model({ a: { kind: "user", count: 2, cpus: [0], behaviour: SPIN } }).settle).toBe(2e6);
  });

  it("Always: settling may last up to 15 minutes", () => {
    const settling = (settle: string) => model({}, {}, { run: { settle } }).settle;
    expect(settling("15m")).toBe(900e6);
    expect(() => settling("900.000001s")).toThrow("run.settle: expected a time from 0 to 15m, in whole us");
  });

  it("Never: a class that lives on lone CPUs alone counts for settling", () => {
    const m = model({
      pair: { kind: "user", count: 2, cpus: [0], behaviour: SPIN },
      slow: { kind: "kthread", cpus: [1], behaviour: "kthread-loop" },
    });
    expect(m.settle).toBe(2e6);
  });
});

describe("the rest of the model", () => {
  it("Always: administrators' actions are ordered by time, thresholds too, each once", () => {
    const m = model(
      {},
      {},
      {
        admin: [
          { at: "5s", do: "force" },
          { at: "2s", do: "signal" },
          { at: "5s", do: "reverse" },
        ],
        run: { exceed: ["5s", "1s", "5000ms"] },
      },
    );
    expect(m.admin).toEqual([
      { at: 2e6, do: "signal" },
      { at: 5e6, do: "force" },
      { at: 5e6, do: "reverse" },
    ]);
    expect(m.exceedTicks).toEqual([1e6, 5e6]);
  });

  it("Never: nops are dropped by a patch that replaces nothing", () => {
    expect(() => model({}, {}, { patch: { nops: 3 } })).toThrow(/patch\.nops/);
    expect(model({}, {}, { patch: { nops: 3, replace: true } }).patch.nops).toBe(3);
  });

  it("Always: the horizon holds the gap and one period of every policy, to the tick", () => {
    const at = (horizon: string) =>
      compileScenario({
        host: { cpus: 1, enableGap: "250ms" },
        policies: ["plain", { name: "slow", extends: "plain", tryPeriod: "3s" }],
        run: { horizon },
      });
    expect(at("3250ms").model.horizon).toBe(3.25e6);
    expect(() => at("3249999us")).toThrow(/at least 3250ms.*slow/);
  });

  it("Always: a vCPU has a hidden last phase for its VMM, whose length class, behaviour or default give", () => {
    const vmm = (more: Fields) => {
      const m = model({ v: { kind: "vcpu", behaviour: "busy-guest", ...more } });
      const c = m.classes[0];
      expect(c).toMatchObject({ firstPhase: 0, phaseCount: 1, vmmPhase: 1 });
      expect(m.phases[1]).toMatchObject({ name: "vmm-eintr", mode: "user", affected: 0 });
      expect(m.durations[m.phases[1]?.duration ?? -1]).toEqual({ kind: "fixed", ticks: c?.vmmTicks });
      return c?.vmmTicks;
    };
    expect(vmm({})).toBe(20);
    expect(vmm({ behaviour: { extends: "busy-guest", vmm: "30us" } })).toBe(30);
    expect(vmm({ behaviour: { extends: "busy-guest", vmm: "30us" }, vmm: "1.5ms" })).toBe(1500);
    expect(model({ a: { kind: "user", behaviour: SPIN } }).classes[0]).toMatchObject({ vmmPhase: null, vmmTicks: 0 });
  });

  it("Always: for ever is FOREVER_TICKS", () => {
    const m = model({ a: { kind: "user", behaviour: SPIN } });
    expect(m.durations[m.phases[0]?.duration ?? -1]).toEqual({ kind: "fixed", ticks: FOREVER_TICKS });
  });
});
