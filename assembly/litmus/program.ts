// A litmus test in memory, as src/litmus/encode.ts writes it: CPUs, locations, instructions, and expressions in postfix.

export const CPUS_MAX: u32 = 6;
export const LOCATIONS_MAX: u32 = 32;
export const REGISTERS_MAX: u32 = 32;
export const INSTRUCTIONS_MAX: u32 = 128; // a CPU
/** Words that a program may take. */
export const PROGRAM_WORDS: u32 = 1 << 16;
/** Where the host writes it. */
export const PROGRAM: usize = 1 << 16;
export const PROGRAM_END: usize = PROGRAM + ((<usize>PROGRAM_WORDS) << 2);

/** A location's address as a value. */
export const ADDRESS_BASE: i32 = 0x40000000;
export const NONE: i32 = -1;

// Operations, as encode.ts numbers them.
export const LOAD: i32 = 0;
export const STORE: i32 = 1;
export const RMW: i32 = 2;
export const FENCE: i32 = 3;
export const SET: i32 = 4;
export const BRANCH: i32 = 5;
export const JUMP: i32 = 6;
export const LOCK: i32 = 7;
export const TRYLOCK: i32 = 8;
export const IS_LOCKED: i32 = 9;
export const UNLOCK: i32 = 10;
export const ASSUME: i32 = 11;
export const WAIT: i32 = 12;
export const SECTION_BEGIN: i32 = 13;
export const SECTION_END: i32 = 14;
export const SYNCHRONIZE: i32 = 15;

// Orders of loads and stores, of read-modify-writes; fences.
export const PLAIN: i32 = 0;
export const ONCE: i32 = 1;
/** Of a load; of a store: release. */
export const ACQUIRE_RELEASE: i32 = 2;
export const RMW_RELAXED: i32 = 0;
export const RMW_ACQUIRE: i32 = 1;
export const RMW_RELEASE: i32 = 2;
export const RMW_FULL: i32 = 3;
export const BARRIER: i32 = 0;
export const RMB: i32 = 1;
export const WMB: i32 = 2;
export const MB: i32 = 3;
export const BEFORE_ATOMIC: i32 = 4;
export const AFTER_ATOMIC: i32 = 5;
export const AFTER_SPINLOCK: i32 = 6;
export const AFTER_UNLOCK_LOCK: i32 = 7;

// What a read-modify-write does.
export const XCHG: i32 = 0;
export const ADD: i32 = 1;
export const SUB: i32 = 2;
export const AND: i32 = 3;
export const OR: i32 = 4;
export const XOR: i32 = 5;
export const ANDNOT: i32 = 6;
export const CMPXCHG: i32 = 7;
export const ADD_UNLESS: i32 = 8;

// Expressions.
const END: i32 = 0;
const CONSTANT: i32 = 1;
const REGISTER: i32 = 2;
const LOCATION: i32 = 3;
const UNARY: i32 = 4;
const BINARY: i32 = 8;

function word(index: u32): i32 {
  return load<i32>(PROGRAM + ((<usize>index) << 2));
}

export function cpuCount(): u32 {
  return word(0);
}
export function locationCount(): u32 {
  return word(1);
}
export function observedCount(): u32 {
  return word(2);
}
function instructionCount(): u32 {
  return word(3);
}
/** Offset of the expression of which a cycle is looked for, or NONE. */
export function cycle(): i32 {
  return word(5);
}

const HEAD: u32 = 6;

export function initial(location: u32): i32 {
  return word(HEAD + location);
}
function cpuRow(cpu: u32): u32 {
  return HEAD + locationCount() + cpu * 3;
}
export function firstInstruction(cpu: u32): u32 {
  return word(cpuRow(cpu));
}
/** How many instructions a CPU has. */
export function length(cpu: u32): u32 {
  return word(cpuRow(cpu) + 1);
}
export function registerCount(cpu: u32): u32 {
  return word(cpuRow(cpu) + 2);
}
function observedRow(n: u32): u32 {
  return cpuRow(cpuCount()) + n * 2;
}
/** Whose register is observed; NONE: a location is. */
export function observedCpu(n: u32): i32 {
  return word(observedRow(n));
}
export function observedIndex(n: u32): u32 {
  return word(observedRow(n) + 1);
}

/** Address of an instruction's row: of all CPUs' one after the other. */
function instructionRow(at: u32): usize {
  return PROGRAM + ((<usize>(observedRow(observedCount()) + at * 8)) << 2);
}
export function operation(at: u32): i32 {
  return load<i32>(instructionRow(at));
}
/** Order of an access, or which fence. */
export function order(at: u32): i32 {
  return load<i32>(instructionRow(at), 4);
}
/** Register that gets the value, or NONE. */
export function register(at: u32): i32 {
  return load<i32>(instructionRow(at), 8);
}
/** Expressions, by offset: NONE where there is none. */
export function address(at: u32): i32 {
  return load<i32>(instructionRow(at), 12);
}
/** What is stored, the operand, or the condition. */
export function value(at: u32): i32 {
  return load<i32>(instructionRow(at), 16);
}
export function expected(at: u32): i32 {
  return load<i32>(instructionRow(at), 20);
}
/** Instruction of the same CPU, counted from its first. */
export function target(at: u32): u32 {
  return load<i32>(instructionRow(at), 24);
}
export function rmwOperation(at: u32): i32 {
  return load<i32>(instructionRow(at), 28);
}

/** Address of an expression. */
export function expressionAt(offset: i32): usize {
  return instructionRow(instructionCount()) + ((<usize>offset) << 2);
}

// Operands of the expression under way.
const STACK: usize = PROGRAM_END;
export const STACK_END: usize = STACK + 1024;

/** Value of an expression over registers and locations, each i32 from these addresses on. */
export function evaluate(offset: i32, registers: usize, locations: usize): i32 {
  return evaluateAt(expressionAt(offset), registers, locations);
}

/** Of the expression at an address. */
export function evaluateAt(at: usize, registers: usize, locations: usize): i32 {
  let top = STACK;
  for (let code = load<i32>(at); code != END; code = load<i32>(at)) {
    if (code < UNARY) {
      at += 4;
      const number = load<i32>(at);
      store<i32>(top, operand(code, number, registers, locations));
      top += 4;
    } else if (code < BINARY) {
      store<i32>(top - 4, unary(code - UNARY, load<i32>(top - 4)));
    } else {
      top -= 4;
      store<i32>(top - 4, binary(code - BINARY, load<i32>(top - 4), load<i32>(top)));
    }
    at += 4;
  }
  return load<i32>(top - 4);
}

function operand(code: i32, number: i32, registers: usize, locations: usize): i32 {
  if (code == CONSTANT) return number;
  return load<i32>((code == REGISTER ? registers : locations) + ((<usize>number) << 2));
}

function unary(operator: i32, a: i32): i32 {
  if (operator == 0) return -a;
  return operator == 1 ? ~a : i32(a == 0);
}

function binary(operator: i32, a: i32, b: i32): i32 {
  switch (operator) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a & b;
    case 4:
      return a | b;
    case 5:
      return a ^ b;
    case 6:
      return a << b;
    case 7:
      return a >> b;
    case 8:
      return i32(a == b);
    case 9:
      return i32(a != b);
    case 10:
      return i32(a < b);
    case 11:
      return i32(a <= b);
    case 12:
      return i32(a > b);
    case 13:
      return i32(a >= b);
    case 14:
      return i32(a != 0 && b != 0);
    default:
      return i32(a != 0 || b != 0);
  }
}

/** Which registers an expression reads, bit by register. */
export function registersRead(offset: i32): u32 {
  let read: u32 = 0;
  let at = expressionAt(offset);
  for (let code = load<i32>(at); code != END; code = load<i32>(at)) {
    if (code == REGISTER) read |= (<u32>1) << load<i32>(at + 4);
    at += code < UNARY ? 8 : 4;
  }
  return read;
}

/** What a read-modify-write that finds `old` leaves behind. */
export function modified(operation: i32, old: i32, operand: i32): i32 {
  switch (operation) {
    case ADD:
    case ADD_UNLESS:
      return old + operand;
    case SUB:
      return old - operand;
    case AND:
      return old & operand;
    case OR:
      return old | operand;
    case XOR:
      return old ^ operand;
    case ANDNOT:
      return old & ~operand;
    default:
      return operand; // xchg, cmpxchg
  }
}

/** Does it store? Only cmpxchg and add_unless may not. */
export function succeeds(operation: i32, old: i32, expected: i32): bool {
  if (operation == CMPXCHG) return old == expected;
  return operation != ADD_UNLESS || old != expected;
}
