// Engine and reference agree on generated programs: the same final states, each by as many executions. And what an interleaving or x86
// can do, the kernel's model allows: two explorers that share nothing but the program.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { explore } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import type { MemoryModel, Program } from "../../../src/litmus/program.js";
import { executions } from "./axioms.js";
import { programs } from "./programs.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus("debug");
});

describe("Always: the explorer of executions finds what the axioms allow, each execution once", () => {
  it.each([
    { cpus: 2, pieces: 4 },
    { cpus: 3, pieces: 2 },
    { cpus: 4, pieces: 1 },
  ])("$cpus CPUs, up to $pieces pieces each", ({ cpus, pieces }) => {
    const property = fc.property(programs(cpus, pieces), (program) => {
      expect(explore(module, program, "lkmm").finals).toEqual(executions(program));
    });
    fc.assert(property, { numRuns: 150, seed: 5 });
  });
});

describe("Always: what a stronger model allows, a weaker one allows", () => {
  const finals = (program: Program, model: MemoryModel) =>
    explore(module, program, model)
      .finals.filter(({ blocked }) => blocked === 0)
      .map(({ values }) => values.join());

  it.each([
    { stronger: "sc", weaker: "tso" },
    { stronger: "tso", weaker: "lkmm" },
  ] as const)("$stronger, $weaker", ({ stronger, weaker }) => {
    const property = fc.property(programs(3, 4), (program) => {
      const allowed = new Set(finals(program, weaker));
      expect(finals(program, stronger).filter((values) => !allowed.has(values))).toEqual([]);
    });
    fc.assert(property, { numRuns: 200, seed: 5 });
  });
});
