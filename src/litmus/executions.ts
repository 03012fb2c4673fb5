// The border to the explorer of executions (lkmm): an instance explores one program; final states and steps come out.

import { ascending, hasValue, Instance } from "./instance.js";
import type { Exploration, FinalState, Program, WitnessStep } from "./program.js";

/** Executions tried, where nothing else is said: a minute's work or two. */
const CANDIDATES_MAX = 5_000_000;
const CANDIDATES_LIMIT = 0xffffffff;

export interface ExecutionsOptions {
  /** Bound on the executions that are tried, whole or in part. */
  candidates?: number;
}

/** A program has more executions, values or final states than are gone through. */
export class ExecutionBoundError extends Error {
  override name = "ExecutionBoundError";
}

/** How an exploration ends (assembly/litmus/lkmm.ts), in its order. */
const STATUSES = ["complete", "loops", "values", "events", "candidates", "finals", "observed", "fault"] as const;
const COMPLETE = 0;
const STEP_BYTES = 8;

/**
 * All consistent executions of a program.
 * @throws ExecutionBoundError
 * @throws RangeError where the program goes beyond what the engine takes, or reads or writes through what is no address
 */
export function exploreExecutions(
  module: WebAssembly.Module,
  program: Program,
  options: ExecutionsOptions = {},
): Exploration {
  const executions = new Executions(module, program, options);
  return { states: executions.candidates, finals: executions.finals().sort(ascending), cycles: false };
}

/**
 * A shortest execution (fewest events) with a final state that `accepts` takes, as steps: assembly/litmus/lkmm-witness.ts says in which
 * order. Fences are among them.
 * @throws RangeError if there is none
 */
export function witnessExecution(
  module: WebAssembly.Module,
  program: Program,
  accepts: (final: FinalState) => boolean,
  options: ExecutionsOptions = {},
): WitnessStep[] {
  const executions = new Executions(module, program, options);
  const lengths = executions.finals().map((final, n) => (accepts(final) ? executions.length(n) : Infinity));
  const shortest = Math.min(...lengths);
  if (shortest === Infinity) throw new RangeError(`${program.name}: no final state is accepted`);
  return executions.steps(lengths.indexOf(shortest));
}

/** One program, explored. */
class Executions {
  private readonly engine: Instance;

  constructor(
    module: WebAssembly.Module,
    private readonly program: Program,
    { candidates = CANDIDATES_MAX }: ExecutionsOptions,
  ) {
    this.engine = new Instance(module, program);
    if (!Number.isInteger(candidates) || candidates < 0 || candidates > CANDIDATES_LIMIT)
      throw new RangeError(`candidates: expected an integer in 0..${CANDIDATES_LIMIT}, got ${candidates}`);
    const status = this.engine.wasm.exploreExecutions!(candidates);
    if (status !== COMPLETE) throw this.failure(status);
  }

  get candidates(): number {
    return this.engine.number("candidates");
  }

  /** In the order in which they were found. */
  finals(): FinalState[] {
    const { wasm } = this.engine;
    return Array.from({ length: this.engine.number("finalCount") }, (_, n) => ({
      values: this.program.observed.map((_, observed) => wasm.finalValue!(n, observed)),
      blocked: wasm.blockedCpus!(n),
      count: wasm.executions!(n) >>> 0,
    }));
  }

  /** Events of a final state's shortest execution. */
  length(final: number): number {
    return this.engine.wasm.eventsOfShortest!(final);
  }

  steps(final: number): WitnessStep[] {
    const { wasm } = this.engine;
    const view = new DataView(wasm.memory.buffer, wasm.stepsOf!(final));
    return Array.from({ length: wasm.stepCount!(final) }, (_, n) => {
      const at = n * STEP_BYTES;
      const cpu = view.getUint8(at);
      const instruction = view.getUint8(at + 1);
      const asks = hasValue(this.program.cpus[cpu]!.instructions[instruction]!);
      const value = asks ? view.getInt32(at + 4, true) : null;
      return { cpu, instruction, kind: view.getUint8(at + 2) ? "late" : "execute", value };
    });
  }

  private failure(status: number): Error {
    const { name } = this.program;
    const smaller = "make the test smaller (fewer CPUs, accesses or values)";
    switch (STATUSES[status]) {
      case "loops":
        return new RangeError(`${name}: the executions of a loop cannot be enumerated, expected sc or tso`);
      case "values":
        return new ExecutionBoundError(`${name}: a location or register may have more than 256 values; ${smaller}`);
      case "events":
        return new RangeError(`${name}: more events than 6 CPUs of 32 steps have; ${smaller}`);
      case "candidates":
        return new ExecutionBoundError(
          `${name}: ${this.candidates} candidate executions, the bound, were tried, and there are more; raise the bound, or ${smaller}`,
        );
      case "finals":
        return new ExecutionBoundError(`${name}: more than 4096 final states; ask for fewer variables, or ${smaller}`);
      case "observed":
        return new RangeError(`${name}: expected at most 64 observed variables, got ${this.program.observed.length}`);
      default:
        return this.engine.fault(this.engine.number("faultyReader"), this.engine.number("faultyAccess"));
    }
  }
}
