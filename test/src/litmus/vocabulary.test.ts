import { describe, expect, it } from "vitest";
import { parse } from "../../../src/litmus/parse.js";
import { listing } from "./listing.js";

/** What P0 does for some statements, with x, v, s and p shared, r and q its own. */
function steps(body: string): string[] {
  const parameters = "int *x, atomic_t *v, spinlock_t *s, int **p";
  const text = `C t\n{}\nP0(${parameters}) { int r; int *q;\n${body}\n}\nexists (x=0)`;
  return listing(parse(text).programs[0]!);
}

describe("the kernel's words", () => {
  it.each([
    ["r = READ_ONCE(*x);", ["r = load once &x"]],
    ["WRITE_ONCE(*x, 1);", ["store once &x, 1"]],
    ["r = smp_load_acquire(x);", ["r = load acquire &x"]],
    ["smp_store_release(x, 1);", ["store release &x, 1"]],
    ["smp_store_mb(*x, 1);", ["store once &x, 1", "mb"]],
    ["smp_mb(); smp_rmb(); smp_wmb(); barrier();", ["mb", "rmb", "wmb", "barrier"]],
    ["smp_mb__before_atomic(); smp_mb__after_atomic();", ["before_atomic", "after_atomic"]],
    ["smp_mb__after_spinlock(); smp_mb__after_unlock_lock();", ["after_spinlock", "after_unlock_lock"]],
    ["spin_lock(s); spin_unlock(s);", ["lock &s", "unlock &s"]],
    ["r = spin_trylock(s);", ["r = trylock &s"]],
    ["r = spin_is_locked(s);", ["r = is_locked &s"]],
    ["r = atomic_read(v);", ["r = load once &v"]],
    ["r = atomic_read_acquire(v);", ["r = load acquire &v"]],
    ["atomic_set(v, 2);", ["store once &v, 2"]],
    ["atomic_set_release(v, 2);", ["store release &v, 2"]],
  ])("Always: %s", (body, expected) => {
    expect(steps(body)).toEqual(expected);
  });

  it.each([
    ["", "full"],
    ["_relaxed", "relaxed"],
    ["_acquire", "acquire"],
    ["_release", "release"],
  ])("Always: an atomic that gives a value and ends in %j is %s", (suffix, order) => {
    expect(steps(`r = xchg${suffix}(x, 1);`)).toEqual([`r = xchg ${order} &x, 1`]);
    expect(steps(`r = atomic_xchg${suffix}(v, 1);`)).toEqual([`r = xchg ${order} &v, 1`]);
    expect(steps(`r = cmpxchg${suffix}(x, 1, 2);`)).toEqual([`r = cmpxchg ${order} &x, 1, 2`]);
    expect(steps(`r = atomic_cmpxchg${suffix}(v, 1, 2);`)).toEqual([`r = cmpxchg ${order} &v, 1, 2`]);
    expect(steps(`r = atomic_fetch_inc${suffix}(v);`)).toEqual([`r = add ${order} &v, 1`]);
    expect(steps(`r = atomic_dec_return${suffix}(v);`)).toEqual([`.0 = sub ${order} &v, 1`, "r = (.0 - 1)"]);
    expect(steps(`r = atomic_add_negative${suffix}(2, v);`)).toEqual([`.0 = add ${order} &v, 2`, "r = ((.0 + 2) < 0)"]);
  });

  it.each(["add", "sub", "and", "or", "xor", "andnot"])(
    "Always: a void atomic_%s is relaxed, its value nobody's",
    (name) => {
      expect(steps(`atomic_${name}(2, v);`)).toEqual([`${name} relaxed &v, 2`]);
      expect(steps(`r = atomic_fetch_${name}(2, v);`)).toEqual([`r = ${name} full &v, 2`]);
    },
  );

  it("Always: a value-returning atomic stays one where its value is ignored", () => {
    expect(steps("atomic_fetch_add(1, v);")).toEqual([".0 = add full &v, 1"]);
    expect(steps("(void)atomic_add_unless(v, 1, 0);")).toEqual([".0 = add_unless full &v, 0, 1"]);
  });

  it.each([
    ["atomic_inc(v); atomic_dec(v);", ["add relaxed &v, 1", "sub relaxed &v, 1"]],
    ["r = atomic_sub_and_test(2, v);", [".0 = sub full &v, 2", "r = ((.0 - 2) == 0)"]],
    ["r = atomic_inc_and_test(v);", [".0 = add full &v, 1", "r = ((.0 + 1) == 0)"]],
    ["r = atomic_dec_and_test(v);", [".0 = sub full &v, 1", "r = ((.0 - 1) == 0)"]],
    ["r = atomic_add_unless(v, 3, 7);", [".0 = add_unless full &v, 7, 3", "r = (.0 != 7)"]],
    ["r = atomic_fetch_add_unless(v, 3, 7);", ["r = add_unless full &v, 7, 3"]],
    ["r = atomic_inc_not_zero(v);", [".0 = add_unless full &v, 0, 1", "r = (.0 != 0)"]],
  ])("Always: %s", (body, expected) => {
    expect(steps(body)).toEqual(expected);
  });

  it("Always: try_cmpxchg tells success, and leaves what it found in the variable", () => {
    expect(steps("int old = 1; r = atomic_try_cmpxchg(v, &old, 2);")).toEqual([
      "old = 1",
      ".0 = cmpxchg full &v, old, 2",
      "r = (.0 == old)",
      "old = .0",
    ]);
  });

  it.each([
    ["READ_ONCE(**p);", [".0 = load plain &p", ".1 = load once .0"]],
    ["q = READ_ONCE(*p); r = READ_ONCE(*q);", ["q = load once &p", "r = load once q"]],
    ["WRITE_ONCE(*p, x);", ["store once &p, &x"]],
    ["smp_store_release(&*p, x);", ["store release &p, &x"]],
  ])("Always: %s follows the pointer", (body, expected) => {
    expect(steps(body)).toEqual(expected);
  });
});

describe("the livepatch words", () => {
  it.each([
    ["r = test_and_clear(x);", [".0 = xchg full &x, 0", "r = (.0 != 0)"]],
    ["preempt_off(); preempt_on(); synchronize();", ["section_begin", "section_end", "synchronize"]],
    ["assume(READ_ONCE(*x) == 1);", [".0 = load once &x", "assume (.0 == 1)"]],
    ["wait_until(READ_ONCE(*x) == 1);", [".0 = wait &x until (.0 == 1)"]],
    ["r = wait_until(r != atomic_read(v));", [".0 = wait &v until (r != .0)", "r = .0"]],
    ["sleep(x);", [".0 = wait &x until (.0 == 0)"]],
    ["wake(x);", ["mb", ".0 = load once &x", "unless .0 goto 4", "store once &x, 0"]],
    ["set_current_state(x, 1);", ["store once &x, 1", "mb"]],
    ["r = setwork(x, 4, 1);", [".0 = cmpxchg full &x, 4, (4 | 1)", "r = ((.0 == 4) || (.0 == (4 | 1)))"]],
    ["irq_off(); irq_on();", []],
  ])("Always: %s", (body, expected) => {
    expect(steps(body)).toEqual(expected);
  });

  it("Always: a loop goes round until it breaks", () => {
    expect(steps("loop { r = READ_ONCE(*x); if (r) break; smp_mb(); }")).toEqual([
      "r = load once &x",
      "unless r goto 3",
      "goto 5",
      "mb",
      "goto 0",
    ]);
  });
});
