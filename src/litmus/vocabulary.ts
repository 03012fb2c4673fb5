// The words that a test may call, and what each does: the kernel's (as its own memory model defines them, tools/memory-model/linux-kernel.def)
// and the livepatch ones on top. A value-returning fully ordered atomic is "full", a void one is relaxed and nobody asks for its value.

import { binary, type Code, constant, register } from "./code.js";
import type { Expression, Operation, RMW_OPERATIONS, RMW_ORDERS } from "./program.js";

type Rmw = (typeof RMW_OPERATIONS)[number];
type Order = (typeof RMW_ORDERS)[number];

/** `object`: what is written to or read, as *x; `pointer`: its address, as x; `variable`: &r of a local one; `lock`: a pointer to a lock. */
export type Argument = "object" | "pointer" | "lock" | "value" | "variable";

export interface Word {
  takes: Argument[];
  /** Emits the steps and returns the value, null if the word has none. `result` is the register that a read value goes to. */
  emit(code: Code, given: Expression[], result: () => number): Expression | null;
}

/** A word without a value: its operations. */
function act(takes: Argument[], operations: (...given: Expression[]) => Operation[]): Word {
  return {
    takes,
    emit(code, given) {
      for (const one of operations(...given)) code.emit(one);
      return null;
    },
  };
}

/** A word whose value is what one operation reads. */
function read(takes: Argument[], operation: (register: number, ...given: Expression[]) => Operation): Word {
  return {
    takes,
    emit(code, given, result) {
      const to = result();
      code.emit(operation(to, ...given));
      return register(to);
    },
  };
}

const fence = (name: Extract<Operation, { op: "fence" }>["fence"]) => act([], () => [{ op: "fence", fence: name }]);
const store = (takes: Argument[], order: "once" | "release") =>
  act(takes, (address, value) => [{ op: "store", address: address!, value: value!, order }]);
const load = (takes: Argument[], order: "once" | "acquire") =>
  read(takes, (to, address) => ({ op: "load", register: to, address: address!, order }));

function rmw(
  operation: Rmw,
  order: Order,
  to: number | null,
  address: Expression,
  operand: Expression,
  expected: Expression | null = null,
): Operation {
  return { op: "rmw", operation, register: to, address, operand, expected, order };
}

const ORDERS: [string, Order][] = [
  ["", "full"],
  ["_relaxed", "relaxed"],
  ["_acquire", "acquire"],
  ["_release", "release"],
];

const ONE = constant(1);
const ZERO = constant(0);
const mb: Operation = { op: "fence", fence: "mb" };

const ACCESSES: Record<string, Word> = {
  READ_ONCE: load(["object"], "once"),
  WRITE_ONCE: store(["object", "value"], "once"),
  smp_load_acquire: load(["pointer"], "acquire"),
  smp_store_release: store(["pointer", "value"], "release"),
  smp_store_mb: act(["object", "value"], (address, value) => [
    { op: "store", address: address!, value: value!, order: "once" },
    mb,
  ]),
  atomic_read: load(["pointer"], "once"),
  atomic_read_acquire: load(["pointer"], "acquire"),
  atomic_set: store(["pointer", "value"], "once"),
  atomic_set_release: store(["pointer", "value"], "release"),
};

const FENCES: Record<string, Word> = {
  barrier: fence("barrier"),
  smp_mb: fence("mb"),
  smp_rmb: fence("rmb"),
  smp_wmb: fence("wmb"),
  smp_mb__before_atomic: fence("before_atomic"),
  smp_mb__after_atomic: fence("after_atomic"),
  smp_mb__after_spinlock: fence("after_spinlock"),
  smp_mb__after_unlock_lock: fence("after_unlock_lock"),
};

const LOCKS: Record<string, Word> = {
  spin_lock: act(["lock"], (address) => [{ op: "lock", address: address! }]),
  spin_unlock: act(["lock"], (address) => [{ op: "unlock", address: address! }]),
  spin_trylock: read(["lock"], (to, address) => ({ op: "trylock", register: to, address: address! })),
  spin_is_locked: read(["lock"], (to, address) => ({ op: "is_locked", register: to, address: address! })),
};

function exchanges(suffix: string, order: Order): Record<string, Word> {
  const xchg = read(["pointer", "value"], (to, at, value) => rmw("xchg", order, to, at!, value!));
  const cmpxchg = read(["pointer", "value", "value"], (to, at, old, value) =>
    rmw("cmpxchg", order, to, at!, value!, old!),
  );
  const tryCmpxchg: Word = {
    takes: ["pointer", "variable", "value"],
    emit(code, [at, old, value], result) {
      const found = code.temporary();
      code.emit(rmw("cmpxchg", order, found, at!, value!, old!));
      const success = result();
      code.emit({ op: "set", register: success, value: binary("==", register(found), old!) });
      if (old!.kind === "register" && old!.register !== success)
        code.emit({ op: "set", register: old!.register, value: register(found) });
      return register(success);
    },
  };
  return {
    [`xchg${suffix}`]: xchg,
    [`atomic_xchg${suffix}`]: xchg,
    [`cmpxchg${suffix}`]: cmpxchg,
    [`atomic_cmpxchg${suffix}`]: cmpxchg,
    [`try_cmpxchg${suffix}`]: tryCmpxchg,
    [`atomic_try_cmpxchg${suffix}`]: tryCmpxchg,
  };
}

type Arithmetic = Extract<Rmw, "add" | "sub" | "and" | "or" | "xor" | "andnot">;

/** What is in memory after an atomic operation that found `old`. */
function modified(operation: Arithmetic, old: Expression, operand: Expression): Expression {
  if (operation === "andnot") return binary("&", old, { kind: "unary", operator: "~", operand });
  const operators = { add: "+", sub: "-", and: "&", or: "|", xor: "^" } as const;
  return binary(operators[operation], old, operand);
}

/** atomic_NAME(i, v) or, where the operand is 1, atomic_NAME(v), with its _return and fetch_ forms. */
function arithmetic(name: string, operation: Arithmetic, unit: boolean): Record<string, Word> {
  const takes: Argument[] = unit ? ["pointer"] : ["value", "pointer"];
  const operandOf = (given: Expression[]) => (unit ? ONE : given[0]!);
  const one = (order: Order, to: number | null, given: Expression[]) =>
    rmw(operation, order, to, given.at(-1)!, operandOf(given));
  const words: Record<string, Word> = { [`atomic_${name}`]: act(takes, (...given) => [one("relaxed", null, given)]) };
  for (const [suffix, order] of ORDERS) {
    const old = read(takes, (to, ...given) => one(order, to, given));
    words[`atomic_fetch_${name}${suffix}`] = old;
    if (operation === "add" || operation === "sub")
      words[`atomic_${name}_return${suffix}`] = after(old, (found, given) =>
        modified(operation, found, operandOf(given)),
      );
  }
  return words;
}

/** A word that gives something made of what another gives. */
function after(word: Word, value: (found: Expression, given: Expression[]) => Expression): Word {
  return {
    takes: word.takes,
    emit: (code, given) => value(word.emit(code, given, () => code.temporary())!, given),
  };
}

function arithmetics(): Record<string, Word> {
  return {
    ...arithmetic("add", "add", false),
    ...arithmetic("sub", "sub", false),
    ...arithmetic("inc", "add", true),
    ...arithmetic("dec", "sub", true),
    ...arithmetic("and", "and", false),
    ...arithmetic("or", "or", false),
    ...arithmetic("xor", "xor", false),
    ...arithmetic("andnot", "andnot", false),
  };
}

/** Atomics that tell something about what they find or leave. */
function tests(atomics: Record<string, Word>): Record<string, Word> {
  const isZero = (value: Expression) => binary("==", value, ZERO);
  const unless = read(["pointer", "value", "value"], (to, at, addend, limit) =>
    rmw("add_unless", "full", to, at!, addend!, limit!),
  );
  const words: Record<string, Word> = {
    atomic_sub_and_test: after(atomics.atomic_sub_return!, isZero),
    atomic_inc_and_test: after(atomics.atomic_inc_return!, isZero),
    atomic_dec_and_test: after(atomics.atomic_dec_return!, isZero),
    atomic_fetch_add_unless: unless,
    atomic_add_unless: after(unless, (found, given) => binary("!=", found, given[2]!)),
    atomic_inc_not_zero: after(
      read(["pointer"], (to, at) => rmw("add_unless", "full", to, at!, ONE, ZERO)),
      (found) => binary("!=", found, ZERO),
    ),
  };
  for (const [suffix] of ORDERS)
    words[`atomic_add_negative${suffix}`] = after(atomics[`atomic_add_return${suffix}`]!, (left) =>
      binary("<", left, ZERO),
    );
  return words;
}

/** What livepatch's own tests are told in. ipi, irq_off, irq_on and wait_until are the translator's: they ask for more than their arguments. */
const LIVEPATCH: Record<string, Word> = {
  test_and_clear: after(
    read(["pointer"], (to, at) => rmw("xchg", "full", to, at!, ZERO)),
    (old) => binary("!=", old, ZERO),
  ),
  preempt_off: act([], () => [{ op: "section_begin" }]),
  preempt_on: act([], () => [{ op: "section_end" }]),
  synchronize: act([], () => [{ op: "synchronize" }]),
  assume: act(["value"], (condition) => [{ op: "assume", condition: condition! }]),
  set_current_state: act(["pointer", "value"], (address, value) => [
    { op: "store", address: address!, value: value!, order: "once" },
    mb,
  ]),
  /** Blocks until the state is 0. */
  sleep: {
    takes: ["pointer"],
    emit(code, [address]) {
      const state = code.temporary();
      code.emit({ op: "wait", register: state, address: address!, condition: binary("==", register(state), ZERO) });
      return null;
    },
  },
  /** The full barrier of try_to_wake_up(), then the state is 0 unless it was. */
  wake: {
    takes: ["pointer"],
    emit(code, [address]) {
      const state = code.temporary();
      code.emit(mb);
      code.emit({ op: "load", register: state, address: address!, order: "once" });
      const awake = code.leave(register(state));
      code.emit({ op: "store", address: address!, value: ZERO, order: "once" });
      code.land(awake);
      return null;
    },
  },
  /** Bits into a context word that still is what is expected: 1, also if they were in it before (KF 5.2). */
  setwork: after(
    read(["pointer", "value", "value"], (to, at, from, bits) =>
      rmw("cmpxchg", "full", to, at!, binary("|", from!, bits!), from!),
    ),
    (found, [, from, bits]) => binary("||", binary("==", found, from!), binary("==", found, binary("|", from!, bits!))),
  ),
};

export const WORDS: ReadonlyMap<string, Word> = (() => {
  const atomics = arithmetics();
  const exchanged = ORDERS.map(([suffix, order]) => exchanges(suffix, order));
  const words = Object.assign({}, ACCESSES, FENCES, LOCKS, LIVEPATCH, atomics, tests(atomics), ...exchanged);
  return new Map(Object.entries(words as Record<string, Word>));
})();
