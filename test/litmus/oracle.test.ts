// The explorer of states and an obvious one agree on generated programs: ends, how many machine states each has, the shortest way to
// it; and the reduction changes none of them. KLPSIM_LITMUS_RUNS sets how many programs, KLPSIM_LITMUS_SEED which ones.

import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { explore, witness } from "../../src/litmus/explorer.js";
import { compileLitmus } from "../../src/litmus/module.js";
import { type FinalState, type Program, RMW_OPERATIONS, type WitnessStep } from "../../src/litmus/program.js";
import { evaluate, type Machine, Oracle } from "./oracle.js";
import { atomicsArb, cycleArb, gracesArb, loopArb, programArb } from "./programs.js";

const RUNS = Number(process.env.KLPSIM_LITMUS_RUNS ?? 12);
const SEED = Number(process.env.KLPSIM_LITMUS_SEED ?? 20_261_121);

const MODELS = ["sc", "tso"] as const;
const OPERATIONS =
  "load store fence set branch jump lock trylock is_locked unlock assume wait section_begin section_end synchronize".split(
    " ",
  );
let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus("debug");
});

function check(programs: fc.Arbitrary<Program>, runs: number, property: (program: Program) => void): void {
  fc.assert(fc.property(programs, property), { numRuns: runs, seed: SEED });
}

it("Always: generated programs hold every operation, and CPUs that block", () => {
  const met = new Set<string>();
  for (const program of fc.sample(programArb, { numRuns: Math.max(RUNS, 60), seed: SEED })) {
    for (const one of program.cpus.flatMap(({ instructions }) => instructions))
      met.add(one.op === "rmw" ? one.operation : one.op);
    if (new Oracle(program, true).ends().some(({ blocked }) => blocked !== 0)) met.add("blocked");
  }
  expect([...met].sort()).toEqual([...RMW_OPERATIONS, ...OPERATIONS, "blocked"].sort());
});

describe.each(MODELS)("%s", (model) => {
  const tso = model === "tso";

  it.each([
    ["programs without loops", programArb, RUNS],
    ["programs that loop", loopArb, RUNS],
    ["small programs of atomics and locks", atomicsArb, 3 * RUNS],
    ["small programs of sections and grace periods", gracesArb, 3 * RUNS],
  ] as const)(
    "Always: ends, their counts and shortest ways are the oracle's, with and without reduction: %s",
    (_, programs, runs) => {
      check(programs, runs, (program) => {
        const oracle = new Oracle(program, tso);
        const ends = oracle.ends();
        const expected = ends.map(({ steps: _, ...final }) => final);
        expect(explore(module, program, model, { reduce: false }).finals).toEqual(expected);
        expect(explore(module, program, model).finals).toEqual(expected);
        if (ends.length > 0) checkWitness(program, oracle, ends);
      });
    },
  );

  function checkWitness(program: Program, oracle: Oracle, ends: (FinalState & { steps: number })[]): void {
    const goal = ends[ends.length >> 1]!;
    const isGoal = (final: FinalState) => final.blocked === goal.blocked && `${final.values}` === `${goal.values}`;
    const { machines, counted } = oracle.follow(witness(module, program, model, isGoal));
    const end = oracle.settle(machines.at(-1) ?? oracle.start())!;
    expect(isGoal(oracle.final(end.machine))).toBe(true);
    expect(counted + end.counted).toBe(goal.steps);
  }

  it("Always: a cycle is found where the oracle finds one, and its witness goes round fairly", () => {
    check(cycleArb, RUNS, (program) => {
      const oracle = new Oracle(program, tso);
      const { cycles } = explore(module, program, model);
      expect(cycles).toBe(oracle.hasCycle());
      if (cycles)
        checkRound(
          program,
          oracle,
          witness(module, program, model, () => true),
        );
    });
  });

  /** Rounds in which a CPU does nothing but jump are not told, and so cannot be followed. */
  function checkRound(program: Program, oracle: Oracle, steps: WitnessStep[]): void {
    const start = steps.findIndex(({ cycleStarts }) => cycleStarts);
    const { machines } = oracle.follow(steps);
    const round = [machines[start - 1] ?? oracle.start(), ...machines.slice(start)];
    const [before, after] = [oracle.settle(round[0]!), oracle.settle(round.at(-1)!)];
    if (start < 0 || !before || !after) return;
    expect(after.machine).toEqual(before.machine);
    for (const { memory } of round) expect(evaluate(program.cycle!, [], memory)).not.toBe(0);
    program.cpus.forEach((_, cpu) => {
      const takes = steps.slice(start).some((step) => step.cpu === cpu);
      const cannot = round.some((machine) => cannotMove(oracle, machine, cpu));
      expect(takes || cannot).toBe(true);
    });
  }
});

function cannotMove(oracle: Oracle, machine: Machine, cpu: number): boolean {
  return oracle.moves(oracle.settle(machine)!.machine).every((move) => move.cpu !== cpu);
}
