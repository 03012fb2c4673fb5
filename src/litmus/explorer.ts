// What a program can do under a memory model, and by which steps. Works wherever a compiled module does, browsers among them.

import { type ExecutionsOptions, exploreExecutions, witnessExecution } from "./executions.js";
import type { Exploration, FinalState, MemoryModel, Program, WitnessStep } from "./program.js";
import { exploreStates, type StatesOptions, witnessStates } from "./states.js";

export type ExploreOptions = StatesOptions & ExecutionsOptions;

/**
 * All that a program can do.
 * @throws MemoryBoundError
 * @throws ExecutionBoundError
 * @throws RangeError where the program goes beyond what the engine takes, or reads or writes through what is no address
 */
export function explore(
  module: WebAssembly.Module,
  program: Program,
  model: MemoryModel,
  options: ExploreOptions = {},
): Exploration {
  if (model === "lkmm") return exploreExecutions(module, program, options);
  return exploreStates(module, program, model === "tso", options);
}

/**
 * Steps that lead to a final state which `accepts` takes; of a program with `cycle`, into a cycle and once round.
 * @throws RangeError if there is no such state, or no cycle
 */
export function witness(
  module: WebAssembly.Module,
  program: Program,
  model: MemoryModel,
  accepts: (final: FinalState) => boolean,
  options: ExploreOptions = {},
): WitnessStep[] {
  if (model === "lkmm") return witnessExecution(module, program, accepts, options);
  return witnessStates(module, program, model === "tso", accepts, options);
}
