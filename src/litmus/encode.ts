// A program as the words that assembly/litmus/program.ts reads.

import {
  BINARY_OPERATORS,
  type Expression,
  FENCES,
  type Instruction,
  type Program,
  RMW_OPERATIONS,
  RMW_ORDERS,
  UNARY_OPERATORS,
} from "./program.js";

const NONE = -1;

// Expressions, postfix.
const END = 0;
const CONSTANT = 1; // a word follows
const REGISTER = 2; // a word follows
const LOCATION = 3; // a word follows
const UNARY = 4; // + number of the operator
const BINARY = 8; // + number of the operator

/** As the engine numbers them. */
export const OPERATIONS: Instruction["op"][] = [
  "load",
  "store",
  "rmw",
  "fence",
  "set",
  "branch",
  "jump",
  "lock",
  "trylock",
  "is_locked",
  "unlock",
  "assume",
  "wait",
  "section_begin",
  "section_end",
  "synchronize",
];
const LOAD_ORDERS = ["plain", "once", "acquire"];
const STORE_ORDERS = ["plain", "once", "release"];

/**
 * Words: numbers of CPUs, locations, observed, instructions, expression words, and the offset of `cycle` among the latter; each location's
 * initial value; of each CPU first instruction, count, registers; of each observed its CPU (-1: a location) and number; eight
 * of each instruction (operation, order or fence, register, address, value, expected, target, of a read-modify-write its operation); expressions. Expressions are
 * offsets among the last; -1 stands for none.
 */
export function encode(program: Program): Int32Array {
  const pool: number[] = [];
  const place = (expression: Expression | null | undefined): number => {
    if (!expression) return NONE;
    const at = pool.length;
    postfix(expression, pool);
    pool.push(END);
    return at;
  };
  const cycle = place(program.cycle);
  const instructions = program.cpus.flatMap((cpu) => cpu.instructions.map((one) => instruction(one, place)));
  let first = 0;
  const cpus = program.cpus.map((cpu) => {
    const row = [first, cpu.instructions.length, cpu.registers.length];
    first += cpu.instructions.length;
    return row;
  });
  const observed = program.observed.map((one) =>
    one.kind === "location" ? [NONE, one.location] : [one.cpu, one.register],
  );
  return Int32Array.from([
    ...[cpus.length, program.locations.length, observed.length, instructions.length, pool.length, cycle],
    ...program.locations.map(({ initial }) => initial),
    ...[...cpus, ...observed, ...instructions].flat(),
    ...pool,
  ]);
}

function postfix(expression: Expression, pool: number[]): void {
  switch (expression.kind) {
    case "constant":
      pool.push(CONSTANT, expression.value);
      break;
    case "register":
      pool.push(REGISTER, expression.register);
      break;
    case "location":
      pool.push(LOCATION, expression.location);
      break;
    case "unary":
      postfix(expression.operand, pool);
      pool.push(UNARY + UNARY_OPERATORS.indexOf(expression.operator));
      break;
    case "binary":
      postfix(expression.left, pool);
      postfix(expression.right, pool);
      pool.push(BINARY + BINARY_OPERATORS.indexOf(expression.operator));
  }
}

function instruction(one: Instruction, place: (expression: Expression | null | undefined) => number): number[] {
  const part = one as Partial<Record<"address" | "value" | "operand" | "condition" | "expected", Expression | null>>;
  const { register = null, target = NONE } = one as { register?: number | null; target?: number };
  return [
    OPERATIONS.indexOf(one.op),
    kind(one),
    register ?? NONE,
    place(part.address),
    place(part.value ?? part.operand ?? part.condition),
    place(part.expected),
    target,
    one.op === "rmw" ? RMW_OPERATIONS.indexOf(one.operation) : NONE,
  ];
}

function kind(one: Instruction): number {
  if (one.op === "load") return LOAD_ORDERS.indexOf(one.order);
  if (one.op === "store") return STORE_ORDERS.indexOf(one.order);
  if (one.op === "rmw") return RMW_ORDERS.indexOf(one.order);
  if (one.op === "fence") return FENCES.indexOf(one.fence);
  return NONE;
}
