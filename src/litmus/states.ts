// The border to the explorer of states (sc, tso): an instance explores one program; states, ends and steps come out.

import { ascending, hasValue, Instance } from "./instance.js";
import type { Exploration, FinalState, Program, WitnessStep } from "./program.js";

/** Memory for states, where nothing else is said. */
const MEMORY_BYTES = 512 * 2 ** 20;

export interface StatesOptions {
  /** Bound on the memory for states, in bytes. */
  memory?: number;
  /** False: all interleavings, not only those that the final states need. They find the same ends. */
  reduce?: boolean;
}

/** The states of a program do not fit the memory that they may take. */
export class MemoryBoundError extends Error {
  override name = "MemoryBoundError";
  constructor(
    program: string,
    readonly states: number,
    readonly bytes: number,
  ) {
    const size = bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`;
    super(
      `${program}: ${states} states and what is noted of them fill ${size}, the bound on memory, and there are more; ` +
        "raise the bound, or make the test smaller (fewer CPUs, steps or values)",
    );
  }
}

const COMPLETE = 0;
const NO_ROOM = 1;
const NOWHERE = 0xffffffff;
const EVENT_WORDS = 4;

/**
 * All states of a program under sc or tso.
 * @throws MemoryBoundError
 * @throws RangeError where the program goes beyond what the engine takes, or reads or writes through what is no address
 */
export function exploreStates(
  module: WebAssembly.Module,
  program: Program,
  tso: boolean,
  options: StatesOptions = {},
): Exploration {
  const states = new States(module, program, tso, options);
  const asksCycle = program.cycle !== null;
  states.explore(!asksCycle && options.reduce !== false);
  return { states: states.count, finals: states.finals(), cycles: asksCycle && states.findCycle() };
}

/**
 * The steps of a shortest interleaving that ends in a state which `accepts` takes; among those one with the fewest changes of CPU.
 * Of a program with `cycle` instead a shortest way into a cycle, and once round. Steps in which a CPU touches nothing but its
 * registers are left out; a grace period that somebody is waited for in has two steps, its beginning and its end.
 * @throws RangeError if there is no such state, or no cycle
 */
export function witnessStates(
  module: WebAssembly.Module,
  program: Program,
  tso: boolean,
  accepts: (final: FinalState) => boolean,
  options: StatesOptions = {},
): WitnessStep[] {
  const find = (reduce: boolean) => {
    const states = new States(module, program, tso, options);
    states.explore(reduce);
    return program.cycle === null ? states.wayTo(accepts) : states.wayRound();
  };
  try {
    return find(false);
  } catch (error) {
    // Fewer interleavings fit: as short a way, but perhaps not the one with the fewest changes.
    if (error instanceof MemoryBoundError && program.cycle === null) return find(true);
    throw error;
  }
}

/** One instance, in which one program is explored. */
export class States {
  readonly engine: Instance;
  private readonly memory: number;

  constructor(
    module: WebAssembly.Module,
    private readonly program: Program,
    private readonly tso: boolean,
    options: StatesOptions,
  ) {
    this.memory = options.memory ?? MEMORY_BYTES;
    this.engine = new Instance(module, program);
  }

  get count(): number {
    return this.engine.number("stateCount");
  }

  explore(reduce: boolean): void {
    const { wasm } = this.engine;
    const result = wasm.explore!(Number(this.tso), Number(reduce), this.memory);
    if (result === COMPLETE) return;
    if (result === NO_ROOM) throw this.noRoom();
    throw this.engine.fault(this.engine.number("faultyCpu"), wasm.faultyInstruction!());
  }

  /** In ascending order, each with how many terminal machine states look so. */
  finals(): FinalState[] {
    const finals = new Map<string, FinalState>();
    for (const { final } of this.ends()) {
      const key = [...final.values, final.blocked].join();
      const known = finals.get(key);
      if (known) known.count++;
      else finals.set(key, final);
    }
    return [...finals.values()].sort(ascending);
  }

  wayTo(accepts: (final: FinalState) => boolean): WitnessStep[] {
    const { wasm } = this.engine;
    const ends = [...this.ends()].filter(({ final }) => accepts(final));
    if (ends.length === 0) throw new RangeError(`${this.program.name}: no final state is accepted`);
    wasm.clearPath!();
    this.appendWay(ends.map(({ state }) => state));
    return this.replay(range(0, this.engine.number("pathLength")), []);
  }

  findCycle(): boolean {
    this.check(this.engine.wasm.findCycle!());
    return this.engine.number("entry") !== NOWHERE;
  }

  wayRound(): WitnessStep[] {
    if (!this.findCycle()) throw new RangeError(`${this.program.name}: there is no cycle`);
    const { wasm } = this.engine;
    wasm.clearPath!();
    wasm.goRound!();
    const round = this.engine.number("pathLength");
    this.appendWay([this.engine.number("entry")]);
    return this.replay(range(round, this.engine.number("pathLength")), range(0, round));
  }

  /** A shortest way to the nearest of these states. */
  private appendWay(states: number[]): void {
    const { wasm } = this.engine;
    this.check(wasm.prepareWay!());
    for (const state of states) wasm.aim!(state);
    wasm.findWay!();
  }

  /** Terminal machine states by number, and what is observed of each. */
  *ends(): Generator<{ state: number; final: FinalState }> {
    const { wasm } = this.engine;
    const next = (from: number) => wasm.terminal!(from) >>> 0;
    for (let state = next(0); state !== NOWHERE; state = next(state + 1)) {
      const values = this.program.observed.map((_, n) => wasm.observed!(n));
      yield { state, final: { values, blocked: wasm.blocked!(), count: 1 } };
    }
  }

  /** The steps of the path by number: of the way, then of the round. */
  private replay(way: number[], round: number[]): WitnessStep[] {
    const { wasm } = this.engine;
    const waiting: number[][] = this.program.cpus.map(() => []); // of each CPU the stores in its buffer
    wasm.playStart!();
    const steps = this.events(waiting);
    const play = (n: number) => {
      wasm.play!(n);
      steps.push(...this.events(waiting));
    };
    way.forEach(play);
    const start = steps.length;
    round.forEach(play);
    if (steps[start]) steps[start] = { ...steps[start], cycleStarts: true };
    return steps;
  }

  /** What the last step did: itself, and the fences passed with it. */
  private events(waiting: number[][]): WitnessStep[] {
    const { wasm } = this.engine;
    const words = EVENT_WORDS * this.engine.number("eventCount");
    const rows = new Int32Array(wasm.memory.buffer, this.engine.number("EVENTS"), words);
    const steps: WitnessStep[] = [];
    for (let at = 0; at < words; at += EVENT_WORDS) {
      const cpu = rows[at]!;
      const flushed = rows[at + 2] !== 0;
      const instruction = flushed ? waiting[cpu]!.shift()! : rows[at + 1]!;
      const one = this.program.cpus[cpu]!.instructions[instruction]!;
      if (one.op === "jump" || one.op === "branch") continue;
      if (!flushed && this.tso && (one.op === "store" || one.op === "unlock")) waiting[cpu]!.push(instruction);
      steps.push({
        cpu,
        instruction,
        kind: flushed ? "flush" : "execute",
        value: flushed || hasValue(one) ? rows[at + 3]! : null,
      });
    }
    return steps;
  }

  /** @throws MemoryBoundError if this is what the result says */
  check(result: number): void {
    if (result !== COMPLETE) throw this.noRoom();
  }

  private noRoom(): Error {
    return new MemoryBoundError(this.program.name, this.count, this.memory);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
