// Small programs at random, of everything that the explorer of executions knows.

import fc from "fast-check";
import type { Instruction, Operation, Program } from "../../../src/litmus/program.js";
import { FENCES, RMW_OPERATIONS, RMW_ORDERS } from "../../../src/litmus/program.js";
import { at, binary, constant, reg } from "../../litmus-builder.js";

const VARIABLES = 2; // locations 0 and 1; location 2 is a lock
const REGISTERS = 2;
const ACCESSES_MAX = 6;
const SOURCE = { line: 1, column: 1, text: "" };

const register = fc.nat(REGISTERS - 1);
const read = register.map(reg);
const value = fc.oneof(
  fc.integer({ min: 0, max: 2 }).map(constant),
  read,
  fc
    .tuple(read, fc.constantFrom("^" as const, "-" as const))
    .map(([left, operator]) => binary(left, operator, constant(1))),
);
const condition = fc
  .tuple(read, fc.constantFrom("==" as const, "!=" as const), fc.nat(1))
  .map(([left, operator, right]) => binary(left, operator, constant(right)));
const fixed = fc.nat(VARIABLES - 1).map(at);
const chosen = read.map((left) => binary(at(0), "+", binary(left, "&", constant(1))));
const address = fc.oneof({ weight: 4, arbitrary: fixed }, { weight: 1, arbitrary: chosen });
const lock = fc.constant(at(VARIABLES));

const load = fc.record({
  op: fc.constant("load" as const),
  register,
  address,
  order: fc.constantFrom("plain" as const, "once" as const, "once" as const, "acquire" as const),
});
const store = fc.record({
  op: fc.constant("store" as const),
  address,
  value,
  order: fc.constantFrom("plain" as const, "once" as const, "once" as const, "release" as const),
});
const rmw = fc
  .record({
    operation: fc.constantFrom(...RMW_OPERATIONS),
    register: fc.option(register),
    address,
    operand: value,
    expected: fc.nat(1).map(constant),
    order: fc.constantFrom(...RMW_ORDERS),
  })
  .map((one): Operation => {
    const asks = one.operation === "cmpxchg" || one.operation === "add_unless";
    return {
      op: "rmw",
      ...one,
      register: asks ? (one.register ?? 0) : one.register,
      expected: asks ? one.expected : null,
    };
  });
const fence = fc.record({ op: fc.constant("fence" as const), fence: fc.constantFrom(...FENCES) });
const wait = fc.record({ op: fc.constant("wait" as const), register, address: fixed, condition });

/** A few operations that belong together; branches count from their first. */
const piece: fc.Arbitrary<Operation[]> = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(load) },
  { weight: 10, arbitrary: fc.tuple(store) },
  { weight: 4, arbitrary: fc.tuple(rmw) },
  { weight: 6, arbitrary: fc.tuple(fence) },
  { weight: 1, arbitrary: fc.tuple(wait) },
  { weight: 1, arbitrary: fc.tuple(fc.record({ op: fc.constant("set" as const), register, value })) },
  { weight: 1, arbitrary: fc.tuple(fc.record({ op: fc.constant("assume" as const), condition })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.record({ op: fc.constant("branch" as const), condition, target: fc.constant(2) }), store),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(condition, store, store)
      .map(([c, a, b]): Operation[] => [{ op: "branch", condition: c, target: 3 }, a, { op: "jump", target: 4 }, b]),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.record({ op: fc.constantFrom("lock" as const, "unlock" as const), address: lock })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.record({ op: fc.constantFrom("trylock" as const, "is_locked" as const), register, address: lock }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.record({ op: fc.constantFrom("section_begin" as const, "section_end" as const, "synchronize" as const) }),
    ),
  },
);

function assemble(pieces: Operation[][]): Instruction[] {
  const instructions: Instruction[] = [];
  for (const operations of pieces) {
    const start = instructions.length;
    for (const one of operations) {
      const placed = "target" in one ? { ...one, target: one.target + start } : one;
      instructions.push({ ...placed, source: SOURCE });
    }
  }
  return instructions;
}

/** Programs of `cpus` CPUs with up to `pieces` pieces each, small enough to try all executions. */
export function programs(cpus: number, pieces: number): fc.Arbitrary<Program> {
  const body = fc.array(piece, { minLength: 1, maxLength: pieces }).map(assemble);
  const small = (bodies: Instruction[][]) => bodies.flat().filter((one) => "address" in one).length <= ACCESSES_MAX;
  return fc
    .array(body, { minLength: cpus, maxLength: cpus })
    .filter(small)
    .map((bodies) => ({
      name: "generated",
      locations: ["x", "y", "s"].map((name) => ({ name, initial: 0 })),
      cpus: bodies.map((instructions, i) => ({ name: `P${i}`, registers: ["r0", "r1"], instructions })),
      observed: [
        ...bodies.flatMap((_, cpu) => [0, 1].map((n) => ({ kind: "register" as const, cpu, register: n }))),
        ...[0, 1, 2].map((location) => ({ kind: "location" as const, location })),
      ],
      cycle: null,
    }));
}
