import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unsupported } from "../../../src/litmus/condition.js";
import { LitmusError } from "../../../src/litmus/errors.js";
import { parse, TEXT_LENGTH_MAX } from "../../../src/litmus/parse.js";
import { listing } from "./listing.js";
import { refusal } from "./refusal.js";

const MP = `C MP+wmb+rmb

(*
 * Result: Never. Holds READ_ONCE(*x), { and "quotes.
 *)
"a description"
Orig=PodWW Rfe PodRR Fre

{
	int y = 0; // what follows
}

P0(int *x, int *y)
{
	WRITE_ONCE(*x, 1); /* the data */
	smp_wmb();
	WRITE_ONCE(*y, 1);
}

(* between functions, (* once more *)
P1(int *x, int *y)
{
	int r0;
	int r1;

	r0 = READ_ONCE(*y);
	smp_rmb();
	r1 = READ_ONCE(*x);
}

locations [x; [y];]
exists (1:r0=1 /\\ (* stale *) 1:r1=0)
`;

describe("a test of the kernel", () => {
  it("Always: comments, descriptions and all parts of the format are read", () => {
    const litmus = parse(MP);
    expect(litmus.name).toBe("MP+wmb+rmb");
    expect(litmus.quantifier).toBe("exists");
    expect(litmus.names).toEqual(["x", "y", "1:r0", "1:r1"]);
    expect(litmus.unsupported).toEqual([]);
    expect(litmus.expected).toBe("Never");
    expect(listing(litmus.programs[0]!)).toEqual([
      "P0 store once &x, 1",
      "P0 wmb",
      "P0 store once &y, 1",
      "P1 r0 = load once &y",
      "P1 rmb",
      "P1 r1 = load once &x",
    ]);
  });

  it.each([
    ["(* Result: Sometimes *)", "Sometimes"],
    ["(*\n * Result: Always, for a reason\n *)", "Always"],
    ["(* Result: DEADLOCK *)", null],
    ["(* The Result: Never *)", null],
    ["", null],
  ])("Always: %j expects %j", (comment, expected) => {
    expect(parse(`C t\n${comment}\n{}\nP0(int *x) {}\nexists (x=0)`).expected).toBe(expected);
  });

  it("Always: lines end as they like", () => {
    const unix = parse(MP);
    expect(parse(`\ufeff${MP.replaceAll("\n", "\r\n")}`).programs[0]!.cpus).toEqual(unix.programs[0]!.cpus);
  });

  it.each([
    ["x=1;", [["x", 1]]],
    [
      "int x = -2; int y;",
      [
        ["x", -2],
        ["y", 0],
      ],
    ],
    [
      "[x]=0x10; y=y;",
      [
        ["x", 16],
        ["y", 0x40000001],
      ],
    ],
    [
      "atomic_t v = ATOMIC_INIT(3); spinlock_t s",
      [
        ["v", 3],
        ["s", 0],
      ],
    ],
    [
      "p=&x; int *q = y; x=7",
      [
        ["p", 0x40000002],
        ["q", 0x40000003],
        ["x", 7],
        ["y", 0],
      ],
    ],
  ])("Always: { %s } says what is in memory at first", (init, expected) => {
    const names = expected.map(([name]) => `int *${name}`);
    const { locations } = parse(`C t\n{ ${init} }\nP0(${names}) { smp_mb(); }\nexists (true)`).programs[0]!;
    expect(locations.map(({ name, initial }) => [name, initial])).toEqual(expected);
  });

  it("Always: a register of the init block needs no declaration and may have one", () => {
    const { programs } = parse("C t\n{ 0:r1=2; 0:r2=&x; }\nP0(int *x) { int r1; *r2 = r1; }\nexists (0:r1=2)");
    expect(listing(programs[0]!)).toEqual(["r1 = 2", "r2 = &x", "store plain r2, r1"]);
  });

  it("Always: a function without parameters sees the locations of the init block", () => {
    expect(listing(parse("C t\n{ T=1; }\nvoid P0(void) { *T = 0; }\nexists (T=0)").programs[0]!)).toEqual([
      "store plain &T, 0",
    ]);
  });

  it("Always: cycle becomes an expression over locations, and asks lkmm in vain", () => {
    const litmus = parse("C t\n{ T=1; }\nP0() { loop { smp_mb(); } }\ncycle (T=1 /\\ ~(T=2 \\/ true))");
    const { cycle } = litmus.programs[0]!;
    expect(JSON.stringify(cycle)).toContain('"operator":"=="');
    expect(unsupported(litmus, "sc")).toBeNull();
    expect(unsupported(litmus, "lkmm")).toBe(
      "loop: expected sc or tso, lkmm asks about executions that end, line 3, column 8",
    );
  });
});

describe("RCU", () => {
  it.each([
    ["rcu_read_lock();", "rcu_read_lock", 12],
    ["synchronize_rcu();", "synchronize_rcu", 12],
    ["int r = rcu_dereference(*x);", "rcu_dereference", 20],
    ["call_rcu(x);", "call_rcu", 12],
    ["smp_mb__after_srcu_read_unlock();", "smp_mb__after_srcu_read_unlock", 12],
  ])("Never: %s is skipped or an error: the test is unsupported", (body, word, column) => {
    const litmus = parse(`C t\n{}\nP0(int *x) {${body}}\nexists (x=0)`);
    expect(litmus.programs).toEqual([]);
    expect(unsupported(litmus, "sc")).toBe(`RCU (${word}) is not modelled, line 3, column ${column + 1}`);
  });

  it("Never: SRCU's structure is taken for a location", () => {
    const litmus = parse("C t\n{}\nP0(struct srcu_struct *s) {}\nexists (true)");
    expect(unsupported(litmus, "lkmm")).toContain("RCU (srcu_struct) is not modelled, line 3");
  });
});

/** A test with this body of P0, which has x, v and s. */
const withBody = (body: string) => `C t\n{}\nP0(int *x, spinlock_t *s)\n{\n${body}\n}\nexists (x=0)`;
const withFinal = (final: string) => `C t\n{ x=0; }\nP0(int *x) { int r0; smp_mb(); }\n${final}`;

describe("errors say where, what was expected and what was meant", () => {
  it.each([
    ["", "1:1: expected C and the test's name, got the end of the text"],
    ["X86 SB\n{}", "1:1: expected C and the test's name, got X86"],
    ["C t\n(* no end", "2:1: expected {, a comment or quoted text, got (*"],
    ["C t\nnonsense {}", "2:1: expected {, a comment or quoted text, got nonsense"],
    ["C t\n{ x 1; }", "2:5: expected = after x, got 1"],
    ["C t\n{ int x[2]; }", "2:8: expected a plain location (arrays are not known), got ["],
    ["C t\n{ char x; }", "2:3: expected a type of 32 bits or more, got char; did you mean int?"],
    ["C t\n{ struct foo x; }", "2:10: expected int, atomic_t or spinlock_t, got struct foo: structures are not known"],
    ["C t\n{ x=1; x=2; }\nP0(int *x) {}\nexists (x=1)", "2:8: x has an initial value already"],
    ["C t\n{ 0:r=1; 0:r=2; }\nP0(int *x) {}\nexists (x=1)", "2:10: 0:r has an initial value already"],
    ["C t\n{ 1:r0=1; }\nP0(int *x) {}\nexists (x=1)", "2:3: there is no P1"],
    ["C t\n{}\nexists (x=1)", "3:1: expected P0(...) { ... }, got exists"],
    ["C t\n{}\nP1(int *x) {}\nexists (x=1)", "3:1: expected P0, got P1"],
    ["C t\n{}\nP0(int *x) {}\nP0(int *x) {}\nexists (x=1)", "4:1: expected P1, got P0"],
    ["C t\n{}\nP6(int *x) {}", "3:1: expected P0 to P5, got P6"],
    ["C t\n{}\np0(int *x) {}", "3:1: expected a function's name, as P0, got p0; did you mean P0?"],
    ["C t\n{}\nP0(int x) {}", "3:8: expected * before a parameter's name, got x"],
    ["C t\n{}\nP0(itn *x) {}", "3:4: expected a type, as int, got itn; did you mean int?"],
    ["C t\n{}\nP0(int *x, int *x) {}", "3:17: x is a parameter already"],
    ["C t\n{}\nP0(int *x) { smp_mb();", "3:23: expected an expression, got the end of the text"],
    [
      "C t\n{}\nP0(int *x) {} ",
      "3:15: expected a function, or the final clause: exists, ~exists, forall or cycle and a condition, got the end of the text",
    ],
    [
      "C t\n{}\nP0(int *x) {}\nexist (x=1)",
      "4:1: expected a function, or the final clause: exists, ~exists, forall or cycle and a condition, got exist; did you mean exists?",
    ],
  ])("Never: %j is taken", (text, message) => {
    expect(refusal(() => parse(text, { file: "a.litmus" }))).toBe(`a.litmus:${message}`);
  });

  it.each([
    [
      "smp_rmbb();",
      "5:1: expected a word of the litmus format, got smp_rmbb, which is not known; did you mean smp_rmb?",
    ],
    ["  foo_bar_baz(1);", "5:3: expected a word of the litmus format, got foo_bar_baz, which is not known"],
    [
      "while (1) {}",
      "5:1: expected a statement, got while, which is not known; did you mean loop { ... }, left by break?",
    ],
    [
      "for (;;) {}",
      "5:1: expected a statement, got for, which is not known; did you mean loop { ... }, left by break?",
    ],
    ["goto out;", "5:1: expected a statement, got goto, which is not known"],
    ["return 1;", "5:1: expected a statement, got return: it can only end a fragment, at its outermost level"],
    ["break;", "5:1: break stands in no loop"],
    ["r0 = 1;", "5:1: r0 is not declared"],
    ["int count; coutn = 1;", "5:12: coutn is not declared; did you mean count?"],
    ["int r = r;", "5:9: r is not declared"],
    ["int r; int r;", "5:12: r is declared already"],
    ["int r; if (r) { int r; }", "5:21: r is declared already"],
    ["int x;", "5:5: x is declared already"],
    ["int blocked;", "5:5: expected another name than blocked, which asks whether the CPU is blocked"],
    ["if (1) { int r; } r = 1;", "5:19: r is not declared"],
    ["if (1) int r;", "5:8: expected a statement or {, got int"],
    ["short r;", "5:1: expected a type of 32 bits or more, got short; did you mean int?"],
    ["int r[2];", "5:6: expected a plain variable (arrays are not known), got ["],
    ["x = 1;", "5:1: expected a variable, got x, a parameter or location; did you mean *x?"],
    ["1 = 2;", "5:1: expected a variable or * and a pointer before =, got 1"],
    ["*x == 1;", "5:1: expected an assignment or a call, got *x == 1, which does nothing"],
    ["*x = 1", "6:1: expected ; after the statement, got }"],
    ["*x = 1 / 2;", "5:8: expected ; after the statement, got /"],
    ["*x = ;", "5:6: expected an expression, got ;"],
    ["*x = 08;", "5:6: expected octal digits after 0, got 08"],
    ["*x = 1x;", "5:6: expected a number, got 1x"],
    ["*x = 4294967296;", "5:6: expected a number of 32 bits, got 4294967296"],
    ["*x = 0x40000001;", "5:6: expected a number that is not kept for addresses, got 0x40000001"],
    ["*5 = 1;", "5:2: expected a location, got the number 5"],
    ["*x = @;", '5:6: unexpected character "@"'],
    ["*x = 1; /* no end", "5:9: this comment has no end"],
    ["READ_ONCE(x);", "5:11: expected * and a pointer, got x; did you mean *x?"],
    ["READ_ONCE(1 + 2);", "5:11: expected * and a pointer, got 1 + 2"],
    ["WRITE_ONCE(*x);", "5:1: WRITE_ONCE takes 2 arguments, got 1"],
    ["*x = smp_mb();", "5:6: smp_mb() has no value"],
    ["*x = &x;", "5:7: expected & before *: a location's name is its address, a variable has none; did you mean x?"],
    ["atomic_try_cmpxchg(x, 1, 2);", "5:23: expected & and a variable, got 1"],
    ["spin_lock(s); *s = 1;", "5:16: s is both a lock and data"],
    ["wait_until(*x == 1);", "5:12: expected a condition over one READ_ONCE or atomic_read, got *x == 1"],
    ["wait_until(1);", "5:12: expected a condition over one READ_ONCE or atomic_read, got 1"],
    [
      "wait_until(READ_ONCE(*x) == READ_ONCE(*x));",
      "5:12: expected a condition over one READ_ONCE or atomic_read, got READ_ONCE(*x) == READ_ONCE(*x)",
    ],
    ["ipi(0);", "5:1: P0 has no handler: expected irq P0() { ... }"],
    ["ipi(*x);", "5:5: expected a CPU's number, got *x"],
    ["loop *x = 1;", "5:6: expected { after loop, got *"],
    [
      "loop { int r = 1; }",
      "5:1: a turn of this loop may take no step: expected an access or a barrier on every way round",
    ],
    [
      "loop { if (1) *x = 1; }",
      "5:1: a turn of this loop may take no step: expected an access or a barrier on every way round",
    ],
    ["x->y = 1;", "5:2: expected a plain variable (arrays and structures are not known), got ->"],
    ["smp_mb() }", "5:10: expected ; after the statement, got }"],
  ])("Never: %j is taken in a body", (body, message) => {
    expect(refusal(() => parse(withBody(body), { file: "a.litmus" }))).toBe(`a.litmus:${message}`);
  });

  it.each([
    ["exists (0:r1=1)", "4:9: P0 has no variable r1; did you mean r0?"],
    ["exists (1:r0=1)", "4:9: there is no P1"],
    ["exists (xx=1)", "4:9: there is no location xx; did you mean x?"],
    ["exists (x=yy)", "4:11: there is no location yy"],
    ["exists (x)", "4:10: expected = or != and a value, got )"],
    ["exists (x=1", "4:12: expected ) or /\\ or \\/, got the end of the text"],
    ["exists x=1 y", "4:12: expected the end of the text after the final clause, got y"],
    ["exists (1=x)", "4:9: expected a location or a register, as x or 0:r1, got 1"],
    ["exists (irq0:r=1)", "4:9: irq P0 has no variable r"],
    ["exists (foo:r=1)", "4:9: expected a CPU's number before :, got foo"],
    ["locations [x y]\nexists (x=1)", "4:14: expected ; or ] after a location, got y"],
    ["cycle (0:r0=1)", "4:8: expected a location: cycle asks about memory, not registers"],
    ["irq P1() {}\nexists (x=1)", "4:5: there is no P1 to interrupt"],
    ["irq P0() {}\nexists (x=1)", "4:5: no ipi(0) ever runs this handler"],
    ["nmi P0() { irq_off(); }\nexists (x=1)", "4:12: a handler runs with interrupts off"],
    ["nmi P0() {}\nnmi P0() {}\nexists (x=1)", "5:5: P0 has a handler of this kind already"],
    ["nmi P0() { loop { smp_mb(); } }\nexists (x=1)", "4:12: a test with handlers has no loops"],
  ])("Never: %j is taken at the end", (final, message) => {
    expect(refusal(() => parse(withFinal(final), { file: "a.litmus" }))).toBe(`a.litmus:${message}`);
  });
});

describe("bounds", () => {
  const repeat = (count: number, text: string) => text.repeat(count);

  it.each([
    ["32 steps", repeat(32, "*x = 1;"), "taken"],
    ["33 steps", repeat(33, "*x = 1;"), "3:1: P0 takes 33 steps on one path, expected at most 32"],
    ["32 steps on each of two ways", `if (1) {${repeat(32, "*x=1;")}} else {${repeat(32, "*x=1;")}}`, "taken"],
    ["129 instructions", `int r; ${repeat(129, "r = 1;")}`, "5:776: P0 has more than 128 instructions"],
    ["32 registers", repeat(32, "int r_; ").replace(/_/g, numbered()), "taken"],
    [
      "33 registers",
      repeat(33, "int r_; ").replace(/_/g, numbered()),
      "5:283: P0 needs more than 32 registers, intermediate results among them",
    ],
    ["a deep expression", `*x = ${repeat(60, "(")}1${repeat(60, ")")};`, "taken"],
    ["too deep an expression", `*x = ${repeat(70, "(")}1${repeat(70, ")")};`, "5:68: nested deeper than 64"],
    ["too long a chain", `*x = 1${repeat(70, "+1")};`, "5:6: nested deeper than 64"],
    ["too many signs", `*x = ${repeat(70, "!")}1;`, "5:67: nested deeper than 64"],
    ["too deep blocks", `${repeat(70, "{")}${repeat(70, "}")}`, "5:65: nested deeper than 64"],
  ])("Always: %s are judged", (_, body, message) => {
    expect(refusal(() => parse(withBody(body)))).toBe(message);
  });

  it("Never: more than 32 locations are taken", () => {
    const init = (count: number) => Array.from({ length: count }, (_, i) => `x${i}=0;`).join("");
    const text = (count: number) => `C t\n{${init(count)}}\nP0() {}\nexists (x0=0)`;
    expect(refusal(() => parse(text(32)))).toBe("taken");
    expect(refusal(() => parse(text(33)))).toBe("2:184: x32: more than 32 locations");
  });

  it("Never: a text longer than the bound is read", () => {
    expect(refusal(() => parse(MP.padEnd(TEXT_LENGTH_MAX)))).toBe("taken");
    expect(refusal(() => parse(MP.padEnd(TEXT_LENGTH_MAX + 1)))).toBe(
      `1:1: expected at most ${TEXT_LENGTH_MAX} characters, got ${TEXT_LENGTH_MAX + 1}`,
    );
  });

  it("Always: a condition may have many parts, but not nest deep", () => {
    const parts = Array.from({ length: 2000 }, () => "x=1").join(" \\/ ");
    expect(refusal(() => parse(withFinal(`exists (${parts})`)))).toBe("taken");
    expect(refusal(() => parse(withFinal(`cycle (${parts})`)))).toBe("taken");
    expect(refusal(() => parse(withFinal(`exists ${"(".repeat(70)}x=1`)))).toContain("nested deeper than 64");
    expect(refusal(() => parse(withFinal(`exists ${"~".repeat(70)}x=1`)))).toContain("nested deeper than 64");
  });

  it("Never: expressions outgrow the memory of the explorers", () => {
    const sum = `1${"+1".repeat(40)}`;
    const body = (count: number) => `int r;${`r=f(${sum});`.repeat(count)}`;
    const fragments = [{ name: "f", parameters: ["a"], body: `return a${`+(${sum})`.repeat(20)};` }];
    expect(refusal(() => parse(withBody(body(30)), { fragments }))).toContain("the test's expressions are too long");
  });
});

/** Replaces each match by the next number. */
function numbered(): () => string {
  let count = 0;
  return () => String(count++);
}

const PIECES =
  'C,t,{,},(,),[,],;,:,=,==,!=,/\\,\\/,~,&,*,+,-,!,&&,||,<<,(*,*),/*,*/,//,",\n,0,1,0x40000000,4294967295,x,y,r0,P0,P1,irq,nmi,int,atomic_t,spinlock_t,struct,if,else,loop,break,return,exists,forall,filter,locations,cycle,READ_ONCE,WRITE_ONCE,smp_mb,xchg,cmpxchg,atomic_inc,atomic_try_cmpxchg,spin_lock,wait_until,ipi,irq_off,sleep,wake,assume,f,rcu_read_lock'.split(
    ",",
  );

describe("hostile text", () => {
  const fragments = [{ name: "f", parameters: ["a"], body: "int r0 = xchg(a, 1); if (r0) f2(); return r0;" }];
  const judge = (text: string) => {
    try {
      parse(text, { fragments });
    } catch (error) {
      if (!(error instanceof LitmusError)) throw error;
      expect(error.problem.line).toBeGreaterThan(0);
      expect(error.problem.column).toBeGreaterThan(0);
    }
  };

  it("Never: any text crashes the reader", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), judge), { numRuns: 500 });
  });

  it("Never: words of the format in any order crash it", () => {
    const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 80 }).map((pieces) => pieces.join(" "));
    fc.assert(
      fc.property(soup, (text) => {
        judge(`C t\n${text}`);
        judge(withBody(text));
        judge(withFinal(text));
      }),
      { numRuns: 1000 },
    );
  });

  it("Never: a test with pieces lost, doubled or exchanged crashes it", () => {
    const edit = fc.tuple(fc.nat(MP.length), fc.nat(20), fc.constantFrom("", ...PIECES));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        judge(edits.reduce((text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length), MP));
      }),
      { numRuns: 1000 },
    );
  });

  it("Never: long nonsense crashes it", () => {
    for (const piece of ["{", "(", "(*", "x=1/\\", "~", "f(", "int r;", "if(1)", "-", "1+", "a,"])
      for (const wrap of [withBody, withFinal, (text: string) => `C t\n${text}`])
        judge(wrap(piece.repeat(Math.floor(30_000 / piece.length))));
  });
});
