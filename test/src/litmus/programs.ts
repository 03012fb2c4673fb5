// Small programs at random, of everything that the explorer of executions knows.

import fc from "fast-check";
import type { Expression, Instruction, Operation, Program } from "../../../src/litmus/program.js";
import { FENCES, RMW_OPERATIONS, RMW_ORDERS } from "../../../src/litmus/program.js";
import { at, binary, constant, reg } from "../../litmus/builder.js";

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
  return fc.array(body, { minLength: cpus, maxLength: cpus }).filter(small).map(generated);
}

function generated(bodies: Instruction[][]): Program {
  const locations = ["x", "y", "s", "t"];
  return {
    name: "generated",
    locations: locations.map((name) => ({ name, initial: 0 })),
    cpus: bodies.map((instructions, i) => ({ name: `P${i}`, registers: ["r0", "r1"], instructions })),
    observed: [
      ...bodies.flatMap((_, cpu) => [0, 1].map((n) => ({ kind: "register" as const, cpu, register: n }))),
      ...locations.map((_, location) => ({ kind: "location" as const, location })),
    ],
    cycle: null,
  };
}

// Cycles: each CPU accesses its own location and the next one's, with something between that may order the two.

const none = constant(0);
/** The same value, but dependent on a register. */
const dependent = (value: Expression, on: number) => binary(value, "+", binary(reg(on), "&", none));

interface Link {
  between: Operation[];
  /** Register that the second access depends on, and how. */
  depends: { on: number; by: "address" | "data" | "control" } | null;
}

const depends = (on: number) =>
  fc.option(
    fc.record({ on: fc.constant(on), by: fc.constantFrom("address" as const, "data" as const, "control" as const) }),
  );
const barrier = fence.map((one): Link => ({ between: [one], depends: null }));
const dependency = depends(0).map((one): Link => ({ between: [], depends: one }));
/** By way of a location that no other CPU uses: written, read back. */
const detour = (cpu: number) =>
  fc
    .tuple(
      fc.constantFrom("plain" as const, "once" as const),
      fc.constantFrom("plain" as const, "once" as const, "acquire" as const),
      depends(1),
    )
    .map(([written, order, link]): Link => {
      const address = at(VARIABLES + cpu);
      const store: Operation = { op: "store", address, value: dependent(constant(1), 0), order: written };
      return { between: [store, { op: "load", register: 1, address, order }], depends: link };
    });
const link = (cpu: number) =>
  fc.oneof(
    barrier,
    dependency,
    detour(cpu),
    fc.tuple(dependency, barrier).map(([a, b]) => ({ ...a, ...b, depends: a.depends })),
  );

/** An access to location 0, to be moved. */
const access = fc.oneof(
  { weight: 3, arbitrary: load.map((one): Operation => ({ ...one, register: 0, address: at(0) })) },
  { weight: 3, arbitrary: store.map((one): Operation => ({ ...one, address: at(0), value: constant(1) })) },
  {
    weight: 1,
    arbitrary: rmw.map((one): Operation => ({ ...one, address: at(0), operand: constant(1) }) as Operation),
  },
);

function moved(one: Operation, location: number, link: Link["depends"]): Operation[] {
  const address = link?.by === "address" ? dependent(at(location), link.on) : at(location);
  const placed = { ...one, address } as Operation;
  if (link?.by === "data" && placed.op === "store") return [{ ...placed, value: dependent(placed.value, link.on) }];
  if (link?.by === "data" && placed.op === "rmw") return [{ ...placed, operand: dependent(placed.operand, link.on) }];
  if (link?.by !== "control") return [placed];
  return [{ op: "branch", condition: binary(reg(link.on), "!=", constant(7)), target: 2 }, placed];
}

/** Programs of two CPUs in a cycle, where most orders matter. */
export function cycles(): fc.Arbitrary<Program> {
  const body = (cpu: number) =>
    fc
      .tuple(access, link(cpu), access)
      .map(([first, { between, depends }, second]) =>
        assemble([moved(first, cpu, null), between, moved(second, 1 - cpu, depends)]),
      );
  return fc.tuple(body(0), body(1)).map(generated);
}
