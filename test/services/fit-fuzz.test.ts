import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../src/fit/formats/index.js";
import { expectSound, mutated, SAMPLES } from "../src/fit/formats/mutated-lines.js";

const LINES = 100_000;
const AT_ONCE = 500;
const GROWTH_MAX = 200; // MiB, garbage that waits to be collected included

describe.each(FORMATS.map(({ name }) => name))("%s", (format) => {
  it(`Never: of ${LINES} mutated lines one throws, hangs, makes a time or id that is no number, or goes uncounted`, () => {
    const line = mutated(SAMPLES[format]!());
    const before = process.memoryUsage().heapUsed;
    fc.assert(
      fc.property(fc.array(line, { minLength: AT_ONCE, maxLength: AT_ONCE }), (text) => expectSound(format, text)),
      { numRuns: LINES / AT_ONCE },
    );
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(GROWTH_MAX);
  });
});
