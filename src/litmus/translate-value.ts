// An expression as instructions and a value: what it loads is loaded before it, in the order in which C evaluates.

import { nearMiss } from "../scenario/errors.js";
import { binary, type Code, constant, depth, register } from "./code.js";
import { fail, type Place } from "./errors.js";
import { sending } from "./handlers.js";
import type { Locations } from "./locations.js";
import type { Expression, Instruction, Source } from "./program.js";
import { type Frame, Scope } from "./scope.js";
import { type FragmentText, hasEffect, type Value } from "./syntax.js";
import { type Argument, WORDS } from "./vocabulary.js";

export type Call = Extract<Value, { kind: "call" }>;
type Unary = Extract<Value, { kind: "unary" }>;
type Binary = Extract<Value, { kind: "binary" }>;
type Assignment = Extract<Value, { kind: "assign" }>;

/** What a test's functions share. */
export interface Surroundings {
  locations: Locations;
  /** Those that the init block names: fragments see them all, and a function without parameters does. */
  initialised: ReadonlyMap<string, Expression>;
  fragments: ReadonlyMap<string, FragmentText>;
  /** The hidden location that an interrupt for a CPU is sent through. */
  pending(cpu: number, place: Place): number;
  /** A loop was met: its executions cannot be enumerated. */
  loop(place: Place): void;
}

const DEPTH_BOUNDED = 8;
/** Words that ask for more than their arguments. */
const SPECIAL = ["ipi", "irq_off", "irq_on", "wait_until"];

export abstract class ExpressionTranslator {
  protected readonly around: Surroundings;
  protected readonly code: Code;
  protected readonly frame: Frame;
  protected readonly scope: Scope;

  /** `given`: variables that need no declaration. */
  constructor(around: Surroundings, code: Code, frame: Frame, given = new Map<string, number>()) {
    this.around = around;
    this.code = code;
    this.frame = frame;
    this.scope = new Scope(frame, given);
  }

  /** A fragment where it is called. */
  protected abstract expand(fragment: FragmentText, call: Call, into: number | undefined): Expression | null;

  /** `into`: the register that is to hold the value, taken where a read gives it; `source`: what the step of that read is shown as. */
  protected value(value: Value, into?: number, source = value.source): Expression {
    switch (value.kind) {
      case "number":
        return constant(value.value);
      case "name":
        return this.scope.resolve(value.name, value.source);
      case "unary":
        return this.unary(value, into, source);
      case "binary":
        return this.binary(value);
      case "assign":
        return this.assign(value);
      case "call":
        return this.call(value, into, source) ?? this.fail(value.source, `${value.name}() has no value`);
    }
  }

  private unary(value: Unary, into: number | undefined, source: Source): Expression {
    const { operator, operand } = value;
    if (operator === "&") return this.addressTaken(operand);
    if (operator !== "*") return { kind: "unary", operator, operand: this.value(operand) };
    const address = this.pointer(operand, "data");
    const to = into ?? this.code.temporary();
    this.stand(source);
    this.code.emit({ op: "load", register: to, address, order: "plain" });
    return register(to);
  }

  private addressTaken(operand: Value): Expression {
    if (operand.kind === "unary" && operand.operator === "*") return this.value(operand.operand);
    const hint = operand.kind === "name" && this.scope.visible(operand.name) !== undefined ? operand.name : undefined;
    this.fail(operand.source, "expected & before *: a location's name is its address, a variable has none", hint);
  }

  private binary(value: Binary): Expression {
    const { operator, left, right } = value;
    const isLogic = operator === "&&" || operator === "||";
    if (isLogic && hasEffect(right)) return this.shortCircuit(value);
    const first = this.value(left);
    return binary(operator, first, this.value(right));
  }

  /** The right side happens only if the left one does not decide. */
  private shortCircuit({ operator, left, right, source }: Binary): Expression {
    const result = this.code.temporary();
    const truth = (side: Value) => {
      const value = this.value(side);
      this.stand(source);
      this.code.emit({ op: "set", register: result, value: binary("!=", value, constant(0)) });
    };
    truth(left);
    const undecided = operator === "&&" ? register(result) : binary("==", register(result), constant(0));
    const decided = this.code.leave(undecided);
    truth(right);
    this.code.land(decided);
    return register(result);
  }

  private assign(assignment: Assignment): Expression {
    const { target, value, operator, source } = assignment;
    if (target.kind === "name") {
      const to = this.scope.assignable(target.name, target.source);
      if (operator) this.combine(to, operator, value, source);
      else this.set(to, value, source);
      return register(to);
    }
    if (target.kind !== "unary" || target.operator !== "*")
      this.fail(target.source, `expected a variable or * and a pointer before =, got ${target.source.text}`);
    return this.store(target.operand, assignment);
  }

  private combine(to: number, operator: Binary["operator"], value: Value, source: Source): void {
    const result = binary(operator, register(to), this.value(value));
    this.stand(source);
    this.code.emit({ op: "set", register: to, value: result });
  }

  private store(pointer: Value, { operator, value, source }: Assignment): Expression {
    const address = this.pointer(pointer, "data");
    let old: number | null = null;
    if (operator) {
      old = this.code.temporary();
      this.stand(source);
      this.code.emit({ op: "load", register: old, address, order: "plain" });
    }
    const given = this.value(value);
    const stored = old === null ? given : binary(operator!, register(old), given);
    this.stand(source);
    this.code.emit({ op: "store", address, value: stored, order: "plain" });
    return stored;
  }

  protected call(call: Call, into: number | undefined, source: Source): Expression | null {
    const fragment = this.around.fragments.get(call.name);
    if (fragment) return this.expand(fragment, call, into);
    if (SPECIAL.includes(call.name)) return this.special(call, source);
    const word = WORDS.get(call.name) ?? this.unknown(call);
    this.count(call, word.takes.length);
    const given = call.arguments.map((argument, i) =>
      this.bounded(this.argument(argument, word.takes[i]!), argument.source),
    );
    this.stand(source);
    return word.emit(this.code, given, () => into ?? this.code.temporary());
  }

  private unknown({ name, source }: Call): never {
    const words = [...WORDS.keys(), ...SPECIAL, ...this.around.fragments.keys()];
    this.fail(source, `expected a word of the litmus format, got ${name}, which is not known`, nearMiss(name, words));
  }

  protected count({ name, arguments: given, source }: Call, takes: number): void {
    if (given.length !== takes)
      this.fail(source, `${name} takes ${takes} argument${takes === 1 ? "" : "s"}, got ${given.length}`);
  }

  private argument(value: Value, takes: Argument): Expression {
    if (takes === "value") return this.value(value);
    if (takes === "pointer") return this.pointer(value, "data");
    if (takes === "lock") return this.pointer(value, "a lock");
    if (takes === "variable") return this.addressed(value);
    if (value.kind === "unary" && value.operator === "*") return this.pointer(value.operand, "data");
    const hint = value.kind === "name" ? `*${value.name}` : undefined;
    this.fail(value.source, `expected * and a pointer, got ${value.source.text}`, hint);
  }

  /** `&r`: a variable that the word writes to. */
  private addressed(value: Value): Expression {
    if (value.kind === "unary" && value.operator === "&" && value.operand.kind === "name")
      return register(this.scope.assignable(value.operand.name, value.operand.source));
    this.fail(value.source, `expected & and a variable, got ${value.source.text}`);
  }

  private pointer(value: Value, use: "a lock" | "data"): Expression {
    const address = this.value(value);
    this.around.locations.use(address, use, this.place(value.source));
    return address;
  }

  private special(call: Call, source: Source): Expression | null {
    const { name } = call;
    this.count(call, name === "ipi" || name === "wait_until" ? 1 : 0);
    if (name === "ipi") this.interrupt(call.arguments[0]!, source);
    else if (name === "wait_until") return this.wait(call.arguments[0]!, source);
    else this.interrupts(name === "irq_off", source);
    return null;
  }

  private interrupt(cpu: Value, source: Source): void {
    if (cpu.kind !== "number") this.fail(cpu.source, `expected a CPU's number, got ${cpu.source.text}`);
    const pending = this.around.pending(cpu.value, this.place(source));
    this.stand(source);
    this.code.emit(sending(pending, this.code.temporary()));
  }

  private interrupts(off: boolean, source: Source): void {
    if (this.frame.handler) this.fail(source, "a handler runs with interrupts off");
    this.stand(source);
    if (this.frame.off !== null) this.code.emit({ op: "set", register: this.frame.off, value: constant(off ? 1 : 0) });
  }

  /** The condition's one load becomes the wait. */
  private wait(condition: Value, source: Source): Expression {
    const { instructions } = this.code;
    const before = instructions.length;
    const holds = this.value(condition);
    const load = instructions[before];
    if (instructions.length !== before + 1 || !isOnce(load))
      this.fail(
        condition.source,
        `expected a condition over one READ_ONCE or atomic_read, got ${condition.source.text}`,
      );
    instructions.pop();
    this.stand(source);
    this.code.emit({ op: "wait", register: load.register, address: load.address, condition: holds });
    return register(load.register);
  }

  protected set(to: number, value: Value, source: Source): void {
    const result = this.value(value, to, source);
    this.stand(source);
    if (result.kind !== "register" || result.register !== to)
      this.code.emit({ op: "set", register: to, value: result });
  }

  /** What a word uses several times, or a fragment gives, must not grow from call to call. */
  protected bounded(value: Expression, source: Source): Expression {
    return depth(value) <= DEPTH_BOUNDED ? value : this.kept(value, source);
  }

  protected kept(value: Expression, source: Source): Expression {
    const to = this.code.temporary();
    this.stand(source);
    this.code.emit({ op: "set", register: to, value });
    return register(to);
  }

  /** From here on, steps are shown as this. */
  protected stand(source: Source): void {
    this.code.source = { ...(this.frame.calledAt ?? this.place(source)), text: source.text };
  }

  protected place({ line, column }: Source): Place {
    return { file: this.frame.file, line, column };
  }

  protected fail(source: Source, message: string, hint?: string): never {
    fail(this.place(source), message, hint);
  }
}

function isOnce(one: Instruction | undefined): one is Extract<Instruction, { op: "load" }> {
  return one?.op === "load" && one.order === "once";
}

/** Does the format know such a word, whatever a fragment may be called? */
export function isWord(name: string): boolean {
  return WORDS.has(name) || SPECIAL.includes(name);
}
