// The judgement of `npm run bench:check`, without a clock.

import { describe, expect, it } from "vitest";

const { explain, regressions } = await import(new URL("../../bench/compare.js", import.meta.url).href);

const stored = [{ figure: "busy-vcpus", value: 100 }];
const fallTo = (value: number) => regressions(stored, [{ figure: "busy-vcpus", value }]);

describe("a regression", () => {
  it("Always: a fall of 16% is one, and is named with its size", () => {
    expect(fallTo(84).map(explain)).toEqual(["busy-vcpus: 84.0, 16% under the stored 100"]);
  });

  it("Never: a fall of 14% or 15%, no change, a rise", () => {
    for (const value of [86, 85, 100, 250]) expect(fallTo(value)).toEqual([]);
  });

  it("Always: what is stored and no longer measured, and what is no number", () => {
    expect(regressions(stored, []).map(explain)).toEqual(["busy-vcpus: stored, but no longer measured"]);
    expect(fallTo(Number.NaN)).toHaveLength(1);
  });

  it("Never: what is measured and not stored yet", () => {
    expect(regressions([], stored)).toEqual([]);
  });

  it("Always: each one alone; a rise elsewhere makes up for nothing", () => {
    const before = [...stored, { figure: "overcommit", value: 0.5 }];
    const after = [
      { figure: "overcommit", value: 0.4 },
      { figure: "busy-vcpus", value: 900 },
    ];
    expect(regressions(before, after).map((one: { figure: string }) => one.figure)).toEqual(["overcommit"]);
  });
});
