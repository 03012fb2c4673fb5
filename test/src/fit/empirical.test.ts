import { describe, expect, it } from "vitest";
import { fitDuration } from "../../../src/fit/fit-duration.js";
import { Lengths } from "../../../src/fit/lengths.js";

/** Nearly all short and alike, a few in a hundred longer, one in a hundred spread over two powers of ten. */
function stepped(n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const u = (i + 0.5) / n;
    if (u < 0.95) return 800 + 100 * u;
    if (u < 0.99) return 3000 + 200 * u;
    return 5000 * 100 ** ((u - 0.99) / 0.01);
  });
}

describe("A table of what was seen", () => {
  it("Always: is as close to the lengths in its tail as in its body, as far as ten of them are left", () => {
    const all = stepped(20_000).map(Math.round);
    const lengths = new Lengths();
    for (const length of all) lengths.add(length, true, true);
    const { best } = fitDuration(lengths, { resolution: 1 });
    expect(best.family).toBe("empirical");
    for (const left of [1000, 200, 150, 100, 50, 25, 12])
      expect(best.survival(all.at(-left)!) / (left / all.length)).toBeCloseTo(1, 0.5);
  });
});
