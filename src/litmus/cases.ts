// What there is to check: a test under a variant and a memory model, and what is expected of it.

import { BUILTIN_TESTS, VARIANT_FRAGMENTS } from "./builtin/index.js";
import type { BuiltinTest, Variant } from "./builtin/test.js";
import type { Litmus, Verdict } from "./condition.js";
import { parse } from "./parse.js";
import { MEMORY_MODELS, type MemoryModel } from "./program.js";

export interface Case {
  /** The test's name. */
  name: string;
  /** What is asked about, in a sentence; null for a test of one's own. */
  title: string | null;
  /** Null for a test that calls nothing that differs by variant. */
  variant: string | null;
  model: MemoryModel;
  litmus: Litmus;
  expected: Verdict | null;
  /** Where a built-in expectation comes from: the source, or the argument where the source does not list the pair. */
  source: string | null;
}

/** Variants that built-in tests have, and those whose words a test of one's own may call. */
export function variantNames(): string[] {
  const builtin = BUILTIN_TESTS.flatMap(({ variants }) => Object.keys(variants));
  return [...new Set([...Object.keys(VARIANT_FRAGMENTS), ...builtin])];
}

export function builtinNames(): string[] {
  return BUILTIN_TESTS.map(({ name }) => name);
}

/** The built-in tests of that name, or of that name and a plus sign (`L7`: L7+sched, L7+rcu, L7+none). */
export function builtinTests(name: string): BuiltinTest[] {
  return BUILTIN_TESTS.filter((test) => test.name === name || test.name.startsWith(`${name}+`));
}

/** Cases of built-in tests under all their variants and models, or under those that are asked for. */
export function builtinCases(
  tests: readonly BuiltinTest[] = BUILTIN_TESTS,
  variants: readonly string[] = [],
  models: readonly MemoryModel[] = MEMORY_MODELS,
): Case[] {
  return tests.flatMap((test) =>
    Object.entries(test.variants)
      .filter(([name]) => variants.length === 0 || variants.includes(name))
      .flatMap(([name, variant]) => variantCases(test, name, variant, models)),
  );
}

function variantCases(test: BuiltinTest, name: string, variant: Variant, models: readonly MemoryModel[]): Case[] {
  const { expected, fragments, derived } = variant;
  const litmus = parse(test.text, { file: test.name, fragments: [...test.fragments, ...fragments] });
  const source = derived === undefined ? test.source : `derived: ${derived}`;
  return models.flatMap((model) => {
    const verdict = typeof expected === "string" ? expected : expected[model];
    if (verdict === undefined) return [];
    return [{ name: test.name, title: test.title, variant: name, model, litmus, expected: verdict, source }];
  });
}

/**
 * Cases of a test of one's own; what its comment says of the result is said of the kernel's model; with variants it may call their words (enter, leave, try_remote, update, run, work).
 * @throws LitmusError
 */
export function ownCases(
  text: string,
  file: string,
  variants: readonly string[],
  models: readonly MemoryModel[] = MEMORY_MODELS,
): Case[] {
  const chosen = variants.length === 0 ? [null] : variants;
  return chosen.flatMap((variant) => {
    const litmus = parse(text, { file, fragments: variant === null ? [] : VARIANT_FRAGMENTS[variant] });
    const { name } = litmus;
    return models.map((model) => {
      const expected = model === "lkmm" ? litmus.expected : null;
      return { name, title: null, variant, model, litmus, expected, source: null };
    });
  });
}
