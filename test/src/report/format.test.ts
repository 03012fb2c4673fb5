import { describe, expect, it } from "vitest";
import { count, duration, durationInterval, percent, percentInterval } from "../../../src/report/format.js";

describe("duration", () => {
  it.each([
    [0, "0 ms"],
    [0.35, "0.35 ms"],
    [12.345, "12.3 ms"],
    [999.4, "999 ms"],
    [1268.4, "1.268 s"],
    [16_287.3, "16.29 s"],
    [119_999, "120.0 s"],
    [3_600_000, "3600 s"],
  ])("%d ms reads %s", (ms, text) => expect(duration(ms)).toBe(text));

  it("writes an interval in one unit, and once where both ends read alike", () => {
    expect(durationInterval(950, 1306)).toBe("0.950-1.306 s");
    expect(durationInterval(16_741.1, 16_741.2)).toBe("16.74 s");
  });
});

describe("percent", () => {
  it.each([
    [0, "0%"],
    [1, "100%"],
    [0.5, "50.0%"],
    [0.1074, "10.7%"],
    [0.0071, "0.71%"],
    [0.00071, "0.071%"],
    [0.9999, "99.99%"],
    [0.99942, "99.94%"],
    [1e-9, "0.00000010%"],
  ])("%d reads %s", (share, text) => expect(percent(share)).toBe(text));

  it("never prints 0% or 100% for anything between", () => {
    for (const share of [1e-12, 1 - 1e-12]) expect(["0%", "100%"]).not.toContain(percent(share));
  });

  it("writes intervals, open at the ends", () => {
    expect(percentInterval(0, 0.0037)).toBe("<0.37%");
    expect(percentInterval(0.9963, 1)).toBe(">99.6%");
    expect(percentInterval(0.684, 0.808)).toBe("68.4-80.8%");
  });
});

describe("count", () => {
  it.each([
    [0, "0"],
    [63, "63"],
    [62.993, "63.0"],
    [0.0234, "0.02"],
    [1204.2, "1,204"],
  ])("%d reads %s", (mean, text) => expect(count(mean)).toBe(text));
});
