// The litmus engine with one program in its memory: what both of its explorers are reached through.

import { encode } from "./encode.js";
import type { FinalState, Instruction, Program } from "./program.js";

type Exports = Record<string, WebAssembly.Global & ((...values: number[]) => number)> & {
  memory: WebAssembly.Memory;
};

export class Instance {
  readonly wasm: Exports;

  /** @throws RangeError if the program is longer than the engine takes */
  constructor(
    module: WebAssembly.Module,
    readonly program: Program,
  ) {
    this.wasm = new WebAssembly.Instance(module, { env: { abort } }).exports as Exports;
    const words = encode(program);
    const room = this.number("PROGRAM_WORDS");
    if (words.length > room)
      throw new RangeError(`${program.name}: expected at most ${room} words, got ${words.length}`);
    new Int32Array(this.wasm.memory.buffer, this.number("PROGRAM"), words.length).set(words);
  }

  /** An exported number, which is not negative. */
  number(name: string): number {
    return Number(this.wasm[name]!.value) >>> 0;
  }

  /** What to say of a CPU that uses something else than a location's address. */
  fault(cpu: number, instruction: number): Error {
    const { name, instructions } = this.program.cpus[cpu]!;
    const { line, column, text } = instructions[instruction]!.source;
    return new RangeError(
      `${this.program.name}:${line}:${column}: ${name} can come to "${text}" with a pointer that is no location's address`,
    );
  }
}

function abort(_message: number, _file: number, line: number, column: number): never {
  throw new Error(`litmus engine assertion failed at line ${line}, column ${column}`);
}

const HAS_VALUE = new Set<Instruction["op"]>(["load", "store", "rmw", "trylock", "is_locked", "wait"]);

/** Of a witness's step: the others read and write nothing, or nothing that one would ask for. */
export function hasValue({ op }: Instruction): boolean {
  return HAS_VALUE.has(op);
}

/** Order of final states: by their values, then by who is blocked. */
export function ascending(a: FinalState, b: FinalState): number {
  for (const [n, value] of a.values.entries()) if (value !== b.values[n]) return value - b.values[n]!;
  return a.blocked - b.blocked;
}
