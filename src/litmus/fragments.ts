// Pieces of a test kept apart from it: what a variant of the kernel does at a point that the test names.

import { fail } from "./errors.js";
import { BodyParser } from "./parse-body.js";
import type { FragmentText, Statement, Value } from "./syntax.js";
import { Reader, scan } from "./tokens.js";
import { isWord } from "./translate-value.js";

export interface Fragment {
  /** As the test calls it. */
  name: string;
  /** Names that stand for what the call gives: locations or other expressions. They cannot be assigned to. */
  parameters: readonly string[];
  /** Statements; the last may be `return` and an expression. Sees its parameters, then what its caller's CPU sees, then all locations of the init block. */
  body: string;
}

const NAME = /^[A-Za-z_][A-Za-z_0-9]*$/;

/** Throws a LitmusError that names the fragment as its file. */
export function readFragments(fragments: readonly Fragment[]): Map<string, FragmentText> {
  const texts = new Map<string, FragmentText>();
  for (const fragment of fragments) {
    const place = { file: `fragment ${fragment.name}`, line: 1, column: 1 };
    for (const name of [fragment.name, ...fragment.parameters])
      if (!NAME.test(name)) fail(place, `expected a name, got ${JSON.stringify(name)}`);
    if (isWord(fragment.name)) fail(place, `${fragment.name} is a word of the format already`);
    if (texts.has(fragment.name)) fail(place, "there is a fragment of that name already");
    texts.set(fragment.name, readFragment(fragment, place.file));
  }
  return texts;
}

function readFragment({ name, parameters, body }: Fragment, file: string): FragmentText {
  const source = { file, text: body };
  const reader = new Reader(source, scan(source, "body", { file, line: 1, column: 1, start: 0 }));
  const parser = new BodyParser(reader);
  const statements: Statement[] = [];
  while (reader.peek().kind !== "end" && !reader.is("return")) statements.push(...parser.statement());
  const result = reader.accept("return") ? readResult(reader, parser) : null;
  return { name, parameters: [...parameters], file, body: statements, result };
}

function readResult(reader: Reader, parser: BodyParser): Value {
  const result = parser.value();
  reader.expect(";", "after return");
  if (reader.peek().kind !== "end") reader.unexpected("the end of the fragment after return");
  return result;
}
