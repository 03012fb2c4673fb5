import { describe, expect, it } from "vitest";
import { BUILTIN_TESTS } from "../../../src/litmus/builtin/index.js";
import type { BuiltinTest, Variant } from "../../../src/litmus/builtin/test.js";
import { check } from "../../../src/litmus/check.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { parse } from "../../../src/litmus/parse.js";
import { MEMORY_MODELS, type MemoryModel } from "../../../src/litmus/program.js";

const module = await compileLitmus();

type Case = [title: string, test: BuiltinTest, variant: Variant, model: MemoryModel, verdict: string];

function expectedOf({ expected }: Variant, model: MemoryModel): string | undefined {
  return typeof expected === "string" ? expected : expected[model];
}

const CASES = BUILTIN_TESTS.flatMap((test) =>
  Object.entries(test.variants).flatMap(([name, variant]) =>
    MEMORY_MODELS.flatMap((model): Case[] => {
      const verdict = expectedOf(variant, model);
      return verdict === undefined
        ? []
        : [[`${verdict}: ${test.title} (${test.name}, ${name}, ${model})`, test, variant, model, verdict]];
    }),
  ),
);

describe("The built-in litmus tests", () => {
  it.each(CASES)("%s", (_, { text, fragments }, variant, model, verdict) => {
    const litmus = parse(text, { fragments: [...fragments, ...variant.fragments] });
    const { verdict: found, witness } = check(module, litmus, model);
    expect(found).toBe(verdict);
    expect(witness.length > 0).toBe(verdict !== "Never");
  });
});
