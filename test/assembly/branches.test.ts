// Conditions that branch early decide as they did.

import binaryen from "binaryen";
import { expect, it } from "vitest";

const { branchEarly } = await import(new URL("../../assembly/branches.js", import.meta.url).href);

const [A, B, C] = ["a", "b", "c"].map((name) => `(local.get $${name})`);
const and = (a: string, b: string) => `(if (result i32) ${a} (then ${b}) (else (i32.const 0)))`;
const or = (a: string, b: string) => `(if (result i32) ${a} (then (i32.const 1)) (else ${b}))`;
const not = (a: string) => `(i32.eqz ${a})`;
const predicate = (a: string, b: string) =>
  `(block $done (result i32) (drop (br_if $done (i32.const 1) ${a})) (if ${b} (then (br $done (i32.const 0)))) ${C})`;

const CONDITIONS = [
  and(A!, B!),
  or(A!, B!),
  not(and(or(A!, B!), not(C!))),
  or(and(A!, B!), and(not(A!), C!)),
  `(if (result i32) ${A} (then ${B}) (else ${C}))`,
  predicate(A!, B!),
  and(B!, predicate(and(A!, C!), or(A!, B!))),
];

/** What the condition says of each of the eight inputs, asked in three ways. */
function answers(text: string): number[] {
  const module = binaryen.parseText(text);
  expect(module.validate()).toBe(1);
  const { ask } = new WebAssembly.Instance(new WebAssembly.Module(module.emitBinary() as BufferSource)).exports;
  return Array.from({ length: 8 }, (_, n) => (ask as CallableFunction)(n & 1, (n >> 1) & 1, n >> 2));
}

it.each(CONDITIONS)("Always: %s", (condition) => {
  const text = `(module (func (export "ask") (param $a i32) (param $b i32) (param $c i32) (result i32) (local $sum i32)
    (if ${condition} (then (local.set $sum (i32.const 1))))
    (block $out (br_if $out ${condition}) (local.set $sum (i32.add (local.get $sum) (i32.const 2))))
    (i32.add (local.get $sum) (if (result i32) ${condition} (then (i32.const 4)) (else (i32.const 8))))))`;
  const early = branchEarly(text);
  expect(early).not.toContain("(if (result i32) (if");
  expect(answers(early)).toEqual(answers(text));
  expect(new Set(answers(text))).toEqual(new Set([5, 10]));
});
