import { describe, expect, it } from "vitest";
import { blameReport } from "../../../src/report/blame-table.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import type { Delays, RunResult } from "../../../src/results/result.js";

const PARTS = { roundMs: 15_000, taskMs: 0.5, tryMs: 1000, completionMs: 20 };
const DELAYS: Delays = {
  replicas: 990,
  tailFrom: { p: 0.99, ms: 16_500 },
  tailReplicas: 10,
  mean: PARTS,
  tail: { ...PARTS, roundMs: 16_000 },
  by: Array.from({ length: 10 }, (_, i) => ({
    class: `class-${i}`,
    phase: "read",
    mechanism: "user-exit",
    share: 0.1,
    tailShare: 0.1,
    mean: PARTS,
    tail: PARTS,
  })),
  whatIf: [
    {
      without: { kind: "mechanism", name: "signal" },
      meanMs: { value: -2500, low: -2600, high: 100 },
      p99Ms: { value: null, low: null, high: null },
      censored: { with: 10, without: 1000 },
    },
  ],
};

function report(delays: Delays | undefined, columns = 80): string[] {
  return blameReport({ results: [{ policy: "linux-6.1", delays }] } as unknown as RunResult, plainTerminal(columns));
}

describe("blameReport", () => {
  it("shows parts, who was last and what-ifs in 80 columns", () => {
    const lines = report(DELAYS);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const text = lines.join("\n");
    expect(text).toMatch(/to the try that noticed +1\.000 s +1\.000 s\n/);
    expect(text).toMatch(/ {2}all +16\.02 s +17\.02 s\n/);
    expect(text).toContain("10 of 990 took that long or longer");
    expect(text).toContain("and 2 more");
    expect(text).toMatch(/mechanism signal +-2\.500 s +unknown +10 -> 1,000\n +-2\.600 s to 100 ms/);
  });

  it("says that nothing completed, or that there is no tail", () => {
    const none = {
      ...DELAYS,
      replicas: 0,
      mean: null,
      tail: null,
      tailFrom: { p: 0.99, ms: null },
      by: [],
      whatIf: [],
    };
    expect(report(none).join("\n")).toContain("No replica completed");
    const most = { ...DELAYS, tail: null, tailFrom: { p: 0.99, ms: null }, tailReplicas: 0 };
    expect(report(most).join("\n")).toContain("there is no tail");
  });

  it("has no lines where nothing was taken apart", () => {
    expect(report(undefined)).toEqual([]);
  });
});
