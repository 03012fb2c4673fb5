// What a test asks of its final states, and the answer: Never, Sometimes or Always.

import type { Place } from "./errors.js";
import type { Exploration, FinalState, MemoryModel, Program } from "./program.js";

/** `observed`: by its index in the programs' list; `blocked`: 1 if the CPU is blocked for ever. */
export type Operand =
  | { kind: "observed"; index: number }
  | { kind: "constant"; value: number }
  | { kind: "blocked"; cpu: number };

export type Proposition<T = Operand> =
  | { kind: "truth"; value: boolean }
  | { kind: "equal"; left: T; right: T }
  | { kind: "not"; part: Proposition<T> }
  | { kind: "and" | "or"; parts: Proposition<T>[] };

export const QUANTIFIERS = ["exists", "~exists", "forall", "cycle"] as const;
export type Quantifier = (typeof QUANTIFIERS)[number];

/** A test as it was read. */
export interface Litmus {
  name: string;
  /** What happens in one of them can happen: where there are handlers, one for each of their possible points. Empty if nothing is supported. */
  programs: Program[];
  /** Of the observed, those that people asked for: the first ones. The others are the translation's own. */
  names: string[];
  quantifier: Quantifier;
  condition: Proposition;
  /** Final states that count. */
  filter: Proposition;
  /** What its comment says of the verdict ("Result: Never"), as in the kernel's own tests. */
  expected: Verdict | null;
  /** What keeps it from being explored, under which models. */
  unsupported: { models: readonly MemoryModel[]; reason: string; place: Place }[];
}

export type Verdict = "Never" | "Sometimes" | "Always";

/** Does a final state satisfy it? */
export function holds(proposition: Proposition, final: FinalState): boolean {
  switch (proposition.kind) {
    case "truth":
      return proposition.value;
    case "equal":
      return read(proposition.left, final) === read(proposition.right, final);
    case "not":
      return !holds(proposition.part, final);
    case "and":
      return proposition.parts.every((part) => holds(part, final));
    case "or":
      return proposition.parts.some((part) => holds(part, final));
  }
}

function read(operand: Operand, { values, blocked }: FinalState): number {
  if (operand.kind === "constant") return operand.value;
  return operand.kind === "observed" ? values[operand.index]! : (blocked >>> operand.cpu) & 1;
}

/** Why a test has no verdict under a model: a sentence, null if it has one. */
export function unsupported({ unsupported }: Litmus, model: MemoryModel): string | null {
  const found = unsupported.find(({ models }) => models.includes(model));
  return found ? `${found.reason}, line ${found.place.line}, column ${found.place.column}` : null;
}

/** A final state that a witness should show: what exists asks for, what forall denies. */
export function isTelling({ quantifier, condition, filter }: Litmus, final: FinalState): boolean {
  return holds(filter, final) && holds(condition, final) === (quantifier !== "forall");
}

/**
 * Verdict on the clause's own proposition, whatever its quantifier, as herd's "Observation" has it: Never if no final state that counts
 * satisfies it, Always if all do. So a `forall` that is kept is Always, an `exists` or `~exists` outcome that cannot happen is Never. Where
 * no final state counts, exists is Never and forall Always. `cycle`: Sometimes if there is one, else Never.
 * `explorations`: of all programs.
 */
export function verdict({ quantifier, condition, filter }: Litmus, explorations: Exploration[]): Verdict {
  if (quantifier === "cycle") return explorations.some(({ cycles }) => cycles) ? "Sometimes" : "Never";
  const counting = explorations.flatMap(({ finals }) => finals.filter((final) => holds(filter, final)));
  const satisfying = counting.filter((final) => holds(condition, final)).length;
  if (counting.length === 0) return quantifier === "forall" ? "Always" : "Never";
  if (satisfying === 0) return "Never";
  return satisfying === counting.length ? "Always" : "Sometimes";
}

/** The final states that count, of all programs together: of each what people asked for, in ascending order. */
export function unite({ names, filter }: Litmus, explorations: Exploration[]): FinalState[] {
  const united = new Map<string, FinalState>();
  for (const final of explorations.flatMap(({ finals }) => finals)) {
    if (!holds(filter, final)) continue;
    const values = final.values.slice(0, names.length);
    const key = `${values} ${final.blocked}`;
    const same = united.get(key);
    if (same) same.count += final.count;
    else united.set(key, { ...final, values });
  }
  return [...united.values()].sort(compare);
}

function compare(a: FinalState, b: FinalState): number {
  const at = a.values.findIndex((value, i) => value !== b.values[i]);
  return at < 0 ? a.blocked - b.blocked : a.values[at]! - b.values[at]!;
}
