// A test's text around its functions: name and comments, initial values, parameters, the final clause (the C litmus format of herd7).

import { nearMiss } from "../scenario/errors.js";
import type { Proposition, Quantifier } from "./condition.js";
import { fail, type Place } from "./errors.js";
import { BodyParser, DEPTH_MAX, isType, readStars, readType } from "./parse-body.js";
import { CPUS_MAX } from "./program.js";
import type { Statement } from "./syntax.js";
import { Reader, scan, type Text, type Token } from "./tokens.js";

export type Kind = "process" | "irq" | "nmi";

/** What the final clause names: a location's content or address, a register, a number. */
export type OperandText = Place &
  (
    | { kind: "content"; name: string }
    | { kind: "address"; name: string }
    | { kind: "register"; of: Kind; cpu: number; name: string }
    | { kind: "number"; value: number }
  );

export interface Initial extends Place {
  /** A location, or with a CPU that one's register. */
  cpu: number | null;
  name: string;
  /** A number, or the location whose address it is. */
  value: number | string;
}

export interface FunctionText extends Place {
  kind: Kind;
  cpu: number;
  parameters: Token[];
  body: Statement[];
}

export interface TestText {
  initial: Initial[];
  functions: FunctionText[];
  /** The places in question, whatever the clause. */
  locations: OperandText[];
  filter: Proposition<OperandText>;
  quantifier: Quantifier;
  condition: Proposition<OperandText>;
  /** Of the final clause. */
  place: Place;
}

const SPACE_OR_COMMENT = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\(\*[\s\S]*?\*\))+/y;
const NAME_LINE = /C[ \t]+([^\s"{]+)/y;
/** Quoted text, or a line as diy7 writes them: Orig=PodWR Fre PodWR Fre. */
const DESCRIPTION = /"[^"]*"|[A-Za-z][A-Za-z0-9_-]*[ \t]*=[^\n{]*/y;

/** The test's name, and where its first brace stands. */
export function readHeader({ text, file }: Text): { name: string; body: Place & { start: number } } {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  take(SPACE_OR_COMMENT);
  const name =
    take(NAME_LINE)?.[1] ?? fail(placeAt(text, at, file), `expected C and the test's name, got ${rest(text, at)}`);
  while (take(SPACE_OR_COMMENT) || take(DESCRIPTION));
  if (text[at] !== "{") fail(placeAt(text, at, file), `expected {, a comment or quoted text, got ${rest(text, at)}`);
  return { name, body: { ...placeAt(text, at, file), start: at } };
}

function placeAt(text: string, offset: number, file: string | undefined): Place {
  const lines = text.slice(0, offset).split("\n");
  return { file, line: lines.length, column: lines.at(-1)!.length + 1 };
}

function rest(text: string, at: number): string {
  return /\S{1,30}/y.exec(text.slice(at))?.[0] ?? "the end of the text";
}

export function readTest(source: Text, body: Place & { start: number }): TestText {
  return new TestParser(new Reader(source, scan(source, "test", body))).test();
}

class TestParser {
  private readonly reader: Reader;
  private nesting = 0;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  test(): TestText {
    const initial = this.initials();
    const functions = this.functions();
    const asked = this.asked();
    const final = this.final();
    if (this.reader.peek().kind !== "end") this.reader.unexpected("the end of the text after the final clause");
    return { initial, functions, ...asked, ...final };
  }

  private initials(): Initial[] {
    const initial: Initial[] = [];
    this.reader.expect("{");
    while (!this.reader.accept("}")) if (!this.reader.accept(";")) initial.push(this.initial());
    return initial;
  }

  private initial(): Initial {
    const typed = isType(this.reader);
    if (typed) readType(this.reader);
    readStars(this.reader);
    const place = this.reader.peek();
    const target = this.initialTarget();
    if (this.reader.is("[")) this.reader.unexpected("a plain location (arrays are not known)");
    const given = typed ? this.reader.accept("=") : this.reader.expect("=", `after ${target.name}`);
    const value = given ? this.initialValue() : 0;
    if (!this.reader.is("}")) this.reader.expect(";", "after the initial value");
    return { ...placeOf(place), ...target, value };
  }

  private initialTarget(): { cpu: number | null; name: string } {
    if (this.reader.peek().kind === "number") {
      const cpu = this.reader.number();
      this.reader.expect(":", "and a register's name");
      return { cpu, name: this.reader.name("a register's name").text };
    }
    return { cpu: null, name: this.locationName() };
  }

  /** `x` or `[x]`. */
  private locationName(): string {
    if (!this.reader.accept("[")) return this.reader.name("a location's name").text;
    const { text } = this.reader.name("a location's name");
    this.reader.expect("]");
    return text;
  }

  private initialValue(): number | string {
    if (this.reader.accept("&")) return this.reader.name("a location's name").text;
    if (this.reader.peek().kind !== "name") return this.integer();
    const { text } = this.reader.next();
    if (text !== "ATOMIC_INIT") return text;
    this.reader.expect("(");
    const value = this.integer();
    this.reader.expect(")");
    return value;
  }

  private integer(): number {
    const negative = this.reader.accept("-");
    const value = this.reader.number("a number or a location");
    return negative ? -value | 0 : value;
  }

  private functions(): FunctionText[] {
    const functions: FunctionText[] = [];
    while (this.startsFunction()) functions.push(this.function());
    const count = functions.filter(({ kind }) => kind === "process").length;
    if (count === 0) this.reader.unexpected("P0(...) { ... }", ["P0"]);
    return functions;
  }

  private startsFunction(): boolean {
    const { kind, text } = this.reader.peek();
    return kind === "name" && (/^[Pp][0-9]+$/.test(text) || ["static", "void", "irq", "nmi"].includes(text));
  }

  private function(): FunctionText {
    while (this.reader.accept("static") || this.reader.accept("void"));
    const kind = this.reader.accept("irq") ? "irq" : this.reader.accept("nmi") ? "nmi" : "process";
    const name = this.reader.peek();
    const cpu = Number(
      /^P([0-9]+)$/.exec(name.text)?.[1] ?? this.reader.unexpected("a function's name, as P0", ["P0"]),
    );
    if (cpu >= CPUS_MAX) this.reader.unexpected(`P0 to P${CPUS_MAX - 1}`);
    this.reader.next();
    const parameters = this.parameters();
    return { ...placeOf(name), kind, cpu, parameters, body: new BodyParser(this.reader).block() };
  }

  private parameters(): Token[] {
    const parameters: Token[] = [];
    this.reader.expect("(");
    if (this.reader.is("void") && this.reader.is(")", 1)) this.reader.next();
    if (this.reader.accept(")")) return parameters;
    do {
      readType(this.reader);
      if (readStars(this.reader) === 0) this.reader.unexpected("* before a parameter's name");
      const name = this.reader.name("a parameter's name");
      if (this.reader.is("[")) this.reader.unexpected("a plain parameter (arrays are not known)");
      if (parameters.some(({ text }) => text === name.text)) fail(name, `${name.text} is a parameter already`);
      parameters.push(name);
    } while (this.reader.accept(","));
    this.reader.expect(")", "after the parameters");
    return parameters;
  }

  private asked(): Pick<TestText, "locations" | "filter"> {
    const locations: OperandText[] = [];
    const filters: Proposition<OperandText>[] = [];
    for (;;) {
      if (this.reader.accept("locations")) locations.push(...this.locationList());
      else if (this.reader.accept("filter")) filters.push(this.proposition());
      else return { locations, filter: { kind: "and", parts: filters } };
    }
  }

  private locationList(): OperandText[] {
    const list: OperandText[] = [];
    this.reader.expect("[", "after locations");
    while (!this.reader.accept("]")) {
      list.push(this.left());
      if (!this.reader.is("]")) this.reader.expect(";", "or ] after a location");
    }
    return list;
  }

  private final(): Pick<TestText, "quantifier" | "condition" | "place"> {
    const place = placeOf(this.reader.peek());
    const words = ["exists", "forall", "cycle"] as const;
    const negated = this.reader.is("~") && this.reader.is("exists", 1);
    if (negated) this.reader.next();
    const word = words.find((one) => this.reader.accept(one));
    if (!word)
      this.reader.unexpected("a function, or the final clause: exists, ~exists, forall or cycle and a condition", [
        ...words,
        ...["locations", "filter", "irq", "nmi", "P0", "P1"],
      ]);
    return { quantifier: negated ? "~exists" : word, condition: this.proposition(), place };
  }

  /** => binds least, then \/, then /\, then ~. */
  private proposition(): Proposition<OperandText> {
    return this.nested(() => {
      const left = this.series("or", "\\/", () => this.series("and", "/\\", () => this.negation()));
      if (!this.reader.accept("=>")) return left;
      return { kind: "or", parts: [{ kind: "not", part: left }, this.proposition()] };
    });
  }

  private series(kind: "and" | "or", sign: string, part: () => Proposition<OperandText>): Proposition<OperandText> {
    const parts = [part()];
    while (this.reader.accept(sign)) parts.push(part());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  private negation(): Proposition<OperandText> {
    if (this.reader.accept("~") || this.reader.accept("not"))
      return { kind: "not", part: this.nested(() => this.negation()) };
    if (!this.reader.accept("(")) return this.atom();
    const inner = this.proposition();
    this.reader.expect(")", "or /\\ or \\/");
    return inner;
  }

  private atom(): Proposition<OperandText> {
    if (this.reader.accept("true")) return { kind: "truth", value: true };
    if (this.reader.accept("false")) return { kind: "truth", value: false };
    const left = this.left();
    const sign = this.reader.peek();
    if (!["=", "==", "!=", "<>"].includes(sign.text)) this.reader.unexpected("= or != and a value");
    this.reader.next();
    const equal = { kind: "equal" as const, left, right: this.right() };
    return sign.text.startsWith("=") ? equal : { kind: "not", part: equal };
  }

  /** `0:r1`, `irq1:r1`, `x`, `[x]`. */
  private left(): OperandText {
    const first = this.reader.peek();
    if (this.reader.is(":", 1)) return this.register();
    if (first.kind !== "name" && first.text !== "[") this.reader.unexpected("a location or a register, as x or 0:r1");
    return { ...placeOf(first), kind: "content", name: this.locationName() };
  }

  /** What may stand on the left, a number, or a location's address: `x` or `&x`. */
  private right(): OperandText {
    const first = this.reader.peek();
    if (this.reader.is(":", 1)) return this.register();
    if (first.text === "[") return this.left();
    if (this.reader.accept("&") || first.kind === "name")
      return { ...placeOf(first), kind: "address", name: this.reader.name("a location's name").text };
    return { ...placeOf(first), kind: "number", value: this.integer() };
  }

  private register(): OperandText {
    const first = this.reader.peek();
    const of = (["irq", "nmi"] as const).find((kind) => new RegExp(`^${kind}[0-9]$`).test(first.text)) ?? "process";
    if (first.kind !== "number" && of === "process")
      fail(first, `expected a CPU's number before :, got ${first.text}`, nearMiss(first.text, ["irq0", "nmi0"]));
    const cpu = first.kind === "number" ? this.reader.number() : Number(this.reader.next().text.slice(3));
    this.reader.expect(":");
    return { ...placeOf(first), kind: "register", of, cpu, name: this.reader.name("a register's name").text };
  }

  private nested<T>(parse: () => T): T {
    if (++this.nesting > DEPTH_MAX) fail(this.reader.peek(), `nested deeper than ${DEPTH_MAX}`);
    const result = parse();
    this.nesting--;
    return result;
  }
}

function placeOf({ file, line, column }: Place): Place {
  return { file, line, column };
}
