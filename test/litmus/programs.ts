// Generated litmus programs for the oracle test: every operation, addresses and values from registers, forward jumps, and loops.

import * as fc from "fast-check";
import {
  BINARY_OPERATORS,
  type Expression,
  FENCES,
  type Operation,
  type Program,
  RMW_OPERATIONS,
  RMW_ORDERS,
  UNARY_OPERATORS,
} from "../../src/litmus/program.js";
import { at, binary, constant, inMemory, location, program, reg, register } from "./builder.js";

const LOCATIONS = 3;
const REGISTERS = 2;

const registerArb = fc.nat(REGISTERS - 1);
const smallArb = fc.constantFrom(0, 1, 2).map(constant);
const constantArb = fc.oneof(
  { arbitrary: smallArb, weight: 12 },
  { arbitrary: fc.constantFrom(-1, -17, 207, 208, 70_000, -(2 ** 31), 2 ** 31 - 1).map(constant), weight: 1 },
);

/** Below `mask` + 1, so that a loop does not count for ever. */
const masked = (expression: Expression): Expression => binary(expression, "&", constant(1));

const addressArb = fc.oneof(
  { arbitrary: fc.nat(LOCATIONS - 1).map(at), weight: 6 },
  { arbitrary: registerArb.map((r) => binary(at(0), "+", masked(reg(r)))), weight: 1 },
);

const leafArb = fc.oneof(constantArb, registerArb.map(reg));
const freeValueArb: fc.Arbitrary<Expression> = fc.oneof(
  { arbitrary: smallArb, weight: 4 },
  { arbitrary: leafArb, weight: 3 },
  {
    arbitrary: fc.record({
      kind: fc.constant("unary" as const),
      operator: fc.constantFrom(...UNARY_OPERATORS),
      operand: leafArb,
    }),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(leafArb, fc.constantFrom(...BINARY_OPERATORS), leafArb)
      .map(([left, operator, right]) => binary(left, operator, right)),
    weight: 2,
  },
  { arbitrary: fc.nat(LOCATIONS - 1).map(at), weight: 1 },
);

type Weights = Partial<Record<Operation["op"], number>>;

const ALL: Weights = {
  load: 10,
  store: 12,
  rmw: 6,
  fence: 3,
  set: 2,
  branch: 2,
  jump: 1,
  lock: 2,
  trylock: 1,
  is_locked: 1,
  unlock: 3,
  assume: 1,
  wait: 2,
  section_begin: 3,
  section_end: 3,
  synchronize: 2,
};
const ATOMICS: Weights = { load: 3, store: 6, rmw: 16, lock: 2, trylock: 4, is_locked: 1, unlock: 4 };
const GRACES: Weights = { load: 8, store: 9, fence: 1, section_begin: 6, section_end: 6, synchronize: 6 };

function operationArb(weights: Weights, length: number, loops: boolean): fc.Arbitrary<Operation> {
  const valueArb = loops ? freeValueArb.map(masked) : freeValueArb;
  const conditionArb = fc
    .tuple(registerArb, fc.constantFrom("==" as const, "!=" as const), smallArb)
    .map(([r, operator, value]) => binary(reg(r), operator, value));
  const bounded = RMW_OPERATIONS.filter((one) => !["add", "sub", "add_unless"].includes(one));
  const targetArb = loops ? fc.nat(length) : fc.integer({ min: 1, max: length });
  const access = { register: registerArb, address: addressArb };
  const arbitraries: { [Op in Operation["op"]]: fc.Arbitrary<Omit<Operation & { op: Op }, "op">> } = {
    load: fc.record({ ...access, order: fc.constantFrom("plain", "once", "acquire") }),
    store: fc.record({
      address: addressArb,
      value: valueArb,
      order: fc.constantFrom("plain", "once", "release"),
    }),
    rmw: fc.record({
      operation: fc.constantFrom(...(loops ? bounded : RMW_OPERATIONS)),
      register: fc.option<number, null>(registerArb, { nil: null }),
      address: addressArb,
      operand: valueArb,
      expected: smallArb,
      order: fc.constantFrom(...RMW_ORDERS),
    }),
    fence: fc.record({ fence: fc.constantFrom("mb" as const, ...FENCES) }),
    set: fc.record({ register: registerArb, value: valueArb }),
    branch: fc.record({ condition: conditionArb, target: targetArb }),
    jump: fc.record({ target: targetArb }),
    lock: fc.record({ address: addressArb }),
    trylock: fc.record(access),
    is_locked: fc.record(access),
    unlock: fc.record({ address: addressArb }),
    assume: fc.record({ condition: conditionArb }),
    wait: fc.record({ ...access, condition: conditionArb }),
    section_begin: fc.record({}),
    section_end: fc.record({}),
    synchronize: fc.record({}),
  };
  const chosen = Object.entries(weights) as [Operation["op"], number][];
  return fc.oneof(
    ...chosen.map(([op, weight]) => ({
      weight,
      arbitrary: (arbitraries[op] as fc.Arbitrary<object>).map((rest) => ({ op, ...rest }) as Operation),
    })),
  );
}

function cpuArb(weights: Weights, length: number, loops: boolean): fc.Arbitrary<Operation[]> {
  return fc
    .array(operationArb(weights, length, loops), { minLength: length, maxLength: length })
    .map((operations) => operations.map(loops ? sectionsFirst : forwardOnly));
}

/** Of a CPU that loops only the first instruction, to which it does not come back, may begin a section: else they nest for ever. */
function sectionsFirst(one: Operation, n: number): Operation {
  if (n > 0 && one.op === "section_begin") return { op: "section_end" };
  return "target" in one ? { ...one, target: Math.max(one.target, 1) } : one;
}

/** Jumps that would go back go to the next instruction. */
function forwardOnly(one: Operation, n: number): Operation {
  return "target" in one ? { ...one, target: Math.max(one.target, n + 1) } : one;
}

function programOf(cpus: Operation[][], cycle?: Expression): Program {
  const observed = [
    ...cpus.flatMap((_, cpu) => [register(cpu, 0), register(cpu, 1)]),
    ...Array.from({ length: LOCATIONS }, (_, n) => location(n)),
  ];
  const withRegisters = cpus.map((one) => [...one]);
  const made = program("generated", LOCATIONS, withRegisters, observed, cycle ? { cycle } : {});
  for (const cpu of made.cpus) cpu.registers = ["r0", "r1"];
  return made;
}

const shapes = (shapes: number[][], loops: boolean, weights = ALL) =>
  fc.constantFrom(...shapes).chain((lengths) => fc.tuple(...lengths.map((length) => cpuArb(weights, length, loops))));

/** Without loops. */
export const programArb = shapes(
  [
    [5, 5],
    [3, 3, 3],
    [6, 3],
    [4, 3, 2],
    [2, 2, 2, 2],
  ],
  false,
).map((cpus) => programOf(cpus));

const SMALL = [
  [3, 3],
  [4, 2],
  [2, 2, 2],
];

/** Small ones, mostly of read-modify-writes and locks. */
export const atomicsArb = shapes(SMALL, false, ATOMICS).map((cpus) => programOf(cpus));

/** Small ones, mostly of sections and grace periods. */
export const gracesArb = shapes([[4, 3], [5, 2], ...SMALL], false, GRACES).map((cpus) => programOf(cpus));

/** With jumps back. */
export const loopArb = shapes(
  [
    [4, 3],
    [3, 3],
    [3, 2, 2],
  ],
  true,
).map((cpus) => programOf(cpus));

/** With jumps back, asked for a cycle. */
export const cycleArb = fc
  .tuple(
    shapes(
      [
        [3, 3],
        [4, 2],
        [2, 2, 2],
      ],
      true,
    ),
    fc.nat(LOCATIONS - 1),
    fc.constantFrom(0, 1),
  )
  .map(([cpus, where, value]) => programOf(cpus, binary(inMemory(where), "==", constant(value))));
