// A function's statements as instructions. Fragments are written out where they are called, in registers of their own.

import { constant, type Label } from "./code.js";
import type { Expression, Source } from "./program.js";
import type { FragmentText, Statement, Value } from "./syntax.js";
import { type Call, ExpressionTranslator } from "./translate-value.js";

export class Translator extends ExpressionTranslator {
  private readonly loops: Label[][] = [];

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

  protected override expand(fragment: FragmentText, call: Call, into: number | undefined): Expression | null {
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
}
