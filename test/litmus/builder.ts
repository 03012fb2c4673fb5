// Litmus programs written down in tests: P(name, locations, CPUs of operations, observed).

import {
  ADDRESS_BASE,
  type Expression,
  type Instruction,
  type Observed,
  type Operation,
  type Program,
} from "../../src/litmus/program.js";

export const constant = (value: number): Expression => ({ kind: "constant", value });
export const reg = (register: number): Expression => ({ kind: "register", register });
export const at = (location: number): Expression => constant(ADDRESS_BASE + location);
export const inMemory = (location: number): Expression => ({ kind: "location", location });
export const binary = (
  left: Expression,
  operator: (Expression & { kind: "binary" })["operator"],
  right: Expression,
): Expression => ({ kind: "binary", operator, left, right });
export const equal = (register: number, value: number): Expression => binary(reg(register), "==", constant(value));

export const read = (register: number, location: number): Operation => ({
  op: "load",
  register,
  address: at(location),
  order: "once",
});
export const write = (location: number, value: number): Operation => ({
  op: "store",
  address: at(location),
  value: constant(value),
  order: "once",
});
export const rmw = (
  operation: (Operation & { op: "rmw" })["operation"],
  register: number | null,
  location: number,
  operand: number,
  expected: number | null = null,
): Operation => ({
  op: "rmw",
  operation,
  register,
  address: at(location),
  operand: constant(operand),
  expected: expected === null ? null : constant(expected),
  order: "relaxed",
});
export const mb: Operation = { op: "fence", fence: "mb" };
export const lock = (location: number): Operation => ({ op: "lock", address: at(location) });
export const unlock = (location: number): Operation => ({ op: "unlock", address: at(location) });
/** Until the location has the value. */
export const wait = (register: number, location: number, value: number): Operation => ({
  op: "wait",
  register,
  address: at(location),
  condition: equal(register, value),
});
export const begin: Operation = { op: "section_begin" };
export const end: Operation = { op: "section_end" };
export const synchronize: Operation = { op: "synchronize" };

export const register = (cpu: number, register: number): Observed => ({ kind: "register", cpu, register });
export const location = (location: number): Observed => ({ kind: "location", location });

/** Locations x, y, z, ... begin as 0 or as given; registers as far as they are used. */
export function program(
  name: string,
  locations: number,
  cpus: Operation[][],
  observed: Observed[],
  more: { initial?: number[]; cycle?: Expression } = {},
): Program {
  return {
    name,
    locations: Array.from({ length: locations }, (_, n) => ({ name: "xyzwvu"[n]!, initial: more.initial?.[n] ?? 0 })),
    cpus: cpus.map((operations, n) => ({
      name: `P${n}`,
      registers: Array.from({ length: registersOf(operations) }, (_, r) => `r${r}`),
      instructions: operations.map(instruction),
    })),
    observed,
    cycle: more.cycle ?? null,
  };
}

function instruction(operation: Operation, n: number): Instruction {
  return { ...operation, source: { line: n + 1, column: 1, text: operation.op } };
}

function registersOf(operations: Operation[]): number {
  return Math.max(0, ...operations.map((one) => ("register" in one && one.register !== null ? one.register + 1 : 0)));
}
