import { describe, expect, it } from "vitest";
import { Core, compileCore } from "../../../src/core.js";
import { firstDifference } from "../../../src/replay/check.js";
import { compileScenario } from "../../../src/scenario/index.js";
import { EVERY_MECHANISM } from "./scenario.js";

const { model, policies, seed } = compileScenario(EVERY_MECHANISM);
const core = new Core(await compileCore(), model);
core.setPolicy(policies[0]!);
const trace = core.trace(seed, 4);

describe("A replay that is not the replica that the engine counts is found out", () => {
  it("Never: by itself", () => {
    expect(firstDifference(model, trace, trace)).toBeNull();
  });

  it.each(["complete", "decided", "lastSwitch", "tries", "rounds"] as const)("Always: by %s", (what) => {
    expect(firstDifference(model, trace, { ...trace, [what]: trace[what] + 1 })?.what).toBe(what);
  });

  it("Always: by a switch one tick later, by a mechanism, by an idle task, by blame, by a counter", () => {
    const later = trace.switchAt.map((at, task) => (task === 2 ? at + 1 : at));
    expect(firstDifference(model, trace, { ...trace, switchAt: later })?.what).toBe("task 2 (vcpu)");
    const mechanism = trace.mechanism.map((by, task) => (task === 3 ? by + 1 : by));
    expect(firstDifference(model, trace, { ...trace, mechanism })?.what).toBe("task 3 (halted)");
    const idleSwitchAt = trace.idleSwitchAt.map((at, cpu) => (cpu === 1 ? at + 1 : at));
    expect(firstDifference(model, trace, { ...trace, idleSwitchAt })?.what).toBe("idle task of CPU 1");
    const blame = { ...trace.blame, phase: trace.blame.phase + 1 };
    expect(firstDifference(model, trace, { ...trace, blame })?.what).toBe("blamed phase");
    const counters = { ...trace.counters, ipis: trace.counters.ipis + 1 };
    expect(firstDifference(model, trace, { ...trace, counters })?.what).toBe("counter ipis");
  });
});
