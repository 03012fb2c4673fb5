import { describe, expect, it } from "vitest";
import { groupInputs, type ReportInput } from "../../../../src/report/report-input.js";
import { plainTerminal, terminalOf } from "../../../../src/report/terminal.js";
import { textReport } from "../../../../src/report/text/text-report.js";
import {
  bucketsOf,
  DELAYS,
  madeCompare,
  madeExperiment,
  madeLine,
  madePolicy,
  madeRun,
  madeScatter,
  madeSweep,
  manyPolicies,
  RARE,
  spread,
  threePolicies,
} from "../made-results.js";

const [never, slow, fast] = threePolicies(400);
const inputs: Record<string, ReportInput> = {
  compare: {
    name: "made",
    content: { kind: "compare", result: madeCompare([never!, { ...slow!, delays: DELAYS, rare: RARE }, fast!]) },
    latencies: [[], bucketsOf(spread(15800, 16780, 400)), bucketsOf(spread(752, 1783, 400))],
    horizonSeconds: 120,
  },
  "a hundred policies": { name: "made", content: { kind: "run", result: madeRun(manyPolicies(100)) } },
  map: { name: "made", content: { kind: "sweep", result: madeSweep() } },
  line: { name: "made", content: { kind: "sweep", result: madeLine() } },
  scatter: { name: "made", content: { kind: "sweep", result: madeScatter() } },
  experiment: { name: "made", content: { kind: "experiment", result: madeExperiment() } },
  "no results": { name: "made", content: { kind: "run", result: madeRun([]) } },
  "one replica": { name: "made", content: { kind: "run", result: madeRun([madePolicy("p", [7])]) } },
  "all at once": {
    name: "made",
    content: { kind: "run", result: madeRun([madePolicy("p", new Array(9).fill(0))]) },
    latencies: [bucketsOf(new Array(9).fill(0))],
  },
};
const report = (name: string, terminal = plainTerminal(80)) => textReport(groupInputs([inputs[name]!]), terminal);

describe("textReport", () => {
  it.each(Object.keys(inputs))("keeps %s to 80 columns, without colours or what is no number", (name) => {
    const lines = report(name);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join("\n")).not.toMatch(/NaN|Infinity|undefined/);
    expect(lines.join("")).not.toContain("\x1b");
    expect(lines[0]).not.toBe("");
  });

  it("shows a run whole: answer, tables, curve, histogram, causes, delays, tails", () => {
    const text = report("compare").join("\n");
    for (const part of [
      "Use the last one",
      "● linux-5.13",
      "P(transition takes longer than t)",
      "When transitions complete",
      "What holds transitions up",
      "longer than  probability",
      "Time won",
      "kvm-v2 against linux-5.13",
      "within the horizon of 120 s",
    ])
      expect(text).toContain(part);
  });

  it("shades a map by its values, censored cells in words", () => {
    const text = report("map").join("\n");
    expect(text).toMatch(/^ 4 +░░ 899 ms +░░ 1\.782 s/m);
    expect(text).toMatch(/^64.*×× censored/m);
  });

  it("is coloured on a terminal, and not where NO_COLOR asks for none", () => {
    expect(report("map", terminalOf({ isTTY: true, columns: 80 }, {})).join("")).toContain("\x1b[");
    expect(report("map", terminalOf({ isTTY: true, columns: 80 }, { NO_COLOR: "1" })).join("")).not.toContain("\x1b");
  });
});
