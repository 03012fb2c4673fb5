// From a test's text to the programs that the explorers take.

import type { Litmus, Verdict } from "./condition.js";
import { fail, UnsupportedWord } from "./errors.js";
import { type Fragment, readFragments } from "./fragments.js";
import { MEMORY_MODELS } from "./program.js";
import { TestTranslation } from "./test-programs.js";
import { readHeader, readTest } from "./test-text.js";

/** Characters of a test: what takes seconds to refuse is as good as a hang. */
export const TEXT_LENGTH_MAX = 1 << 15;

export interface ParseOptions {
  /** Named in errors. */
  file?: string | undefined;
  /** What the test may call besides the format's own words. */
  fragments?: readonly Fragment[];
}

/**
 * Reads a test in the kernel's C litmus format, with the livepatch vocabulary (docs/litmus.md). Throws a LitmusError with file, line and
 * column for whatever it does not understand; what the format knows and no explorer does (RCU) gives a test without programs.
 */
export function parse(text: string, { file, fragments = [] }: ParseOptions = {}): Litmus {
  if (text.length > TEXT_LENGTH_MAX)
    fail({ file, line: 1, column: 1 }, `expected at most ${TEXT_LENGTH_MAX} characters, got ${text.length}`);
  const source = { text, file };
  const { name, body } = readHeader(source);
  const expected = expectation(text);
  try {
    return { ...new TestTranslation(name, readTest(source, body), readFragments(fragments)).litmus(), expected };
  } catch (error) {
    if (error instanceof UnsupportedWord) return { ...withoutPrograms(name, error), expected };
    throw error;
  }
}

/** In a line of a comment, as the kernel's scripts look for it. */
function expectation(text: string): Verdict | null {
  const found = /^[ \t(*]*Result:[ \t]*(Never|Sometimes|Always)\b/m.exec(text);
  return found && (found[1] as Verdict);
}

function withoutPrograms(name: string, { message, place }: UnsupportedWord): Omit<Litmus, "expected"> {
  const always = { kind: "truth", value: true } as const;
  const unsupported = [{ models: MEMORY_MODELS, reason: message, place }];
  return { name, programs: [], names: [], quantifier: "exists", condition: always, filter: always, unsupported };
}
