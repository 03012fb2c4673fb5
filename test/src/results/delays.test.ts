import { describe, expect, it } from "vitest";
import { delayTicks, exactQuantile, explainDelays } from "../../../src/results/delays.js";
import { newOutcomes, type Outcomes } from "../../../src/results/outcomes.js";
import { compileScenario, MECHANISMS } from "../../../src/scenario/index.js";

const { model } = compileScenario({
  host: { cpus: 2 },
  workload: {
    reader: { kind: "user", behaviour: "blocked-reader" },
    vcpu: { kind: "vcpu", behaviour: "busy-guest" },
  },
});
const phase = (name: string) => model.phases.findIndex((one) => one.name === name);

type Row = [complete: number, decided: number, lastSwitch: number, prompt: number, phase: number, mechanism: string];

function outcomesOf(rows: Row[]): Outcomes {
  const outcomes = newOutcomes(rows.length, true);
  for (const [row, [complete, decided, lastSwitch, prompt, blamePhase, mechanism]] of rows.entries()) {
    outcomes.complete[row] = complete;
    outcomes.decided[row] = decided;
    outcomes.lastSwitch[row] = lastSwitch;
    outcomes.prompt![row] = prompt;
    outcomes.blamePhase[row] = blamePhase;
    outcomes.blameMechanism[row] = MECHANISMS.indexOf(mechanism as (typeof MECHANISMS)[number]);
  }
  return outcomes;
}

const READER: Row = [17_000_000, 16_900_000, 16_000_000, 15_000_000, phase("read"), "user-exit"];
const VCPU: Row = [2_000_000, 1_900_000, 4_000, 0, phase("guest"), "user-exit"];
const IDLE: Row = [1_000_000, 1_000_000, 0, 0, model.phases.length, "idle"];
const NOBODY: Row = [3_000_000, 3_000_000, -1, 2_000_000, -1, "none"];
const CENSORED: Row = [-1, -1, 5_000, 0, phase("read"), "user-exit"];

describe("delayTicks", () => {
  it("takes a latency apart: until the prompt, until the switch, until the try, the rest", () => {
    expect(delayTicks(outcomesOf([READER]), 0)).toEqual({ round: 15e6, task: 1e6, try: 900_000, completion: 100_000 });
    expect(delayTicks(outcomesOf([VCPU]), 0)).toEqual({ round: 0, task: 4000, try: 1_896_000, completion: 100_000 });
  });

  it("leaves nothing to a task where nobody had to switch", () => {
    expect(delayTicks(outcomesOf([NOBODY]), 0)).toEqual({ round: 2e6, task: 0, try: 1e6, completion: 0 });
  });
});

describe("explainDelays", () => {
  const rows = [...Array.from({ length: 97 }, () => VCPU), IDLE, READER, NOBODY, CENSORED];
  const delays = explainDelays(outcomesOf(rows.slice(0, 100)), model);

  it("adds the parts of all completed replicas, whoever was last", () => {
    const { mean, by } = delays;
    for (const part of ["roundMs", "taskMs", "tryMs", "completionMs"] as const) {
      expect(by.reduce((sum, one) => sum + one.mean[part], 0)).toBeCloseTo(mean![part], 9);
    }
    expect(by.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(mean!.roundMs).toBeCloseTo((15_000 + 2000) / 100, 9);
  });

  it("calls those from the 99th percentile on the tail, equal ones included", () => {
    expect([delays.tailFrom, delays.tailReplicas]).toEqual([{ p: 0.99, ms: 3000 }, 2]);
    const even = explainDelays(outcomesOf(Array.from({ length: 200 }, () => VCPU)), model);
    expect([even.tailFrom.ms, even.tailReplicas, even.by[0].tailShare]).toEqual([2000, 200, 1]);
  });

  it("names who adds most to the tail first, idle tasks and nobody too", () => {
    expect(delays.by.map((one) => [one.class, one.phase, one.mechanism])).toEqual([
      ["reader", "read", "user-exit"],
      ["nobody", "nobody", "none"],
      ["vcpu", "guest", "user-exit"],
      ["idle", "idle", "idle"],
    ]);
    expect(delays.by[0].tail).toEqual({ roundMs: 7500, taskMs: 500, tryMs: 450, completionMs: 50 });
  });

  it("has no tail where p99 is among the censored, and nothing where all are", () => {
    const most = explainDelays(outcomesOf([VCPU, CENSORED]), model);
    expect([most.replicas, most.tailFrom.ms, most.tailReplicas, most.tail]).toEqual([1, null, 0, null]);
    expect(most.mean!.tryMs).toBe(1896);
    expect(explainDelays(outcomesOf([CENSORED]), model)).toMatchObject({ replicas: 0, mean: null, tail: null, by: [] });
  });
});

it("exactQuantile counts the censored as later than all", () => {
  const complete = Float64Array.from([3, -1, 1, 2]);
  expect([0.25, 0.5, 0.75, 0.76].map((p) => exactQuantile(complete, p))).toEqual([1, 2, 3, null]);
});
