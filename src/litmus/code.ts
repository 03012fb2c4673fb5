// A CPU's code as it grows: instructions, labels to be, registers by name and for the translation's own use.

import { fail, type Place } from "./errors.js";
import {
  type Expression,
  INSTRUCTIONS_MAX,
  type Instruction,
  type Operation,
  REGISTERS_MAX,
  type Source,
} from "./program.js";

/** An operation whose target is filled in later. */
export type Label = { instruction: Instruction & { target: number } };

export class Code {
  readonly cpu: string;
  instructions: Instruction[] = [];
  readonly registers: string[] = [];
  /** Where what is emitted now stands. */
  source: Source & Place = { line: 1, column: 1, text: "" };
  private readonly temporaries: number[] = [];
  private used = 0;

  constructor(cpu: string) {
    this.cpu = cpu;
  }

  emit(operation: Operation): void {
    if (this.instructions.length === INSTRUCTIONS_MAX)
      fail(this.source, `${this.cpu} has more than ${INSTRUCTIONS_MAX} instructions`);
    const { line, column, text } = this.source;
    this.instructions.push({ ...operation, source: { line, column, text } });
  }

  /** Goes on elsewhere, always or if the condition is 0; `land` says where. */
  leave(condition: Expression | null): Label {
    this.emit(condition ? { op: "branch", condition, target: 0 } : { op: "jump", target: 0 });
    return { instruction: this.instructions.at(-1)! as Label["instruction"] };
  }

  /** The next instruction is where these go on. */
  land(...labels: Label[]): void {
    for (const { instruction } of labels) instruction.target = this.instructions.length;
  }

  /** The register of that name. */
  register(name: string): number {
    const known = this.registers.indexOf(name);
    if (known >= 0) return known;
    if (this.registers.length === REGISTERS_MAX)
      fail(this.source, `${this.cpu} needs more than ${REGISTERS_MAX} registers, intermediate results among them`);
    return this.registers.push(name) - 1;
  }

  /** A register for an intermediate result: kept until `release`. */
  temporary(): number {
    const number = this.used++;
    this.temporaries[number] ??= this.register(`.${number}`);
    return this.temporaries[number];
  }

  /** Instructions that may stand anywhere among the others: by themselves, with intermediate results of their own. */
  aside(work: () => void): Instruction[] {
    const others = this.instructions;
    this.instructions = [];
    this.used = this.temporaries.length;
    work();
    const made = this.instructions;
    this.instructions = others;
    return made;
  }

  mark(): number {
    return this.used;
  }

  release(mark: number): void {
    this.used = mark;
  }
}

export function constant(value: number): Expression {
  return { kind: "constant", value };
}

export function register(number: number): Expression {
  return { kind: "register", register: number };
}

export function binary(
  operator: Extract<Expression, { kind: "binary" }>["operator"],
  left: Expression,
  right: Expression,
): Expression {
  return { kind: "binary", operator, left, right };
}

/** How deep an expression nests. */
export function depth(value: Expression): number {
  if (value.kind === "unary") return 1 + depth(value.operand);
  if (value.kind === "binary") return 1 + Math.max(depth(value.left), depth(value.right));
  return 1;
}

const STEPS: ReadonlySet<Operation["op"]> = new Set([
  "load",
  "store",
  "rmw",
  "fence",
  "lock",
  "trylock",
  "is_locked",
  "unlock",
  "wait",
  "section_begin",
  "section_end",
  "synchronize",
] as const);

/** Does it count as a step: something that others may see, or a wait for them? */
export function isStep(one: Operation): boolean {
  return STEPS.has(one.op);
}
