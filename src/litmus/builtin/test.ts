// What a built-in litmus test is: a text, the fragments that differ by variant, and what is expected of each variant.

import type { Verdict } from "../condition.js";
import type { Fragment } from "../fragments.js";
import type { MemoryModel } from "../program.js";

/** What a variant of the kernel does, and whether the forbidden outcome can be reached under it. */
export interface Variant {
  fragments: Fragment[];
  /** The same under every model, or by model; a model that is absent does not apply. */
  expected: Verdict | Partial<Record<MemoryModel, Verdict>>;
  /** Where the source does not list this pair: the argument. */
  derived?: string;
}

export interface BuiltinTest {
  name: string;
  /** What is forbidden, in a sentence. */
  title: string;
  /** Where the verdicts come from, e.g. "KF 5.3 L4". */
  source: string;
  text: string;
  /** Fragments that all variants share. */
  fragments: Fragment[];
  variants: Record<string, Variant>;
}
