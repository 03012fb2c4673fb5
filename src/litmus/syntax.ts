// What the body of a litmus test's function says, before it is translated: C's expressions and statements, as far as they are known.

import type { BINARY_OPERATORS, Source, UNARY_OPERATORS } from "./program.js";

export type BinaryOperator = (typeof BINARY_OPERATORS)[number];
export type UnaryOperator = (typeof UNARY_OPERATORS)[number];

export type Value = { source: Source; depth: number } & (
  | { kind: "number"; value: number }
  | { kind: "name"; name: string }
  | { kind: "unary"; operator: UnaryOperator | "*" | "&"; operand: Value }
  | { kind: "binary"; operator: BinaryOperator; left: Value; right: Value }
  /** `operator`: of a compound assignment as +=. */
  | { kind: "assign"; operator: BinaryOperator | null; target: Value; value: Value }
  | { kind: "call"; name: string; arguments: Value[] }
);

export type Statement = { source: Source } & (
  | { kind: "declare"; name: string; value: Value | null }
  | { kind: "evaluate"; value: Value }
  | { kind: "block"; body: Statement[] }
  | { kind: "if"; condition: Value; then: Statement; otherwise: Statement | null }
  | { kind: "loop"; body: Statement }
  | { kind: "break" }
);

/** A piece of a test kept by itself, expanded where a statement calls it. */
export interface FragmentText {
  name: string;
  parameters: string[];
  file: string;
  body: Statement[];
  /** What `return` gives. */
  result: Value | null;
}

/** Does an expression do more than work out a value? */
export function hasEffect(value: Value): boolean {
  switch (value.kind) {
    case "number":
    case "name":
      return false;
    case "unary":
      return value.operator === "*" || hasEffect(value.operand);
    case "binary":
      return hasEffect(value.left) || hasEffect(value.right);
    default:
      return true;
  }
}
