import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { expectSound, mutated, SAMPLES } from "./mutated-lines.js";

const LINES = 2000;
const AT_ONCE = 100;
const names = FORMATS.map(({ name }) => name);

it("every format has lines to be mutated", () => {
  expect(Object.keys(SAMPLES).sort()).toEqual([...names].sort());
});

describe.each(names)("%s", (format) => {
  it(`Never: of ${LINES} mutated lines one throws, hangs, makes a time or id that is no number, or goes uncounted`, () => {
    const line = mutated(SAMPLES[format]!());
    fc.assert(
      fc.property(fc.array(line, { minLength: AT_ONCE, maxLength: AT_ONCE }), (text) => expectSound(format, text)),
      { numRuns: LINES / AT_ONCE },
    );
  });
});
