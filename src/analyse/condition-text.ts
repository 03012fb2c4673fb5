// Conditions on figures of policies, as --fail-if takes them: `p99 kvm-v2 > 1.1 * p99 linux-5.19`, `P(>60s) B - P(>60s) A > 1%`.
//
//   condition  := sum (< | <= | > | >= | == | !=) sum
//   sum        := product ((+ | -) product)*
//   product    := value ((* | /) value)*
//   value      := number | percentage | time | figure policy | ( sum )
//
// A policy's name may hold + - . : and /, so it is the longest name of the run's that stands there; A, B, ... are the first, the
// second, ... policy unless one is called so.

import { nearMiss } from "../scenario/errors.js";
import { ScenarioError } from "../scenario/index.js";
import { parseTime, TIME_PATTERN } from "../scenario/units.js";
import { COUNTED, FIGURE_WORDS, type Figure, type Kind, kindOf } from "./condition-figures.js";
import type { Arithmetic, Comparator } from "./range.js";

export type Expression =
  | { kind: Kind; of: "constant"; value: number }
  | { kind: Kind; of: "figure"; figure: Figure; policy: number }
  | { kind: Kind; of: "operation"; operator: Arithmetic; left: Expression; right: Expression };

export interface Condition {
  text: string;
  comparator: Comparator;
  left: Side;
  right: Side;
}

interface Side {
  text: string;
  expression: Expression;
}

const TICKS_PER_MS = 1000;
const COMPARATOR = /<=|>=|==|!=|<|>/y;
const SUM = /[+-]/y;
const PRODUCT = /[*/]/y;
const TIME = new RegExp(`${TIME_PATTERN.source.slice(1, -1)}(?![A-Za-z0-9])`, "y");
const NUMBER = /(\d+(?:\.\d+)?(?:e[+-]?\d+)?)( ?%)?(?![A-Za-z0-9.])/iy;
const LATER_THAN = /P\s*\(\s*>\s*/y;
const WORD = /[A-Za-z][A-Za-z0-9.]*/y;
const NAME = /[A-Za-z0-9_.+:/-]+/y;

/** `policies`: the names that it may speak of. @throws ScenarioError that names the column */
export function parseCondition(text: string, policies: string[]): Condition {
  return new Parser(text, policies).condition();
}

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly policies: string[],
  ) {}

  condition(): Condition {
    const left = this.side();
    const [comparator] = this.take(COMPARATOR) ?? this.expected("a comparison: <, <=, >, >=, == or !=");
    const between = this.at;
    const right = this.side();
    if (this.at < this.text.length) this.expected("the end, or + - * /");
    if (left.expression.kind !== right.expression.kind)
      this.fail("a time can only be compared with a time: give it a unit, as 60s", undefined, between);
    return { text: this.text, comparator: comparator as Comparator, left, right };
  }

  private side(): Side {
    this.skipBlanks();
    const start = this.at;
    const expression = this.sum();
    return { text: this.text.slice(start, this.at).trim(), expression };
  }

  private sum(): Expression {
    let left = this.product();
    for (let found = this.take(SUM); found; found = this.take(SUM)) {
      const at = this.at;
      const right = this.product();
      if (left.kind !== right.kind)
        this.fail("a time can only be added to a time: give it a unit, as 60s", undefined, at);
      left = { kind: left.kind, of: "operation", operator: found[0] as Arithmetic, left, right };
    }
    return left;
  }

  private product(): Expression {
    let left = this.value();
    for (let found = this.take(PRODUCT); found; found = this.take(PRODUCT)) {
      const operator = found[0] as "*" | "/";
      const at = this.at;
      const right = this.value();
      const kind = kindOfProduct(operator, left.kind, right.kind);
      if (kind === undefined) this.fail("times can be multiplied and divided by numbers only", undefined, at);
      left = { kind, of: "operation", operator, left, right };
    }
    return left;
  }

  private value(): Expression {
    if (this.take(/\(/y)) {
      const inner = this.sum();
      if (!this.take(/\)/y)) this.expected(")");
      return inner;
    }
    return this.constant() ?? this.figure();
  }

  private constant(): Expression | undefined {
    const time = this.take(TIME);
    if (time) return { kind: "time", of: "constant", value: parseTime(time[0])! / TICKS_PER_MS };
    const number = this.take(NUMBER);
    if (!number) return undefined;
    return { kind: "number", of: "constant", value: Number(number[1]) / (number[2] ? 100 : 1) };
  }

  private figure(): Expression {
    const figure = this.laterThan() ?? this.word();
    return { kind: kindOf(figure), of: "figure", figure, policy: this.policy() };
  }

  private laterThan(): Figure | undefined {
    if (!this.take(LATER_THAN)) return undefined;
    const [time] = this.take(TIME) ?? this.expected("a time with a unit, as 60s");
    if (!this.take(/\)/y)) this.expected(")");
    return { name: "later", ms: parseTime(time)! / TICKS_PER_MS };
  }

  private word(): Figure {
    this.skipBlanks();
    const start = this.at;
    const [word] = this.take(WORD) ?? this.expected("a figure of a policy, as p99 or P(>60s), or a number");
    const quantile = /^p(\d+(?:\.\d+)?)$/.exec(word);
    const p = Number(`${quantile?.[1]}e-2`);
    if (0 < p && p < 1) return { name: "quantile", p };
    const name = COUNTED.find((known) => known.toLowerCase() === word.toLowerCase());
    if (name === undefined) {
      const near = quantile ? undefined : nearMiss(word, FIGURE_WORDS);
      this.fail(`there is no figure ${word}${near ? "" : `: expected one of ${FIGURE_WORDS.join(", ")}`}`, near, start);
    }
    return { name };
  }

  private policy(): number {
    this.skipBlanks();
    const start = this.at;
    const [run] = this.take(NAME) ?? this.expected("a policy's name");
    const known = this.policies.filter((name) => run.startsWith(name) && /^($|[+/-])/.test(run.slice(name.length)));
    const longest = known.sort((x, y) => y.length - x.length)[0];
    if (longest !== undefined) {
      this.at = start + longest.length;
      return this.policies.indexOf(longest);
    }
    const letter = run.length === 1 ? run.charCodeAt(0) - "A".charCodeAt(0) : -1;
    if (0 <= letter && letter < Math.min(26, this.policies.length)) return letter;
    const near = nearMiss(run, this.policies);
    this.fail(
      `no policy of this run is called ${run}${near ? "" : `: expected ${this.policies.join(", ")}`}`,
      near,
      start,
    );
  }

  /** What stands here, blanks aside; nothing is taken where it is something else. */
  private take(pattern: RegExp): RegExpExecArray | undefined {
    const start = this.at;
    this.skipBlanks();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at = found ? pattern.lastIndex : start;
    return found ?? undefined;
  }

  private skipBlanks(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }

  private expected(what: string): never {
    this.skipBlanks();
    const found = this.text.slice(this.at, this.at + 20);
    this.fail(`expected ${what}, got ${found === "" ? "the end" : `"${found}"`}`);
  }

  private fail(message: string, hint?: string, at = this.at): never {
    const column = at + 1 + (/^\s*/.exec(this.text.slice(at))?.[0].length ?? 0);
    const field = `--fail-if "${this.text}", column ${column}`;
    throw new ScenarioError([{ field, message, ...(hint === undefined ? {} : { hint }) }]);
  }
}

function kindOfProduct(operator: "*" | "/", a: Kind, b: Kind): Kind | undefined {
  if (b === "number") return a;
  if (operator === "*") return a === "number" ? "time" : undefined;
  return a === "time" ? "number" : undefined;
}
