// Which name means what: a function's variables, its parameters, and for a fragment the locations that its caller sees.

import { nearMiss } from "../scenario/errors.js";
import { register } from "./code.js";
import { fail, type Place } from "./errors.js";
import type { Expression, Source } from "./program.js";

/** The function or fragment that is translated. */
export interface Frame {
  file: string | undefined;
  /** What its parameters stand for. */
  parameters: ReadonlyMap<string, Expression>;
  /** Names from outside, by rank. */
  outside: readonly ReadonlyMap<string, Expression>[];
  /** The register of a variable that is declared. */
  allocate(name: string): number;
  /** A variable without a value begins as 0: its register may have served before. */
  clears: boolean;
  /** Fragments being expanded, this one last. */
  calls: readonly string[];
  /** Where the statement stands that called the outermost of them. */
  calledAt: Place | null;
  /** Hidden register that is 1 while the CPU's interrupts are off; null: nothing could interrupt it. */
  off: number | null;
  /** Handlers run with interrupts off. */
  handler: boolean;
}

export class Scope {
  private readonly frame: Frame;
  private readonly blocks: Map<string, number>[];

  /** `given`: variables that need no declaration, but may have one. */
  constructor(frame: Frame, given: Map<string, number>) {
    this.frame = frame;
    this.blocks = [given, new Map()];
  }

  enter(): void {
    this.blocks.push(new Map());
  }

  leave(): void {
    this.blocks.pop();
  }

  /** The register of a new variable; known once its value is worked out. */
  allocate(name: string, source: Source): number {
    if (name === "blocked")
      this.fail(source, "expected another name than blocked, which asks whether the CPU is blocked");
    if (this.blocks.some((block, i) => i > 0 && block.has(name)) || this.frame.parameters.has(name))
      this.fail(source, `${name} is declared already`);
    return this.frame.allocate(name);
  }

  declare(name: string, register: number): void {
    this.blocks.at(-1)!.set(name, register);
  }

  /** What a name stands for: a register's value, or an address. */
  resolve(name: string, source: Source): Expression {
    return this.visible(name) ?? this.undeclared(name, source);
  }

  visible(name: string): Expression | undefined {
    const variable = this.variable(name);
    if (variable !== undefined) return register(variable);
    return [this.frame.parameters, ...this.frame.outside].find((names) => names.has(name))?.get(name);
  }

  /** The register of a variable that is written to. */
  assignable(name: string, source: Source): number {
    const variable = this.variable(name);
    if (variable !== undefined) return variable;
    if (this.visible(name) === undefined) return this.undeclared(name, source);
    this.fail(source, `expected a variable, got ${name}, a parameter or location`, `*${name}`);
  }

  private variable(name: string): number | undefined {
    return this.blocks.findLast((block) => block.has(name))?.get(name);
  }

  private undeclared(name: string, source: Source): never {
    const names = [this.frame.parameters, ...this.frame.outside, ...this.blocks].flatMap((some) => [...some.keys()]);
    const hint = name.length > 1 ? nearMiss(name, names) : undefined; // one letter is near to any other
    this.fail(source, `${name} is not declared`, hint);
  }

  private fail({ line, column }: Source, message: string, hint?: string): never {
    fail({ file: this.frame.file, line, column }, message, hint);
  }
}
