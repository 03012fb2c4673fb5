import { describe, expect, it } from "vitest";
import { progressText } from "../../../src/report/progress.js";

describe("progressText", () => {
  it.each([
    [16_800, 40_000, 1980, "42%  16,800 of 40,000 transitions  1,980/s  12 s left"],
    [1, 3_000_000, 523, " 0%  1 of 3,000,000 transitions  523/s  1.6 h left"],
    [5, 100, 0.05, " 5%  5 of 100 transitions  0.050/s  32 min left"],
    [0, 100, 0, " 0%  0 of 100 transitions  0.0/s"],
  ])("%d of %d at %d/s", (done, total, rate, text) => {
    expect(progressText(done, total, rate, "transitions")).toBe(text);
  });
});
