// The body of a function: statements and expressions of C by recursive descent, operators by precedence.

import { fail, UnsupportedWord } from "./errors.js";
import type { Source } from "./program.js";
import { ADDRESS_BASE, LOCATIONS_MAX } from "./program.js";
import type { BinaryOperator, Statement, UnaryOperator, Value } from "./syntax.js";
import type { Reader, Token } from "./tokens.js";

/** Expressions and statements nest this deep. */
export const DEPTH_MAX = 64;

const TYPES = new Set(
  "void int unsigned signed long atomic_t spinlock_t u32 s32 u64 s64 __u32 __s32 __u64 __s64 int32_t uint32_t int64_t uint64_t intptr_t uintptr_t size_t".split(
    " ",
  ),
);
const NARROW = new Set(
  "char short bool _Bool u8 s8 u16 s16 __u8 __s8 __u16 __s16 int8_t uint8_t int16_t uint16_t float double".split(" "),
);
const QUALIFIERS = new Set(["const", "volatile"]);
const RCU = /(^|_)s?rcu(_|$)/;
const STATEMENTS_UNKNOWN = new Set(["while", "do", "for", "goto", "switch", "case", "default", "continue"]);

const LEVELS: BinaryOperator[][] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*"],
];
const PRECEDENCE = new Map(LEVELS.flatMap((level, i) => level.map((operator) => [operator as string, i] as const)));
const UNARY = new Set(["-", "~", "!", "*", "&", "+"]);
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "&=", "|=", "^=", "<<=", ">>="]);

/** Does a type begin here? One with parts smaller than 32 bits is an error, SRCU's structure unsupported. */
export function isType(reader: Reader): boolean {
  const { text, kind } = reader.peek();
  return kind === "name" && (TYPES.has(text) || NARROW.has(text) || QUALIFIERS.has(text) || text === "struct");
}

/** Takes a type's name; its asterisks stay. */
export function readType(reader: Reader): void {
  let named = false;
  while (isType(reader)) {
    const token = reader.next();
    if (NARROW.has(token.text)) fail(token, `expected a type of 32 bits or more, got ${token.text}`, "int");
    if (token.text === "struct") readStruct(reader);
    named ||= !QUALIFIERS.has(token.text);
  }
  if (!named) reader.unexpected("a type, as int", TYPES);
}

function readStruct(reader: Reader): void {
  const name = reader.name("the structure's name");
  rejectRcu(name);
  fail(name, `expected int, atomic_t or spinlock_t, got struct ${name.text}: structures are not known`);
}

function rejectRcu(token: Token): void {
  if (RCU.test(token.text)) throw new UnsupportedWord(`RCU (${token.text}) is not modelled`, token);
}

/** Takes asterisks. Qualifiers may stand between them. */
export function readStars(reader: Reader): number {
  let stars = 0;
  for (;;) {
    if (reader.accept("*")) stars++;
    else if (QUALIFIERS.has(reader.peek().text)) reader.next();
    else return stars;
  }
}

export class BodyParser {
  private readonly reader: Reader;
  private nesting = 0;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  /** `{ ... }`: its statements. */
  block(): Statement[] {
    const body: Statement[] = [];
    this.reader.expect("{");
    while (!this.reader.is("}")) body.push(...this.statement());
    this.reader.next();
    return body;
  }

  /** One statement; a declaration makes one for each name. */
  statement(): Statement[] {
    return this.nested(() => this.statementHere());
  }

  private statementHere(): Statement[] {
    const first = this.reader.peek();
    if (this.reader.accept(";")) return [];
    if (first.text === "{") return [{ kind: "block", body: this.block(), source: sourceAt(first, "{") }];
    if (first.text === "if") return [this.conditional()];
    if (first.text === "loop") return [this.loop()];
    if (first.text === "break") return [this.leave()];
    if (isType(this.reader)) return this.declaration();
    if (STATEMENTS_UNKNOWN.has(first.text)) this.unknownStatement(first);
    if (first.text === "return")
      fail(first, "expected a statement, got return: it can only end a fragment, at its outermost level");
    return [this.evaluation()];
  }

  private unknownStatement(first: Token): never {
    const hint = first.text === "while" || first.text === "for" ? "loop { ... }, left by break" : undefined;
    fail(first, `expected a statement, got ${first.text}, which is not known`, hint);
  }

  private conditional(): Statement {
    const first = this.reader.next();
    this.reader.expect("(", "after if");
    const condition = this.value();
    this.reader.expect(")");
    const source = this.sourceFrom(first);
    const then = this.branch();
    const otherwise = this.reader.accept("else") ? this.branch() : null;
    return { kind: "if", condition, then, otherwise, source };
  }

  private branch(): Statement {
    const source = sourceAt(this.reader.peek(), "");
    if (isType(this.reader)) this.reader.unexpected("a statement or {");
    return { kind: "block", body: this.statement(), source };
  }

  private loop(): Statement {
    const first = this.reader.next();
    if (!this.reader.is("{")) this.reader.unexpected("{ after loop");
    return { kind: "loop", body: this.branch(), source: sourceAt(first, "loop") };
  }

  private leave(): Statement {
    const first = this.reader.next();
    this.reader.expect(";", "after break");
    return { kind: "break", source: sourceAt(first, "break") };
  }

  private declaration(): Statement[] {
    const declared: Statement[] = [];
    readType(this.reader);
    do {
      readStars(this.reader);
      const first = this.reader.name("a variable's name");
      if (this.reader.is("[")) this.reader.unexpected("a plain variable (arrays are not known)");
      const value = this.reader.accept("=") ? this.value() : null;
      declared.push({ kind: "declare", name: first.text, value, source: this.sourceFrom(first) });
    } while (this.reader.accept(","));
    this.reader.expect(";", "after the declaration");
    return declared;
  }

  private evaluation(): Statement {
    const first = this.reader.peek();
    const value = this.prefixed() ?? this.postfixed(this.value());
    const source = this.sourceFrom(first);
    this.reader.expect(";", "after the statement");
    if (!acts(value)) fail(first, `expected an assignment or a call, got ${source.text}, which does nothing`);
    return { kind: "evaluate", value: { ...value, source }, source };
  }

  /** `++x`, as a statement. */
  private prefixed(): Value | null {
    const sign = this.reader.peek().text;
    if (sign !== "++" && sign !== "--") return null;
    this.reader.next();
    return this.step(this.unary(), sign);
  }

  /** `x++`, as a statement. */
  private postfixed(value: Value): Value {
    const sign = this.reader.peek().text;
    if (sign !== "++" && sign !== "--") return value;
    this.reader.next();
    return this.step(value, sign);
  }

  private step(target: Value, sign: string): Value {
    const one: Value = { kind: "number", value: 1, source: target.source, depth: 1 };
    const operator = sign === "++" ? "+" : "-";
    return { kind: "assign", operator, target, value: one, source: target.source, depth: target.depth + 1 };
  }

  /** An expression, assignments among them. */
  value(): Value {
    return this.nested(() => {
      const first = this.reader.peek();
      const target = this.binary(0);
      const sign = this.reader.peek().text;
      if (this.reader.peek().kind !== "sign" || !ASSIGNMENTS.has(sign)) return target;
      this.reader.next();
      const value = this.value();
      const operator = sign === "=" ? null : (sign.slice(0, -1) as BinaryOperator);
      return this.node(first, { kind: "assign", operator, target, value }, [target, value]);
    });
  }

  private binary(least: number): Value {
    const first = this.reader.peek();
    let left = this.unary();
    for (;;) {
      const operator = this.reader.peek().text as BinaryOperator;
      const level = PRECEDENCE.get(operator) ?? -1;
      if (level < least) return left;
      this.reader.next();
      const right = this.binary(level + 1);
      left = this.node(first, { kind: "binary", operator, left, right }, [left, right]);
    }
  }

  private unary(): Value {
    const first = this.reader.peek();
    if (first.kind !== "sign" || !UNARY.has(first.text)) return this.primary();
    return this.nested(() => {
      this.reader.next();
      const operand = this.unary();
      if (first.text === "+") return operand;
      if (first.text === "-" && operand.kind === "number")
        return this.node(first, { kind: "number", value: -operand.value | 0 }, []);
      const operator = first.text as UnaryOperator | "*" | "&";
      return this.node(first, { kind: "unary", operator, operand }, [operand]);
    });
  }

  private primary(): Value {
    const first = this.reader.peek();
    if (first.kind === "number") return this.number();
    if (first.kind === "name") return this.nameOrCall();
    if (!this.reader.accept("(")) this.reader.unexpected("an expression");
    if (isType(this.reader)) return this.cast();
    const value = this.value();
    this.reader.expect(")");
    return value;
  }

  private number(): Value {
    const first = this.reader.peek();
    const value = this.reader.number();
    if (value >= ADDRESS_BASE && value < ADDRESS_BASE + LOCATIONS_MAX)
      fail(first, `expected a number that is not kept for addresses, got ${first.text}`);
    return this.node(first, { kind: "number", value }, []);
  }

  /** All values have 32 bits: a cast changes nothing. */
  private cast(): Value {
    readType(this.reader);
    readStars(this.reader);
    this.reader.expect(")", "after the type");
    return this.nested(() => this.unary());
  }

  private nameOrCall(): Value {
    const first = this.reader.next();
    rejectRcu(first);
    if (this.reader.is("[") || this.reader.is(".") || this.reader.is("->"))
      this.reader.unexpected("a plain variable (arrays and structures are not known)");
    if (!this.reader.is("(")) return this.node(first, { kind: "name", name: first.text }, []);
    const given = this.arguments();
    return this.node(first, { kind: "call", name: first.text, arguments: given }, given);
  }

  private arguments(): Value[] {
    const given: Value[] = [];
    this.reader.expect("(");
    if (this.reader.accept(")")) return given;
    do given.push(this.value());
    while (this.reader.accept(","));
    this.reader.expect(")", "after the arguments");
    return given;
  }

  private node(first: Token, what: DistributiveOmit<Value, "source" | "depth">, parts: Value[]): Value {
    const depth = 1 + Math.max(0, ...parts.map((part) => part.depth));
    if (depth > DEPTH_MAX) fail(first, `nested deeper than ${DEPTH_MAX}`);
    return { ...what, depth, source: this.sourceFrom(first) } as Value;
  }

  private nested<T>(parse: () => T): T {
    if (++this.nesting > DEPTH_MAX) fail(this.reader.peek(), `nested deeper than ${DEPTH_MAX}`);
    const result = parse();
    this.nesting--;
    return result;
  }

  private sourceFrom(first: Token): Source {
    return sourceAt(first, this.reader.excerpt(first));
  }
}

type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

function sourceAt({ line, column }: Token, text: string): Source {
  return { line, column, text };
}

/** Does an expression do something, or is it a slip (x == 1; for x = 1;)? */
function acts(value: Value): boolean {
  return value.kind === "assign" || value.kind === "call" || (value.kind === "unary" && value.operator === "*");
}
