// A litmus test checked under a memory model: its verdict, all its final states, and how the outcome in question comes about.

import { isTelling, type Litmus, unite, unsupported, type Verdict, verdict } from "./condition.js";
import { ExecutionBoundError } from "./executions.js";
import { explore, witness } from "./explorer.js";
import type { Exploration, FinalState, MemoryModel, Program, WitnessStep } from "./program.js";
import { MemoryBoundError } from "./states.js";

/** A step of a counterexample, with its place in the test. */
export interface ToldStep extends WitnessStep {
  text: string;
  line: number;
  /** What the value is: read, or written by what only writes. */
  writes: boolean;
}

export interface Checked {
  verdict: Verdict | "Unsupported";
  /** Why it is unsupported. */
  reason: string | null;
  /** It could be explored, had the explorers more room. */
  failed: boolean;
  /** sc, tso: states met; lkmm: candidate executions. */
  states: number;
  /** What the values of `finals` are of. */
  names: string[];
  finals: FinalState[];
  /** Empty where there is nothing to show. */
  witness: ToldStep[];
}

/** Explores a test; one that goes beyond a bound of the explorers is Unsupported, and `failed`. */
export function check(module: WebAssembly.Module, litmus: Litmus, model: MemoryModel): Checked {
  const reason = unsupported(litmus, model);
  if (reason !== null) return withoutVerdict(litmus, reason, false);
  try {
    return checkSupported(module, litmus, model);
  } catch (error) {
    const isBound = [MemoryBoundError, ExecutionBoundError, RangeError].some((kind) => error instanceof kind);
    if (!isBound) throw error;
    return withoutVerdict(litmus, (error as Error).message, true);
  }
}

function withoutVerdict({ names }: Litmus, reason: string, failed: boolean): Checked {
  return { verdict: "Unsupported", reason, failed, states: 0, names, finals: [], witness: [] };
}

function checkSupported(module: WebAssembly.Module, litmus: Litmus, model: MemoryModel): Checked {
  const explorations = litmus.programs.map((program) => explore(module, program, model));
  return {
    verdict: verdict(litmus, explorations),
    reason: null,
    failed: false,
    states: explorations.reduce((sum, { states }) => sum + states, 0),
    names: litmus.names,
    finals: unite(litmus, explorations),
    witness: telling(module, litmus, model, explorations),
  };
}

/** Steps that lead to the outcome in question, by the first program that can reach it. */
function telling(
  module: WebAssembly.Module,
  litmus: Litmus,
  model: MemoryModel,
  explorations: Exploration[],
): ToldStep[] {
  const accepts = (final: FinalState) => isTelling(litmus, final);
  const asksForCycle = litmus.quantifier === "cycle";
  const found = explorations.findIndex(({ finals, cycles }) => (asksForCycle ? cycles : finals.some(accepts)));
  const program = litmus.programs[found];
  return program === undefined ? [] : witness(module, program, model, accepts).map((step) => told(program, step));
}

function told({ cpus }: Program, step: WitnessStep): ToldStep {
  const { op, source } = cpus[step.cpu]!.instructions[step.instruction]!;
  return { ...step, text: source.text, line: source.line, writes: op === "store" || op === "unlock" };
}
