// A litmus test as the explorers take it: straight-line code with forward branches (loops only where states, not executions, are
// explored), integer registers, shared locations. The parser makes it, encode.ts writes it into a module's memory.

export const CPUS_MAX = 6;
/** Steps of a CPU on one path: memory accesses, barriers, waits. */
export const STEPS_MAX = 32;
export const INSTRUCTIONS_MAX = 128; // a CPU
export const REGISTERS_MAX = 32; // a CPU, those of the translation among them
export const LOCATIONS_MAX = 32;

/** What a location's address is as a value: this plus the location's number. */
export const ADDRESS_BASE = 0x40000000;

export const MEMORY_MODELS = ["sc", "tso", "lkmm"] as const;
export type MemoryModel = (typeof MEMORY_MODELS)[number];

export const BINARY_OPERATORS = [
  "+",
  "-",
  "*",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "&&",
  "||",
] as const;
export const UNARY_OPERATORS = ["-", "~", "!"] as const;

/** 32-bit arithmetic, wrapping; comparisons and logic give 0 or 1. */
export type Expression =
  | { kind: "constant"; value: number }
  | { kind: "register"; register: number }
  /** The value in memory: only in a program's `cycle`. */
  | { kind: "location"; location: number }
  | { kind: "unary"; operator: (typeof UNARY_OPERATORS)[number]; operand: Expression }
  | { kind: "binary"; operator: (typeof BINARY_OPERATORS)[number]; left: Expression; right: Expression };

export const RMW_OPERATIONS = ["xchg", "add", "sub", "and", "or", "xor", "andnot", "cmpxchg", "add_unless"] as const;
export const RMW_ORDERS = ["relaxed", "acquire", "release", "full"] as const;
export const FENCES = [
  "barrier",
  "rmb",
  "wmb",
  "mb",
  "before_atomic",
  "after_atomic",
  "after_spinlock",
  "after_unlock_lock",
] as const;

/** `address` gives ADDRESS_BASE + a location's number. `target` is the number of an instruction of the same CPU, or their count: the end. */
export type Operation =
  | { op: "load"; register: number; address: Expression; order: "plain" | "once" | "acquire" }
  | { op: "store"; address: Expression; value: Expression; order: "plain" | "once" | "release" }
  /**
   * `register` gets the old value, null: nobody asks (a void atomic). cmpxchg stores `operand` where it finds `expected`, add_unless
   * adds it where it does not. One that stores nothing orders nothing.
   */
  | {
      op: "rmw";
      operation: (typeof RMW_OPERATIONS)[number];
      register: number | null;
      address: Expression;
      operand: Expression;
      expected: Expression | null;
      order: (typeof RMW_ORDERS)[number];
    }
  | { op: "fence"; fence: (typeof FENCES)[number] }
  | { op: "set"; register: number; value: Expression }
  /** Goes on at `target` if the condition is 0. */
  | { op: "branch"; condition: Expression; target: number }
  | { op: "jump"; target: number }
  /** Waits until the lock is 0, makes it 1. */
  | { op: "lock"; address: Expression }
  /** register: 1 if the lock was 0 and now is taken, else 0. */
  | { op: "trylock"; register: number; address: Expression }
  | { op: "is_locked"; register: number; address: Expression }
  | { op: "unlock"; address: Expression }
  /** Paths on which the condition is 0 do not count. */
  | { op: "assume"; condition: Expression }
  /** Loads (as READ_ONCE does) until the condition, over `register` too, holds; where it never will, the CPU is blocked, and a final state says so. */
  | { op: "wait"; register: number; address: Expression; condition: Expression }
  /** Of a section, which synchronize waits for (preemption off, or whatever the test puts between). */
  | { op: "section_begin" }
  | { op: "section_end" }
  /** Waits for every section that another CPU is in; a grace period (under lkmm, its axiom). */
  | { op: "synchronize" };

export type Instruction = Operation & { source: Source };

/** Where in the text a step stands, and what stands there; lines and columns from 1. */
export interface Source {
  line: number;
  column: number;
  text: string;
}

export interface Cpu {
  name: string; // P0
  registers: string[]; // names; those of the translation begin with a dot
  instructions: Instruction[];
}

/** Something the final condition asks for. */
export type Observed = { kind: "register"; cpu: number; register: number } | { kind: "location"; location: number };

export interface Program {
  name: string;
  locations: { name: string; initial: number }[];
  cpus: Cpu[];
  observed: Observed[];
  /** Asked instead of final states: can all CPUs go on for ever while this holds (sc and tso only)? */
  cycle: Expression | null;
}

/** A final state: what is observed, in the program's order, and which CPUs are blocked (bit by CPU). */
export interface FinalState {
  values: number[];
  blocked: number;
  /** sc, tso: machine states that end so; lkmm: executions. */
  count: number;
}

export interface Exploration {
  /** sc, tso: states met; lkmm: candidate executions tried. */
  states: number;
  finals: FinalState[];
  /** With `cycle`: is there such a cycle? */
  cycles: boolean;
}

/** One step of a counterexample, in order. */
export interface WitnessStep {
  cpu: number;
  /** Number of the instruction. */
  instruction: number;
  /** `flush`: the step is when a store leaves the CPU's buffer. `late`: under lkmm, it takes effect after later ones of its CPU. */
  kind: "execute" | "flush" | "late";
  /** What was read, or for a store written; null for a step that does neither. */
  value: number | null;
  /** First step of a cycle, where the witness ends in one. */
  cycleStarts?: boolean;
}
