// Engine and reference agree on generated programs: the same final states, each by as many executions.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { explore } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
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
