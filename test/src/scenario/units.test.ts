import { describe, expect, it } from "vitest";
import { parseRate, parseTime, showTime } from "../../../src/scenario/units.js";

describe("times", () => {
  it.each([
    ["5ms", 5000],
    ["0.29ms", 290],
    ["200us", 200],
    ["200 µs", 200],
    ["1m", 60e6],
    ["1h", 3600e6],
    ["10 minutes", 600e6],
    ["1m30s", 90e6],
    ["1h 30m", 5400e6],
    ["1 second", 1e6],
    ["250ns", 0.25],
    ["0s", 0],
  ])("Always: %s is %d ticks, exactly", (text, ticks) => {
    expect(parseTime(text)).toBe(ticks);
  });

  it("Always: zero needs no unit", () => {
    expect(parseTime(0)).toBe(0);
  });

  it.each([5, "5", "", "ms", "-5ms", "1e3ms", "5 parsecs", "5ms!", "5,5ms", "NaN", "Infinity s", null, {}, Number.NaN])(
    "Never: %j is a time",
    (value) => {
      expect(parseTime(value)).toBeUndefined();
    },
  );

  it("Always: a time that was shown reads back as itself", () => {
    for (const ticks of [0, 1, 999, 1000, 1500, 1e6, 90e6, 3600e6, 7200e6, 123456789]) {
      const shown = showTime(ticks);
      expect(parseTime(shown === "0" ? 0 : shown)).toBe(ticks);
    }
  });
});

describe("rates", () => {
  it.each([
    [2000, 2000],
    ["2000/s", 2000],
    ["2/ms", 2000],
    ["30/m", 0.5],
    ["0.5 / s", 0.5],
    [0, 0],
  ])("Always: %j is %d per second", (value, rate) => {
    expect(parseRate(value)).toBe(rate);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "2000", "2000 Hz", "/s", "-1/s"])(
    "Never: %j is a rate",
    (value) => {
      expect(parseRate(value)).toBeUndefined();
    },
  );
});
