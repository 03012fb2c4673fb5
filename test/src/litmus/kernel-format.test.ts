import { describe, expect, it } from "vitest";
import { unsupported, verdict } from "../../../src/litmus/condition.js";
import { explore } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { parse } from "../../../src/litmus/parse.js";

/** Double-checked initialisation: who finds it done reads the data. */
const INITIALISE = `
{
	int found;
	int seen;
	int value;

	found = READ_ONCE(*done);
	if (!found) {
		spin_lock(guard);
		seen = READ_ONCE(*done);
		if (seen == 0) {
			WRITE_ONCE(*answer, 42);
			WRITE_ONCE(*done, 1);
		}
		spin_unlock(guard);
	}
	value = READ_ONCE(*answer);
}
`;

// Tests in all the forms in which people write them, each with the result that follows from the documentation of the kernel's model.
const TESTS: Record<string, string> = {
  "a lock that was seen open, after a store made under it with smp_mb__after_spinlock, is not seen shut": `C lock-seen-twice
(* Result: Never *)
{}
P0(spinlock_t *gate, int *flag) { spin_lock(gate); smp_mb__after_spinlock(); WRITE_ONCE(*flag, 1); spin_unlock(gate); }
P1(spinlock_t *gate, int *flag)
{
	int set = smp_load_acquire(flag);
	int first = spin_is_locked(gate), second = spin_is_locked(gate);
}
exists (1:set=1 /\\ 1:first=0 /\\ 1:second=1)`,
  "two critical sections in turn are ordered for a third CPU by smp_mb__after_spinlock": `C three-cpus-ordered
(* Result: Never *)
{}
P0(int *a, int *b, spinlock_t *l) { spin_lock(l); WRITE_ONCE(*a, 1); WRITE_ONCE(*b, 1); spin_unlock(l); }
P1(int *b, int *c, spinlock_t *l)
{ int rb; spin_lock(l); smp_mb__after_spinlock(); rb = READ_ONCE(*b); WRITE_ONCE(*c, 1); spin_unlock(l); }
P2(int *a, int *c) { int ra; WRITE_ONCE(*c, 2); smp_mb(); ra = READ_ONCE(*a); }
exists (1:rb=1 /\\ c=2 /\\ 2:ra=0)`,
  "without it they are not": `C three-cpus
(* Result: Sometimes *)
{}
P0(int *a, int *b, spinlock_t *l) { spin_lock(l); WRITE_ONCE(*a, 1); WRITE_ONCE(*b, 1); spin_unlock(l); }
P1(int *b, int *c, spinlock_t *l) { int rb; spin_lock(l); rb = READ_ONCE(*b); WRITE_ONCE(*c, 1); spin_unlock(l); }
P2(int *a, int *c) { int ra; WRITE_ONCE(*c, 2); smp_mb(); ra = READ_ONCE(*a); }
exists (1:rb=1 /\\ c=2 /\\ 2:ra=0)`,
  "atomic_set does not fall between the parts of atomic_add_unless": `C atomicity
// Result: see below
(* Result: Never *)
{ atomic_t count = ATOMIC_INIT(7); }
P0(atomic_t *count) { atomic_set(count, 0); }
P1(atomic_t *count) { (void)atomic_add_unless(count, 3, 0); }
exists
(count=10)`,
  "a void atomic with smp_mb__after_atomic is stronger than acquire": `C inc-and-barrier
(* Result: Never *)
{}
P0(int *late, atomic_t *n) { atomic_inc(n); smp_mb__after_atomic(); WRITE_ONCE(*late, 1); }
P1(int *late, atomic_t *n) { int l; int r; l = READ_ONCE(*late); smp_rmb(); r = atomic_read(n); }
exists (1:l=1 /\\ 1:r=0)`,
  "a cmpxchg that fails orders nothing": `C failures
(* Result: Sometimes *)
{ w=9; }
P0(int *x, int *y, int *w) { int f; int r; WRITE_ONCE(*x, 1); f = cmpxchg(w, 1, 2); r = READ_ONCE(*y); }
P1(int *x, int *y, int *w) { int f; int r; WRITE_ONCE(*y, 1); f = cmpxchg(w, 1, 2); r = READ_ONCE(*x); }
locations[0:f;1:f]
exists (0:r=0 /\\ 1:r=0)`,
  "with smp_mb__after_atomic one that fails is a full barrier": `C failures+after_atomic
(* Result: Never *)
{ w=9; }
P0(int *x, int *y, int *w)
{ int f; int r; WRITE_ONCE(*x, 1); f = cmpxchg(w, 1, 2); smp_mb__after_atomic(); r = READ_ONCE(*y); }
P1(int *x, int *y, int *w)
{ int f; int r; WRITE_ONCE(*y, 1); f = cmpxchg(w, 1, 2); smp_mb__after_atomic(); r = READ_ONCE(*x); }
exists (0:r=0 /\\ 1:r=0)`,
  "what is initialised under a lock but looked for outside needs more than READ_ONCE": `C double-check
(* Result: Sometimes *)
{
	int done;
	int answer;
}
P0(int *done, int *answer, spinlock_t *guard)${INITIALISE}
P1(int *done, int *answer, spinlock_t *guard)${INITIALISE}
locations [done;answer;0:found;1:found]
exists (0:value=0 \\/ 1:value=0)`,
  "with release and acquire it is seen whole": `C double-check+release+acquire
(* Result: Never *)
{ int done; int answer; }
P0(int *done, int *answer, spinlock_t *guard)${ordered(INITIALISE)}
P1(int *done, int *answer, spinlock_t *guard)${ordered(INITIALISE)}
exists (0:value=0 \\/ 1:value=0)`,
  "who follows a pointer that was published by release sees what it points to": `C publish
(* Result: Never *)
{
	int *current = old;
	new=0;
}
P0(int *new, int **current) { WRITE_ONCE(*new, 5); smp_store_release(current, new); }
P1(int **current) { int *it; int value; it = READ_ONCE(*current); value = READ_ONCE(*it); }
exists (1:it=new /\\ 1:value=0)`,
  "a dependency goes on through plain accesses": `C circle
(* Result: Never *)
{}
P0(int *in, int *out, int *copy) { *copy = READ_ONCE(*in); if (*copy) WRITE_ONCE(*out, 1); }
P1(int *in, int *out) { int r = smp_load_acquire(out); smp_store_release(in, r); }
exists (in=1 /\\ out=1)`,
  "what was seen to change before the lock was taken is not done after it was left": `C inside
(* Result: Never *)
{ int told; atomic_t turn; }
P0(int *told, atomic_t *turn, spinlock_t *l)
{ int mine; spin_lock(l); mine = atomic_inc_return(turn); WRITE_ONCE(*told, 1); spin_unlock(l); }
P1(int *told, atomic_t *turn, spinlock_t *l)
{ int before = READ_ONCE(*told); int after = READ_ONCE(*told); int mine;
  spin_lock(l); mine = atomic_inc_return(turn); spin_unlock(l); }
locations [told; 0:mine;]
filter (1:before=0 /\\ 1:after=1)
exists (1:mine=1)`,
};

function ordered(body: string): string {
  return body
    .replace("found = READ_ONCE(*done)", "found = smp_load_acquire(done)")
    .replace("WRITE_ONCE(*done, 1)", "smp_store_release(done, 1)");
}

const module = await compileLitmus();

describe("tests as they are written for the kernel's model", () => {
  it.each(Object.entries(TESTS))("Always: %s", (_, text) => {
    const litmus = parse(text);
    const explorations = litmus.programs.map((program) => explore(module, program, "lkmm"));
    expect(verdict(litmus, explorations)).toBe(litmus.expected);
  });

  it("Never: a test of RCU has a verdict", () => {
    const text = "C RCU\n{}\nP0(int *x) { rcu_read_lock(); WRITE_ONCE(*x, 1); rcu_read_unlock(); }\nexists (x=1)";
    expect(unsupported(parse(text), "lkmm")).toContain("RCU (rcu_read_lock)");
  });
});
