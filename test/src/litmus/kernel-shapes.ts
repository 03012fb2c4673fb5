// The classic shapes of litmus tests and their variants, with the verdict of the kernel's memory model on an outcome: as documented with
// tools/memory-model (litmus-tests/, Documentation/), or argued from its axioms by the comment above. A row: verdict, where else the outcome
// is possible (tso: on x86; sc: even there, and so on x86), name :: CPU | CPU => outcome, unless that is the one of the shape it is named after.

import type { Verdict } from "../../../src/litmus/condition.js";
import type { MemoryModel } from "../../../src/litmus/program.js";

export interface Shape {
  verdicts: Record<MemoryModel, Verdict>;
  name: string;
  cpus: string[];
  outcome: string;
}

const OUTCOMES: Record<string, string> = {
  MP: String.raw`1:ry=1 /\ 1:rx=0`,
  SB: String.raw`0:ry=0 /\ 1:rx=0`,
  LB: String.raw`0:rx=1 /\ 1:ry=1`,
  R: String.raw`y=2 /\ 1:rx=0`,
  S: String.raw`x=2 /\ 1:ry=1`,
  "2+2W": String.raw`x=1 /\ y=1`,
  WRC: String.raw`1:rx=1 /\ 2:ry=1 /\ 2:rx=0`,
  ISA2: String.raw`1:ry=1 /\ 2:rz=1 /\ 2:rx=0`,
  IRIW: String.raw`1:rx=1 /\ 1:ry=0 /\ 3:ry=1 /\ 3:rx=0`,
  "Z6.0": String.raw`1:ry=1 /\ z=2 /\ 2:rx=0`,
  "3.SB": String.raw`0:ry=0 /\ 1:rz=0 /\ 2:rx=0`,
  RWC: String.raw`1:rx=1 /\ 1:ry=0 /\ 2:rx=0`,
  "W+RWC": String.raw`1:ry=1 /\ 1:rz=0 /\ 2:rx=0`,
};

/** Statements by short names; registers are named after the locations that they are read from. */
const WORDS: Record<string, string> = {
  mb: "smp_mb();",
  rmb: "smp_rmb();",
  wmb: "smp_wmb();",
  before_atomic: "smp_mb__before_atomic();",
  after_atomic: "smp_mb__after_atomic();",
  after_spinlock: "smp_mb__after_spinlock();",
  after_unlock_lock: "smp_mb__after_unlock_lock();",
  lock: "spin_lock(s);",
  unlock: "spin_unlock(s);",
  begin: "preempt_off();",
  end: "preempt_on();",
  sync: "synchronize();",
};
for (const x of ["x", "y", "z"]) {
  WORDS[`W${x}`] = `WRITE_ONCE(*${x}, 1);`;
  WORDS[`W${x}2`] = `WRITE_ONCE(*${x}, 2);`;
  WORDS[`R${x}`] = `int r${x} = READ_ONCE(*${x});`;
  WORDS[`REL${x}`] = `smp_store_release(${x}, 1);`;
  WORDS[`ACQ${x}`] = `int r${x} = smp_load_acquire(${x});`;
}

const ROWS = String.raw`
# Coherence
Never         CoRR :: Wx | Rx int again = READ_ONCE(*x); => 1:rx=1 /\ 1:again=0
Never         CoRR of plain reads :: *x = 1; | int rx = *x; int again = *x; => 1:rx=1 /\ 1:again=0
Never         CoRW :: Rx Wx | Wx2 => x=2 /\ 0:rx=2
Never         CoWR :: Wx Rx | Wx2 => x=1 /\ 0:rx=2
Never         CoWW :: Wx Wx2 => x=1
Never         CoRR through two readers :: Wx | Wx2 | Rx int u = READ_ONCE(*x); | Rx int u = READ_ONCE(*x); => 2:rx=1 /\ 2:u=2 /\ 3:rx=2 /\ 3:u=1
# Message passing
Sometimes     MP :: Wx Wy | Ry Rx
Never         MP+wmb+rmb :: Wx wmb Wy | Ry rmb Rx
Sometimes     MP+wmb :: Wx wmb Wy | Ry Rx
Sometimes     MP+rmb :: Wx Wy | Ry rmb Rx
Sometimes     MP+rmb+wmb: each the wrong one :: Wx rmb Wy | Ry wmb Rx
Never         MP+mb+mb :: Wx mb Wy | Ry mb Rx
Never         MP+release+acquire :: Wx RELy | ACQy Rx
Sometimes     MP+release+once :: Wx RELy | Ry Rx
Sometimes     MP+once+acquire :: Wx Wy | ACQy Rx
Sometimes     MP+release first+acquire last :: RELx Wy | Ry ACQx
Never         MP+wmb+acquire :: Wx wmb Wy | ACQy Rx
Sometimes     MP+wmb+ctrl: reads may be speculated :: Wx wmb Wy | Ry if (ry) { int in = READ_ONCE(*x); WRITE_ONCE(*z, in + 1); } => 1:ry=1 /\ z=1
Never         MP+wmb+ctrl and rmb :: Wx wmb Wy | Ry if (ry) { rmb int in = READ_ONCE(*x); WRITE_ONCE(*z, in + 1); } => 1:ry=1 /\ z=1
Never         MP+release pointer+dereference :: Wx smp_store_release(p, x); | int *q = READ_ONCE(*p); int rx = READ_ONCE(*q); => 1:q=x /\ 1:rx=0
Sometimes     MP+once pointer+dereference :: Wx WRITE_ONCE(*p, x); | int *q = READ_ONCE(*p); int rx = READ_ONCE(*q); => 1:q=x /\ 1:rx=0
// The dependency goes on through a write and a read of the same CPU (dep ; rfi), and from there by acquire.
Never         MP+wmb+data, own read, acquire :: Wx wmb Wy | Ry WRITE_ONCE(*z, ry); int u = smp_load_acquire(z); Rx => 1:ry=1 /\ 1:rx=0 /\ 1:u=1
Sometimes     MP+wmb+data, own read, once :: Wx wmb Wy | Ry WRITE_ONCE(*z, ry); int u = READ_ONCE(*z); Rx => 1:ry=1 /\ 1:rx=0 /\ 1:u=1
Sometimes     MP+wmb+data, own read of a plain write, acquire :: Wx wmb Wy | Ry *z = ry; int u = smp_load_acquire(z); Rx => 1:ry=1 /\ 1:rx=0 /\ 1:u=1
Sometimes     MP of plain accesses :: *x = 1; *y = 1; | int ry = *y; int rx = *x;
// Plain accesses are in no happens-before of their own, but within the bounds of marked ones (plain-coherence).
Sometimes     MP of plain accesses+wmb+rmb :: *x = 1; wmb *y = 1; | int ry = *y; rmb int rx = *x;
Never         MP of plain data, released :: *x = 1; RELy | ACQy int rx = *x;
Never         MP of plain data+wmb+rmb :: *x = 1; wmb Wy | Ry rmb int rx = *x;
Sometimes     MP of plain data+wmb :: *x = 1; wmb Wy | Ry int rx = *x;
Sometimes sc  MP of plain data, released before :: RELy *x = 1; | ACQy int rx = *x;
Never         MP of plain data under a lock :: lock *x = 1; *y = 1; unlock | lock int ry = *y; int rx = *x; unlock
Never         LB of plain writes within acquire and release :: ACQx Wy | int ry = smp_load_acquire(y); *x = 1; => 0:rx=1 /\ 1:ry=1
// Neither rf is in happens-before, and nothing bounds the plain writes.
Sometimes     LB of plain writes behind acquires :: ACQx *y = 1; | ACQy *x = 1; => 0:rx=1 /\ 1:ry=1
Never         ISA2 of plain data :: *x = 1; wmb Wy | Ry RELz | ACQz int rx = *x; => 1:ry=1 /\ 2:rz=1 /\ 2:rx=0
Never         W+RWC of plain data+wmb+mb+mb :: *x = 1; wmb Wy | Ry mb Rz | Wz mb int rw = smp_load_acquire(w); int rx = *x; => 1:ry=1 /\ 1:rz=0 /\ 2:rx=0
Sometimes     W+RWC of plain data+wmb+rmb+mb :: *x = 1; wmb Wy | Ry rmb Rz | Wz mb int rw = smp_load_acquire(w); int rx = *x; => 1:ry=1 /\ 1:rz=0 /\ 2:rx=0
Never         S of a plain write, acquired :: *x = 2; RELy | ACQy *x = 1; => x=2 /\ 1:ry=1
# Store buffering
Sometimes tso SB :: Wx Ry | Wy Rx
Never         SB+mb+mb :: Wx mb Ry | Wy mb Rx
Sometimes tso SB+mb :: Wx mb Ry | Wy Rx
Sometimes tso SB+wmb+rmb :: Wx wmb Ry | Wy rmb Rx
Sometimes tso SB+release and acquire :: RELx ACQy | RELy ACQx
Sometimes tso SB+rfi :: Wx Rx Ry | Wy Ry Rx => 0:rx=1 /\ 0:ry=0 /\ 1:ry=1 /\ 1:rx=0
Sometimes tso SB+rfi and acquire :: Wx ACQx Ry | Wy ACQy Rx => 0:rx=1 /\ 0:ry=0 /\ 1:ry=1 /\ 1:rx=0
Never         SB of xchg() :: int u = xchg(x, 1); Ry | int u = xchg(y, 1); Rx
Sometimes     SB of xchg_relaxed() :: int u = xchg_relaxed(x, 1); Ry | int u = xchg_relaxed(y, 1); Rx
Sometimes     SB of xchg_acquire() :: int u = xchg_acquire(x, 1); Ry | int u = xchg_acquire(y, 1); Rx
Sometimes     SB of xchg_release() :: int u = xchg_release(x, 1); Ry | int u = xchg_release(y, 1); Rx
Never         SB+xchg() of another location between :: Wx int u = xchg(z, 1); Ry | Wy int u = xchg(w, 1); Rx
Sometimes     SB of atomic_inc() :: atomic_inc(x); Ry | atomic_inc(y); Rx
Never         SB of atomic_inc_return() :: int u = atomic_inc_return(x); Ry | int u = atomic_inc_return(y); Rx
Never         SB of atomic_inc()+after_atomic :: atomic_inc(x); after_atomic Ry | atomic_inc(y); after_atomic Rx
Never         SB+before_atomic and atomic_inc() between :: Wx before_atomic atomic_inc(z); Ry | Wy before_atomic atomic_inc(w); Rx
Sometimes tso SB+before_atomic without an atomic operation :: Wx before_atomic Ry | Wy before_atomic Rx
Sometimes tso SB+after_atomic without an atomic operation :: Wx after_atomic Ry | Wy after_atomic Rx
Never         SB+cmpxchg() that succeeds :: Wx int u = cmpxchg(z, 0, 1); Ry | Wy int u = cmpxchg(w, 0, 1); Rx
// On x86 a failed cmpxchg() is locked as any; a failed atomic_add_unless() only reads.
Sometimes     SB+cmpxchg() that fails :: Wx int u = cmpxchg(z, 1, 0); Ry | Wy int u = cmpxchg(w, 1, 0); Rx
Never         SB+cmpxchg() that fails+after_atomic :: Wx int u = cmpxchg(z, 1, 0); after_atomic Ry | Wy int u = cmpxchg(w, 1, 0); after_atomic Rx
Never         SB+atomic_add_unless() that adds :: Wx int u = atomic_add_unless(z, 1, 5); Ry | Wy int u = atomic_add_unless(w, 1, 5); Rx
Sometimes tso SB+atomic_add_unless() that does not :: Wx int u = atomic_add_unless(z, 1, 0); Ry | Wy int u = atomic_add_unless(w, 1, 0); Rx
Sometimes tso 3.SB :: Wx Ry | Wy Rz | Wz Rx
Never         3.SB+mb+mb+mb :: Wx mb Ry | Wy mb Rz | Wz mb Rx
Sometimes tso 3.SB+mb+mb :: Wx mb Ry | Wy mb Rz | Wz Rx
# Load buffering
Sometimes     LB :: Rx Wy | Ry Wx
Never         LB+mb+mb :: Rx mb Wy | Ry mb Wx
Never         LB+ctrl+mb :: Rx if (rx) { Wy } | Ry mb Wx
Never         LB+acquire+release :: ACQx Wy | Ry RELx
Never         LB+acquire+acquire :: ACQx Wy | ACQy Wx
Never         LB+release+release :: Rx RELy | Ry RELx
// No value comes out of thin air.
Never         LB+data+data :: Rx WRITE_ONCE(*y, rx); | Ry WRITE_ONCE(*x, ry);
Never         LB+data+mb :: Rx WRITE_ONCE(*y, rx); | Ry mb Wx
Never         LB+data+ctrl :: Rx WRITE_ONCE(*y, rx); | Ry if (ry) { Wx }
Sometimes     LB+data :: Rx WRITE_ONCE(*y, rx); | Ry Wx
Sometimes     LB+wmb+rmb :: Rx wmb Wy | Ry rmb Wx
// A control dependency ends with the if (Documentation/litmus-tests.txt, limitations).
Sometimes     LB+writes after the if :: Rx if (rx) { Wz } Wy | Ry mb Wx
Never         LB+addr :: int *q = READ_ONCE(*p); WRITE_ONCE(*q, 1); | Rx if (rx) { WRITE_ONCE(*p, x); } => 0:q=x /\ 1:rx=1
// A plain write may not be moved before what its address depends on, nor behind the write barrier.
Never         LB+addr of a plain write, wmb :: int *q = READ_ONCE(*p); *q = 1; wmb Wy | Ry mb WRITE_ONCE(*p, x); => 0:q=x /\ 1:ry=1
Sometimes     LB+addr of a plain write :: int *q = READ_ONCE(*p); *q = 1; Wy | Ry mb WRITE_ONCE(*p, x); => 0:q=x /\ 1:ry=1
// Plain accesses carry dependencies as registers do.
Never         LB+data through a plain variable :: Rx *z = rx; int copy = *z; WRITE_ONCE(*y, copy); | Ry mb Wx
Never         LB+overwritten read and wmb :: Rx Wx2 wmb Wy | ACQy Wx
Sometimes     LB+overwritten read :: Rx Wx2 Wy | ACQy Wx
# Writes last
Sometimes     S :: Wx2 Wy | Ry Wx
Never         S+wmb+acquire :: Wx2 wmb Wy | ACQy Wx
Never         S+wmb+data :: Wx2 wmb Wy | Ry WRITE_ONCE(*x, ry);
Never         S+wmb+ctrl :: Wx2 wmb Wy | Ry if (ry) { Wx }
Never         S+release+mb :: Wx2 RELy | Ry mb Wx
Sometimes     S+wmb+rmb :: Wx2 wmb Wy | Ry rmb Wx
Sometimes     S+acquire :: Wx2 Wy | ACQy Wx
Sometimes tso R :: Wx Wy | Wy2 Rx
Never         R+mb+mb :: Wx mb Wy | Wy2 mb Rx
// A write barrier orders how writes propagate, not against one that overwrites the later of them.
Sometimes     R+wmb+mb :: Wx wmb Wy | Wy2 mb Rx
Sometimes     R+release+mb :: Wx RELy | Wy2 mb Rx
Sometimes     2+2W :: Wx Wy2 | Wy Wx2
Never         2+2W+mb+mb :: Wx mb Wy2 | Wy mb Wx2
// As R+wmb+mb, twice.
Sometimes     2+2W+wmb+wmb :: Wx wmb Wy2 | Wy wmb Wx2
# Three and four CPUs
Sometimes     WRC :: Wx | Rx Wy | Ry Rx
Never         WRC+release+rmb :: Wx | Rx RELy | Ry rmb Rx
Never         WRC+release+acquire :: Wx | Rx RELy | ACQy Rx
Never         WRC+mb+rmb :: Wx | Rx mb Wy | Ry rmb Rx
// A dependency orders its own CPU, but not what that has seen of others.
Sometimes     WRC+data+rmb :: Wx | Rx WRITE_ONCE(*y, rx); | Ry rmb Rx
Sometimes     WRC+acquire+acquire :: Wx | ACQx Wy | ACQy Rx
Sometimes     WRC+release+once :: Wx | Rx RELy | Ry Rx
Sometimes     ISA2 :: Wx Wy | Ry Wz | Rz Rx
Never         ISA2+release+acquire release+acquire :: Wx RELy | ACQy RELz | ACQz Rx
Never         ISA2+mb+mb+mb :: Wx mb Wy | Ry mb Wz | Rz mb Rx
Never         ISA2+locks+mb :: lock Wx Wy unlock | lock Ry Wz unlock | Rz mb Rx
Sometimes     IRIW :: Wx | Rx Ry | Wy | Ry Rx
Never         IRIW+mb+mb :: Wx | Rx mb Ry | Wy | Ry mb Rx
Sometimes     IRIW+rmb+rmb: writes reach the readers in different orders :: Wx | Rx rmb Ry | Wy | Ry rmb Rx
Sometimes     IRIW+acquire+acquire :: Wx | ACQx Ry | Wy | ACQy Rx
Sometimes     Z6.0+pooncerelease+poacquirerelease+fencembonceonce :: Wx RELy | ACQy RELz | Wz2 mb Rx
Never         Z6.0+mb+mb+mb :: Wx mb Wy | Ry mb Wz | Wz2 mb Rx
Sometimes     Z6.0+pooncelock+pooncelock+pombonce :: lock Wx Wy unlock | lock Ry Wz unlock | Wz2 mb Rx
Never         Z6.0+pooncelock+poonceLock+pombonce :: lock Wx Wy unlock | lock after_spinlock Ry Wz unlock | Wz2 mb Rx
Sometimes tso RWC :: Wx | Rx Ry | Wy Rx
Never         RWC+mb+mb :: Wx | Rx mb Ry | Wy mb Rx
Sometimes     RWC+rmb+mb :: Wx | Rx rmb Ry | Wy mb Rx
Sometimes     W+RWC+release+acquire+mb :: Wx RELy | ACQy Rz | Wz mb Rx
Never         W+RWC+release+mb+mb :: Wx RELy | Ry mb Rz | Wz mb Rx
# Atomic operations
Never         atomic_inc() loses no count :: atomic_inc(x); | atomic_inc(x); | atomic_inc(x); => x=2
Sometimes sc  plain counting loses one :: int rx = *x; *x = rx + 1; | int rx = *x; *x = rx + 1; => x=1
Never         two xchg() take the same :: int u = xchg_relaxed(x, 1); | int u = xchg_relaxed(x, 1); => 0:u=0 /\ 1:u=0
Never         two cmpxchg() succeed :: int u = cmpxchg_relaxed(x, 0, 1); | int u = cmpxchg_relaxed(x, 0, 1); => 0:u=0 /\ 1:u=0
Never         MP+wmb+cmpxchg_acquire() that succeeds :: Wx wmb Wy | int ry = cmpxchg_acquire(y, 1, 2); Rx
Sometimes     MP+wmb+cmpxchg_acquire() that fails :: Wx wmb Wy | int ry = cmpxchg_acquire(y, 5, 2); Rx
Never         MP+xchg_release()+acquire :: Wx int u = xchg_release(y, 1); | ACQy Rx
Sometimes     MP+xchg_acquire()+acquire :: Wx int u = xchg_acquire(y, 1); | ACQy Rx
// The read of an operation that returns nothing is not among what smp_rmb() orders.
Sometimes     MP+wmb+atomic_inc() and rmb :: Wx wmb Wy | atomic_inc(y); rmb Rx => y=2 /\ 1:rx=0
Never         MP+wmb+atomic_inc_return_relaxed() and rmb :: Wx wmb Wy | int u = atomic_inc_return_relaxed(y); rmb Rx => y=2 /\ 1:rx=0
Never         a release reaches through a read-modify-write :: Wx RELy | atomic_inc(y); | ACQy Rx => 2:ry=2 /\ 2:rx=0
Sometimes     a release does not reach through a write :: Wx RELy | Wy2 | ACQy Rx => y=2 /\ 2:ry=2 /\ 2:rx=0
// What an addition stores depends on what it found, what an exchange stores does not.
Never         MP+wmb+atomic_fetch_add_relaxed(), its own sum acquired :: Wx wmb Wy | int ry = atomic_fetch_add_relaxed(1, y); int u = smp_load_acquire(y); Rx => 1:ry=1 /\ 1:u=2 /\ 1:rx=0
Sometimes     MP+wmb+xchg_relaxed(), its own value acquired :: Wx wmb Wy | int ry = xchg_relaxed(y, 2); int u = smp_load_acquire(y); Rx => 1:ry=1 /\ 1:u=2 /\ 1:rx=0
// Whether cmpxchg() stores depends on what it expects.
Never         LB+cmpxchg_relaxed() of an expected value that was read :: Rx int u = cmpxchg_relaxed(y, rx - 1, 1); | Ry mb Wx
Never         WRC+atomic_inc_return()+acquire :: Wx | Rx int u = atomic_inc_return(y); | ACQy Rx
Sometimes     WRC+atomic_inc_return_relaxed()+acquire :: Wx | Rx int u = atomic_inc_return_relaxed(y); | ACQy Rx
# Locks
Never         MP+locks :: lock Wx Wy unlock | lock Ry Rx unlock
Never         MP+locks around the first write and the last read :: lock Wx unlock RELy | ACQy lock Rx unlock
Sometimes     MP+lock on one side :: lock Wx Wy unlock | Ry rmb Rx
Never         MP+unlock lock+rmb :: lock Wx unlock lock Wy unlock | Ry rmb Rx
Never         MP+unlock, another lock+rmb :: lock Wx unlock spin_lock(t); Wy spin_unlock(t); | Ry rmb Rx
Sometimes     MP+write after unlock+rmb :: lock Wx unlock Wy | Ry rmb Rx
Never         LB+unlock lock+acquire :: lock Rx unlock lock Wy unlock | ACQy Wx
Never         SB in one lock :: lock Wx Ry unlock | lock Wy Rx unlock
Sometimes     SB+locks between :: Wx lock Ry unlock | Wy spin_lock(t); Rx spin_unlock(t);
Never         SB+locks between+after_spinlock :: Wx lock after_spinlock Ry unlock | Wy spin_lock(t); after_spinlock Rx spin_unlock(t);
Sometimes     SB+unlock lock+mb :: lock Wx unlock lock Ry unlock | Wy mb Rx
Never         SB+unlock lock+after_unlock_lock+mb :: lock Wx unlock lock after_unlock_lock Ry unlock | Wy mb Rx
// The fence after a hand-over orders what the CPU before did.
Never         SB+unlock+lock on another CPU+after_unlock_lock+mb :: lock Wx Wz unlock | lock after_unlock_lock Rz Ry unlock | Wy mb Rx => 1:rz=1 /\ 1:ry=0 /\ 2:rx=0
Sometimes     SB+unlock+lock on another CPU+mb :: lock Wx Wz unlock | lock Rz Ry unlock | Wy mb Rx => 1:rz=1 /\ 1:ry=0 /\ 2:rx=0
Never         two CPUs in one critical section :: int mine = spin_trylock(s); | int mine = spin_trylock(s); => 0:mine=1 /\ 1:mine=1
Never         MP+locks, taken by spin_trylock() :: lock Wx Wy unlock | int mine = spin_trylock(s); if (mine) { int a = READ_ONCE(*y); int b = READ_ONCE(*x); WRITE_ONCE(*z, a + 2 * b); unlock } => 1:mine=1 /\ z=1
Sometimes tso SB+spin_trylock() that fails :: Wx int mine = spin_trylock(s); Ry | Wy int mine = spin_trylock(s); Rx | lock => 0:ry=0 /\ 1:rx=0 /\ 0:mine=0 /\ 1:mine=0
Sometimes     MP+lock+acquire and spin_is_locked() :: lock Wx unlock | ACQx int a = spin_is_locked(s); int b = spin_is_locked(s); => 1:rx=1 /\ 1:a=0 /\ 1:b=1
Never         MP+lock and after_spinlock+acquire and spin_is_locked() :: lock after_spinlock Wx unlock | ACQx int a = spin_is_locked(s); int b = spin_is_locked(s); => 1:rx=1 /\ 1:a=0 /\ 1:b=1
# Grace periods
Never         a section sees what is before and what is after a grace period :: begin Ry Rx end | Wx sync Wy => 0:ry=1 /\ 0:rx=0
Never         the same in the other order :: begin Rx Ry end | Wx sync Wy => 0:rx=0 /\ 0:ry=1
Sometimes sc  two sections :: begin Rx end begin Ry end | Wx sync Wy => 0:rx=0 /\ 0:ry=1
Sometimes sc  no section :: Rx Ry | Wx sync Wy => 0:rx=0 /\ 0:ry=1
Sometimes sc  no grace period :: begin Rx Ry end | Wx mb Wy => 0:rx=0 /\ 0:ry=1
Never         SB+synchronize+mb: a grace period is a full barrier :: Wx sync Ry | Wy mb Rx
Never         LB of a section and a grace period :: begin Rx Wy end | Ry sync Wx
Sometimes     LB of two sections and a grace period :: begin Rx Wy end | begin Ry Wz end | Rz sync Wx => 0:rx=1 /\ 1:ry=1 /\ 2:rz=1
Never         LB of two sections and two grace periods :: begin Rx Wy end | begin Ry Wz end | Rz sync sync Wx => 0:rx=1 /\ 1:ry=1 /\ 2:rz=1
`;

export const SHAPES: Shape[] = ROWS.split("\n")
  .filter((line) => line !== "" && !/^(#|\/\/)/.test(line))
  .map(read);

function read(line: string): Shape {
  const [, lkmm, also, name, cpus, outcome] = /^(\w+) +(?:(tso|sc) +)?(.*?) :: (.*?)(?: => (.*))?$/.exec(line)!;
  const elsewhere = (...where: string[]) => (where.includes(also ?? "") ? (lkmm as Verdict) : "Never");
  return {
    verdicts: { sc: elsewhere("sc"), tso: elsewhere("sc", "tso"), lkmm: lkmm as Verdict },
    name: name!,
    cpus: cpus!.split(" | ").map((cpu) => cpu.replaceAll(/\b\w+\b/g, (word) => WORDS[word] ?? word)),
    outcome: outcome ?? outcomeOf(name!),
  };
}

/** Of the shape with the longest name that this one begins with. */
function outcomeOf(name: string): string {
  const shapes = Object.keys(OUTCOMES).filter((shape) => name.startsWith(shape));
  return OUTCOMES[shapes.sort((a, b) => b.length - a.length)[0]!]!;
}

/** A shape in the kernel's litmus format. */
export function text({ name, cpus, outcome }: Shape): string {
  const functions = cpus.map((body, i) => `P${i}()\n{\n\t${body.replaceAll("; ", ";\n\t")}\n}\n`);
  return `C ${name.replaceAll(/[^\w.+]/g, "-")}\n{ x=0; y=0; z=0; w=0; s=0; t=0; p=&z; }\n${functions.join("\n")}\nexists (${outcome})\n`;
}
