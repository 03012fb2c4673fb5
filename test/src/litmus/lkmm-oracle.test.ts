// Engine and reference agree on generated programs: the same final states, each by as many executions. And what an interleaving or x86
// can do, the kernel's model allows: two explorers that share nothing but the program.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { explore } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import type { MemoryModel, Program } from "../../../src/litmus/program.js";
import { executions } from "./axioms.js";
import { cycles, programs } from "./programs.js";

/** Of the runs: npm run test:oracle has them all. */
const PART = process.env.KLPSIM_ORACLE_RUNS === undefined ? 0.2 : 1;

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus("debug");
});

describe("Always: the explorer of executions finds what the axioms allow, each execution once", () => {
  it.each([
    { what: "2 CPUs, up to 4 pieces each", arbitrary: programs(2, 4), runs: 100 },
    { what: "3 CPUs, up to 2 pieces each", arbitrary: programs(3, 2), runs: 150 },
    { what: "4 CPUs with one piece each", arbitrary: programs(4, 1), runs: 50 },
    { what: "2 CPUs in a cycle", arbitrary: cycles(), runs: 250 },
  ])("$what", ({ arbitrary, runs }) => {
    const property = fc.property(arbitrary, (program) => {
      expect(explore(module, program, "lkmm").finals).toEqual(executions(program));
    });
    fc.assert(property, { numRuns: PART * runs, seed: 5 });
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
    fc.assert(property, { numRuns: PART * 200, seed: 5 });
  });
});
