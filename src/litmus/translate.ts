// A function's statements as instructions. What an expression loads is loaded before it, in the order in which C evaluates; fragments are
// expanded where they are called, in registers of their own.

import { nearMiss } from "../scenario/errors.js";
import { binary, type Code, constant, depth, type Label, register } from "./code.js";
import { fail, type Place } from "./errors.js";
import { sending } from "./handlers.js";
import type { Locations } from "./locations.js";
import type { Expression, Instruction, Source } from "./program.js";
import { type Frame, Scope } from "./scope.js";
import { type FragmentText, hasEffect, type Statement, type Value } from "./syntax.js";
import { type Argument, WORDS } from "./vocabulary.js";

type Call = Extract<Value, { kind: "call" }>;
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

export class Translator {
  private readonly around: Surroundings;
  private readonly code: Code;
  private readonly frame: Frame;
  private readonly scope: Scope;
  private readonly loops: Label[][] = [];

  constructor(around: Surroundings, code: Code, frame: Frame, given = new Map<string, number>()) {
    this.around = around;
    this.code = code;
    this.frame = frame;
    this.scope = new Scope(frame, given);
  }

  /** The body, and then the value of what `return` says. */
  run(body: Statement[], result: Value | null = null, into?: number): Expression | null {
    for (const one of body) this.statement(one);
    return result && this.value(result, into);
  }

  private statement(one: Statement): void {
    this.stand(one.source);
    switch (one.kind) {
      case "declare":
        this.declare(one);
        break;
      case "evaluate":
        this.apart(() => this.effect(one.value));
        break;
      case "block":
        this.block(one.body);
        break;
      case "if":
        this.conditional(one);
        break;
      case "loop":
        this.loop(one);
        break;
      case "break":
        this.leaveLoop(one.source);
    }
  }

  /** What it needs of registers for intermediate results is free again afterwards. */
  private apart<T>(work: () => T): T {
    const mark = this.code.mark();
    const result = work();
    this.code.release(mark);
    return result;
  }

  private block(body: Statement[]): void {
    this.scope.enter();
    for (const one of body) this.statement(one);
    this.scope.leave();
  }

  private declare({ name, value, source }: Extract<Statement, { kind: "declare" }>): void {
    const to = this.scope.allocate(name, source);
    if (value) this.apart(() => this.set(to, value, source));
    else if (this.frame.clears) this.code.emit({ op: "set", register: to, value: constant(0) });
    this.scope.declare(name, to);
  }

  private set(to: number, value: Value, source: Source): void {
    const result = this.value(value, to, source);
    this.stand(source);
    if (result.kind !== "register" || result.register !== to)
      this.code.emit({ op: "set", register: to, value: result });
  }

  private conditional({ condition, then, otherwise, source }: Extract<Statement, { kind: "if" }>): void {
    const skip = this.apart(() => this.leaveUnless(condition, source));
    this.statement(then);
    const end = otherwise && this.code.leave(null);
    this.code.land(skip);
    if (!otherwise || !end) return;
    this.statement(otherwise);
    this.code.land(end);
  }

  private leaveUnless(condition: Value, source: Source): Label {
    const value = this.value(condition);
    this.stand(source);
    return this.code.leave(value);
  }

  private loop({ body, source }: Extract<Statement, { kind: "loop" }>): void {
    this.around.loop(this.place(source));
    const start = this.code.instructions.length;
    this.loops.push([]);
    this.statement(body);
    this.stand(source);
    this.code.emit({ op: "jump", target: start });
    this.code.land(...this.loops.pop()!);
  }

  private leaveLoop(source: Source): void {
    const loop = this.loops.at(-1) ?? this.fail(source, "break stands in no loop");
    loop.push(this.code.leave(null));
  }

  /** A statement's expression: its value is nobody's. */
  private effect(value: Value): void {
    if (value.kind === "call") this.call(value, undefined, value.source);
    else this.value(value);
  }

  /** `into`: the register that is to hold the value, taken where a read gives it; `source`: what the step of that read is shown as. */
  private value(value: Value, into?: number, source = value.source): Expression {
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

  private call(call: Call, into: number | undefined, source: Source): Expression | null {
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

  private count({ name, arguments: given, source }: Call, takes: number): void {
    if (given.length !== takes)
      this.fail(source, `${name} takes ${takes} argument${takes === 1 ? "" : "s"}, got ${given.length}`);
  }

  private argument(value: Value, takes: Argument): Expression {
    if (takes === "value") return this.value(value);
    if (takes === "pointer") return this.pointer(value, "data");
    if (takes === "lock") return this.pointer(value, "a lock");
    if (takes === "variable") return this.addressed(value);
    if (value.kind === "unary" && value.operator === "*") return this.pointer(value.operand, "data");
    this.fail(value.source, `expected * and a pointer, got ${value.source.text}`, `*${value.source.text}`);
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

  private expand(fragment: FragmentText, call: Call, into: number | undefined): Expression | null {
    const { name, parameters, body, result, file } = fragment;
    if (this.frame.calls.includes(name)) this.fail(call.source, `${name} calls itself`);
    this.count(call, parameters.length);
    const given = call.arguments.map((argument) => this.simple(this.value(argument), call.source));
    const bound = new Map(parameters.map((parameter, i) => [parameter, given[i]!]));
    const inner = new Translator(this.around, this.code, {
      ...this.frame,
      file,
      parameters: bound,
      outside: this.frame.calls.length > 0 ? this.frame.outside : this.outsideOfFragments(),
      allocate: () => this.code.temporary(),
      clears: true,
      calls: [...this.frame.calls, name],
      calledAt: this.frame.calledAt ?? this.place(call.source),
    });
    const value = inner.run(body, result, into);
    return value && this.bounded(value, call.source);
  }

  private outsideOfFragments(): ReadonlyMap<string, Expression>[] {
    return [this.frame.parameters, this.around.initialised];
  }

  /** An argument may be used often: it is worked out once. */
  private simple(value: Expression, source: Source): Expression {
    return value.kind === "constant" || value.kind === "register" ? value : this.kept(value, source);
  }

  /** What a word uses several times, or a fragment gives, must not grow from call to call. */
  private bounded(value: Expression, source: Source): Expression {
    return depth(value) <= DEPTH_BOUNDED ? value : this.kept(value, source);
  }

  private kept(value: Expression, source: Source): Expression {
    const to = this.code.temporary();
    this.stand(source);
    this.code.emit({ op: "set", register: to, value });
    return register(to);
  }

  /** From here on, steps are shown as this. */
  private stand(source: Source): void {
    this.code.source = { ...(this.frame.calledAt ?? this.place(source)), text: source.text };
  }

  private place({ line, column }: Source): Place {
    return { file: this.frame.file, line, column };
  }

  private fail(source: Source, message: string, hint?: string): never {
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
