// What may stand where the cursor is, by the scenario's schema.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { Path } from "../../../src/scenario/errors.js";
import { type Schema, schemasAt } from "./descriptions.js";

export function complete(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/[A-Za-z0-9_.+-]*/);
  if (word === null || (word.from === word.to && !context.explicit)) return null;
  const { path, wants } = placeAt(context.state, word.from);
  const schemas = schemasAt(path);
  const options = [
    ...(wants === "name" ? [] : schemas.flatMap(valuesOf)),
    ...(wants === "value" ? [] : schemas.flatMap(namesOf)),
  ];
  return options.length === 0 ? null : { from: word.from, options, validFor: /^[A-Za-z0-9_.+-]*$/ };
}

/** The path of the value that a word at a place belongs to, and whether the word is that value, a name in it, or may be either. */
function placeAt(state: EditorState, at: number): { path: Path; wants: "value" | "name" | "either" } {
  const line = state.doc.lineAt(at);
  const before = line.text.slice(0, at - line.from);
  const isValue = /[A-Za-z0-9_-]+:\s+$/.test(before) || /[[,]\s*$/.test(before.replace(/\{[^}]*$/, "{"));
  const wants = /^\s*-\s+$/.test(before) ? "either" : isValue ? "value" : "name";
  const tree = syntaxTree(state);
  const path: Path = [];
  for (let node: SyntaxNode | null = tree.resolveInner(at, 1); node !== null; node = node.parent) {
    if (node.name === "Pair" && node.from < at) {
      const key = node.getChild("Key");
      const name = key === null ? "" : state.sliceDoc(key.from, key.to);
      if (key !== null && key.to < at && isWithin(state, node, at)) path.unshift(name);
    }
    if (node.name === "Item") path.unshift(0);
  }
  return { path, wants };
}

/** On a line of its own a word belongs to a pair only if it is indented more. */
function isWithin(state: EditorState, pair: SyntaxNode, at: number): boolean {
  const own = state.doc.lineAt(pair.from);
  const line = state.doc.lineAt(at);
  if (own.number === line.number) return true;
  return at - line.from > pair.from - own.from || /[{[]/.test(state.sliceDoc(pair.from, at));
}

function namesOf({ properties = {} }: Schema): Completion[] {
  return Object.entries(properties).map(([label, { description }]) => ({
    label,
    apply: `${label}: `,
    type: "property",
    ...(description === undefined ? {} : { info: description }),
  }));
}

function valuesOf(schema: Schema): Completion[] {
  const values = [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.examples ?? []),
    ...(schema.type === "boolean" ? [true, false] : []),
  ];
  return values.map((value) => ({ label: String(value), type: "constant" }));
}
