import { describe, expect, it } from "vitest";
import { type Curve, ccdfLines } from "../../../src/report/ccdf-plot.js";
import { plainTerminal } from "../../../src/report/terminal.js";

const SECOND = 1e6;
const half: Curve = {
  name: "half",
  replicas: 100,
  buckets: [
    { count: 50, mean: 2 * SECOND },
    { count: 50, mean: 30 * SECOND },
  ],
};
const never: Curve = { name: "never", replicas: 100, buckets: [] };
const plot = (curves: Curve[], columns = 80) => ccdfLines(curves, 120 * SECOND, plainTerminal(columns));

describe("ccdfLines", () => {
  it("draws a step down where replicas complete, and a flat line for those that never do", () => {
    expect(plot([half, never]).join("\n")).toMatchInlineSnapshot(`
      "P(transition takes longer than t)
                                              kpatch signals 15 s       gives up 75 s
          1 ┤──●──▲──●──▲──●──▲─────▲─────▲─────▲─────▲─────▲─────▲─────▲─────▲─────▲
            │              │                           ┊                      ┊
            │              ╰───●─────●─────●─────●─────●─────●────╮           ┊
            │                                          ┊          ●           ┊
            │                                          ┊          │           ┊
            │                                          ┊          │           ┊
            │                                          ┊          │           ┊
        0.1 ┤                                          ┊          │           ┊
            │                                          ┊          │           ┊
            │                                          ┊          ●           ┊
            │                                          ┊          │           ┊
            │                                          ┊          │           ┊
            │                                          ┊          │           ┊
            │                                          ┊          │           ┊
       0.01 ┤                                          ┊          │           ┊
            └───┬─────────┬────────────┬─────────┬─────────┬─────────────┬─────────┬─
               1 s       2 s          5 s      10 s      20 s          50 s      100 s

      ● half   ▲ never"
    `);
  });

  it("shows every policy's mark on a line that they share", () => {
    const top = plot([half, { ...half, name: "twin" }]).find((line) => line.startsWith("    1 ┤"));
    expect(top).toMatch(/●.*▲/);
  });

  it("keeps to the terminal's width and draws nothing for nothing", () => {
    for (const columns of [60, 80, 200]) {
      expect(Math.max(...plot([half, never], columns).map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
    expect(plot([])).toEqual([]);
  });

  it("keeps a transition of no time and a million replicas on the plot", () => {
    const lines = plot([
      {
        name: "fast",
        replicas: 1e6,
        buckets: [
          { count: 999_999, mean: 0 },
          { count: 1, mean: 90 * SECOND },
        ],
      },
    ]);
    expect(lines.some((line) => line.includes("1e-6 ┤"))).toBe(true);
    expect(lines.join("\n")).not.toMatch(/NaN|Infinity|undefined/);
  });
});
