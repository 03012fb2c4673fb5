// Tokens of a litmus test. Its lexis changes on the way: `(*` opens a comment, except in the body of a function, where it dereferences.

import { nearMiss } from "../scenario/errors.js";
import { fail, type Place } from "./errors.js";

export interface Token extends Place {
  kind: "name" | "number" | "sign" | "end";
  text: string;
  /** Offsets in the text. */
  start: number;
  end: number;
}

export interface Text {
  file: string | undefined;
  text: string;
}

/** The body of a function throughout, or a test: after its first block, what stands in braces is the body of a function. */
export type Language = "body" | "test";

const SPACE = /\s+/y;
const C_COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const TEST_COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\(\*[\s\S]*?\*\)/y;
/** A name, a number or a sign. */
const WORD =
  /([A-Za-z_][A-Za-z_0-9]*)|((?:0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*(?![A-Za-z_0-9]))|<<=|>>=|&&|\|\||==|!=|<=|>=|<>|=>|<<|>>|\+=|-=|\*=|&=|\|=|\^=|\+\+|--|->|\/\\|\\\/|[-+*/%&|^~!<>=(){}[\];,:.?]/y;

export function scan({ text, file }: Text, language: Language, first: Place & { start: number }): Token[] {
  const tokens: Token[] = [];
  let { start: at, line, column } = first;
  let depth = 0;
  let blocks = 0;
  const pass = (part: string) => {
    const lines = part.split("\n");
    line += lines.length - 1;
    column = lines.length > 1 ? lines.at(-1)!.length + 1 : column + part.length;
    at += part.length;
  };
  while (at < text.length) {
    const inBody = language === "body" || (depth > 0 && blocks > 1);
    const skipped = match(SPACE, text, at) || match(inBody ? C_COMMENT : TEST_COMMENT, text, at);
    if (!skipped) {
      const token = tokenAt(text, { file, line, column }, at, inBody);
      tokens.push(token);
      if (token.text === "{" && depth++ === 0) blocks++;
      if (token.text === "}" && depth > 0) depth--;
    }
    pass(skipped || tokens.at(-1)!.text);
  }
  tokens.push({ kind: "end", text: "", file, line, column, start: at, end: at });
  return tokens;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function tokenAt(text: string, place: Place, start: number, inBody: boolean): Token {
  if (text.startsWith("/*", start) || (!inBody && text.startsWith("(*", start))) fail(place, "this comment has no end");
  WORD.lastIndex = start;
  const found = WORD.exec(text);
  if (found) {
    const kind = found[1] ? "name" : found[2] ? "number" : "sign";
    const { file, line, column } = place; // a spread here makes reading five times as slow
    return { file, line, column, kind, text: found[0], start, end: WORD.lastIndex };
  }
  const rest = /^\w+/.exec(text.slice(start, start + 20));
  if (rest) return fail(place, `expected a number, got ${rest[0]}`);
  return fail(place, `unexpected character ${JSON.stringify(String.fromCodePoint(text.codePointAt(start)!))}`);
}

/** Tokens one after the other, with what was expected where they do not fit. */
export class Reader {
  readonly source: Text;
  private readonly tokens: Token[];
  private at = 0;

  constructor(source: Text, tokens: Token[]) {
    this.source = source;
    this.tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  /** The token last taken. */
  last(): Token {
    return this.tokens[Math.max(this.at - 1, 0)]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.at++;
    return token;
  }

  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind !== "end" && token.text === text;
  }

  accept(text: string): boolean {
    const found = this.is(text);
    if (found) this.next();
    return found;
  }

  expect(text: string, after = ""): Token {
    return this.is(text)
      ? this.next()
      : this.unexpected(`${text}${after && ` ${after}`}`, /\w/.test(text) ? [text] : []);
  }

  name(what: string): Token {
    return this.peek().kind === "name" ? this.next() : this.unexpected(what);
  }

  /** A number as C writes it, 32 bits. */
  number(what = "a number"): number {
    if (this.peek().kind !== "number") this.unexpected(what);
    return integerOf(this.next());
  }

  unexpected(expected: string, words: Iterable<string> = []): never {
    const token = this.peek();
    const hint = token.kind === "name" ? nearMiss(token.text, words) : undefined;
    fail(token, `expected ${expected}, got ${token.kind === "end" ? "the end of the text" : token.text}`, hint);
  }

  /** What stands from a token to the last one taken: on one line, without comments. */
  excerpt(first: Token): string {
    const text = this.source.text.slice(first.start, this.last().end);
    return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, " ").replace(/\s+/g, " ");
  }
}

function integerOf(token: Token): number {
  const digits = token.text.replace(/[uUlL]+$/, "");
  if (/^0[0-9]*[89]/.test(digits)) fail(token, `expected octal digits after 0, got ${token.text}`);
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (value > 0xffffffff) fail(token, `expected a number of 32 bits, got ${token.text}`);
  return value | 0;
}
