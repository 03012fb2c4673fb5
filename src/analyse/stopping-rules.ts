// The rules of --until: when a run knows enough.
//
//   rule   = FIGURE [POLICY] "ci" "<" (PERCENT | TIME)              p99 ci < 1%   mean linux-5.19 ci < 50ms
//          | "P(" ">" TIME ")" [POLICY] "<" PERCENT ["@" PERCENT]   P(>60s) < 1% @ 99%
//          | "time" "<" TIME                                        time < 30s
//   FIGURE = "mean" | "p50" | "p90" | "p95" | "p99" | "p99.9"
//
// Rules of one argument are joined by `and`, or all by `or`; arguments by `and`. A time ends the run wherever it stands.

import { QUANTILES } from "../results/distribution.js";
import { nearMiss, Problems } from "../scenario/errors.js";
import { parseTime } from "../scenario/units.js";

/** How wide a figure's interval may be, from end to end: a share of the figure, or milliseconds. */
export interface PrecisionRule {
  kind: "precision";
  text: string;
  /** A quantile's p, or the mean. */
  figure: number | "mean";
  policy: string | undefined;
  width: { share: number } | { ms: number };
}

/** Whether a transition takes longer than `seconds` with less probability than `share`, to be decided at `confidence`. */
export interface TestRule {
  kind: "test";
  text: string;
  seconds: number;
  policy: string | undefined;
  share: number;
  confidence: number;
}

/** How long the run may take. */
export interface TimeRule {
  kind: "time";
  text: string;
  seconds: number;
}

export type StoppingRule = PrecisionRule | TestRule | TimeRule;

/** The rules of one argument. */
export interface StoppingCondition {
  text: string;
  join: "and" | "or";
  rules: StoppingRule[];
}

const FIGURES = new Map<string, number | "mean">([
  ["mean", "mean"],
  ...QUANTILES.map((p): [string, number] => [`p${Number((100 * p).toPrecision(6))}`, p]),
]);
const CONFIDENCE_DEFAULT = 0.95;
const CONFIDENCE_MOST = 0.999999;

interface Token {
  text: string;
  /** From 1. */
  column: number;
}

/** Each argument of --until. @throws ScenarioError that names the argument and the column */
export function parseStopping(texts: readonly string[]): StoppingCondition[] {
  return texts.map((text) => new Parser(text).condition());
}

class Parser {
  readonly #tokens: Token[];
  #next = 0;

  constructor(private readonly text: string) {
    this.#tokens = [...text.matchAll(/[()<>@]|[^\s()<>@]+/g)].map(({ 0: token, index }) => ({
      text: token,
      column: index + 1,
    }));
  }

  condition(): StoppingCondition {
    const rules = [this.#rule()];
    let join: "and" | "or" | undefined;
    while (this.#peek() !== undefined) {
      const word = this.#word("and, or, or the end", ["and", "or"]);
      if (join !== undefined && join !== word)
        this.#fail(`${join} again, not both in one rule: give --until twice for and`, this.#next - 1);
      join = word as "and" | "or";
      rules.push(this.#rule());
    }
    return { text: this.text.trim(), join: join ?? "and", rules };
  }

  #rule(): StoppingRule {
    const begin = this.#next;
    const rule = this.#peek() === "P" ? this.#test() : this.#peek() === "time" ? this.#time() : this.#precision();
    const [first, last] = [this.#tokens[begin]!, this.#tokens[this.#next - 1]!];
    return { ...rule, text: this.text.slice(first.column - 1, last.column - 1 + last.text.length) };
  }

  #precision(): Omit<PrecisionRule, "text"> {
    const known = [...FIGURES.keys(), "P", "time"];
    const figure = this.#word(`one of ${[...FIGURES.keys()].join(", ")}, P(>60s) or time`, known);
    const policy = this.#policy("ci");
    this.#word("ci", ["ci"]);
    this.#word("<", ["<"]);
    return { kind: "precision", figure: FIGURES.get(figure)!, policy, width: this.#width() };
  }

  #width(): PrecisionRule["width"] {
    const token = this.#take();
    const share = token.endsWith("%") ? percentOf(token) : undefined;
    const ticks = parseTime(token);
    if (share !== undefined && share > 0 && share <= 1) return { share };
    if (ticks !== undefined && ticks > 0) return { ms: ticks / 1000 };
    return this.#fail("a share above 0% up to 100%, or a time such as 50ms", this.#next - 1);
  }

  #test(): Omit<TestRule, "text"> {
    for (const word of ["P", "(", ">"]) this.#word(word === "P" ? "P(>60s)" : word, [word]);
    const seconds = this.#seconds();
    this.#word(")", [")"]);
    const policy = this.#policy("<");
    this.#word("<", ["<"]);
    const share = this.#percent("a probability above 0% and below 100%", 0, 1);
    if (this.#peek() !== "@") return { kind: "test", seconds, policy, share, confidence: CONFIDENCE_DEFAULT };
    this.#take();
    const confidence = this.#percent("a confidence from 50% to 99.9999%", 0.5 - Number.EPSILON, CONFIDENCE_MOST);
    return { kind: "test", seconds, policy, share, confidence };
  }

  #time(): Omit<TimeRule, "text"> {
    this.#take();
    this.#word("<", ["<"]);
    return { kind: "time", seconds: this.#seconds() };
  }

  /** A name, unless what comes after one is there already. */
  #policy(after: string): string | undefined {
    const token = this.#peek();
    return token === undefined || token === after || /^[()<>@]$/.test(token) ? undefined : this.#take();
  }

  #seconds(): number {
    const ticks = parseTime(this.#take());
    return ticks !== undefined && ticks > 0 ? ticks / 1e6 : this.#fail("a time such as 60s", this.#next - 1);
  }

  #percent(bound: string, above: number, most: number): number {
    const share = percentOf(this.#take());
    const fits = share !== undefined && share > above && share <= most && share < 1;
    return fits ? share : this.#fail(bound, this.#next - 1);
  }

  #word(bound: string, words: readonly string[]): string {
    const token = this.#take();
    return words.includes(token) ? token : this.#fail(bound, this.#next - 1, nearMiss(token, words));
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #take(): string {
    return this.#tokens[this.#next++]?.text ?? "";
  }

  #fail(bound: string, at: number, hint?: string): never {
    const token = this.#tokens[at];
    const column = token?.column ?? this.text.length + 1;
    const problems = new Problems(() => ({ file: `--until "${this.text}"`, column }));
    problems.add([], `expected ${bound}, got ${token === undefined ? "nothing" : token.text}`, { bound, hint });
    problems.throwIfAny();
    throw new Error("unreachable");
  }
}

/** 1% and 0.01 are the same. */
function percentOf(token: string): number | undefined {
  const [, number, percent] = /^([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(%?)$/.exec(token) ?? [];
  if (number === undefined) return undefined;
  return percent === "%" ? Number((Number(number) / 100).toPrecision(12)) : Number(number);
}
