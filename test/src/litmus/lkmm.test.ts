// The kernel's documented verdicts on the classic shapes, and what x86 and sequential consistency say of the same programs.

import { beforeAll, describe, expect, it } from "vitest";
import { verdict } from "../../../src/litmus/condition.js";
import { explore } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { parse } from "../../../src/litmus/parse.js";
import { MEMORY_MODELS } from "../../../src/litmus/program.js";
import { SHAPES, text } from "./kernel-shapes.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus("debug");
});

describe.each(MEMORY_MODELS)("under %s", (model) => {
  it.each(SHAPES.map((shape) => ({ ...shape, expected: shape.verdicts[model] })))("$expected: $name", (shape) => {
    const test = parse(text(shape));
    const explorations = test.programs.map((program) => explore(module, program, model));
    expect(verdict(test, explorations)).toBe(shape.expected);
  });
});
