// The sequence counter of the rseq selftest (KF 6.3): the migrator moves the reader between two increments, and the reader
// compares the two places from which it can learn its CPU.

import type { Fragment } from "../fragments.js";
import type { BuiltinTest, Variant } from "./test.js";

const READERS = { "no read barriers": "", "read barriers": "smp_rmb();" };
const WEAK = { sc: "Never", tso: "Never", lkmm: "Sometimes" } as const;

function fragments(increment: string, beforeMove: string, afterMove: string, rmb: string): Fragment[] {
  return [
    { name: "increment", parameters: [], body: increment },
    { name: "before_move", parameters: [], body: beforeMove },
    { name: "after_move", parameters: [], body: afterMove },
    { name: "read_barrier", parameters: [], body: rmb },
  ];
}

function counter(
  name: string,
  what: string,
  writer: [string, string, string],
  expected: Record<keyof typeof READERS, Variant["expected"]>,
): BuiltinTest {
  const variants: Record<string, Variant> = {};
  for (const [reader, rmb] of Object.entries(READERS)) {
    variants[reader] = {
      fragments: fragments(...writer, rmb),
      expected: expected[reader as keyof typeof READERS],
      derived: "the source has the barriers, not the verdict",
    };
  }
  return {
    name,
    title: `with ${what}, an even and unchanged counter hides a move between the reader's two looks`,
    source: "KF 6.3",
    text: `C ${name}
{ atomic_t seq = 0; cpu=0; cpu_id=0; }
P0() {
  increment();
  before_move();
  WRITE_ONCE(*cpu, 1);
  WRITE_ONCE(*cpu_id, 1);
  after_move();
  increment();
}
P1() {
  int before = atomic_read(seq) & ~1;
  read_barrier();
  int c = READ_ONCE(*cpu);
  int r = READ_ONCE(*cpu_id);
  read_barrier();
  int after = atomic_read(seq);
  int bad = before == after && c != r;
}
exists (1:bad=1)`,
    fragments: [],
    variants,
  };
}

const RELAXED = "atomic_inc(seq);";
const ORDERED = "atomic_inc_return(seq);";

export const RSEQ_TESTS: BuiltinTest[] = [
  counter("R1", "relaxed increments", [RELAXED, "", ""], { "no read barriers": WEAK, "read barriers": WEAK }),
  counter("R2", "increments and write barriers", [RELAXED, "smp_wmb();", "smp_wmb();"], {
    "no read barriers": WEAK,
    "read barriers": "Never",
  }),
  counter("R3", "fully ordered increments", [ORDERED, "", ""], {
    "no read barriers": WEAK,
    "read barriers": "Never",
  }),
];
