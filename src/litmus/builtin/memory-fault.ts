// Memory-fault exits (KF 7.2, S1 to S5): who writes E (exit_reason) and D (the fault that the union is about), and what user space makes of
// them. The fragments are made of the same records that the memory-fault experiment runs. docs/memory-fault.md explains the additions to KF's five.

import { FAULT_SITES, type FaultMechanisms } from "../../scenario/memory-fault-model.js";
import { faultMechanisms } from "../../scenario/memory-fault-variants.js";
import type { Verdict } from "../condition.js";
import type { Fragment } from "../fragments.js";
import type { BuiltinTest, Variant } from "./test.js";

// E: KVM_EXIT_UNKNOWN, KVM_EXIT_MMIO, KVM_EXIT_MEMORY_FAULT; r: 0 or -EFAULT.
const UNKNOWN = 0;
const MMIO = 6;
const MEMORY_FAULT = 39;
const EFAULT = -14;

const ANY_SITE = (1 << FAULT_SITES.length) - 1;
const NO_SITE = 0;
const site = (name: (typeof FAULT_SITES)[number]) => 1 << FAULT_SITES.indexOf(name);

/** How a variant begins KVM_RUN, fills, returns a fault, and what it promises user space. */
function fragmentsOf({ sites, fillsDropped, returns, guards, reset }: FaultMechanisms): Fragment[] {
  const mask = sites.reduce((bits, name) => bits | site(name), 0);
  const allowed = [
    `(${mask} & site)`,
    ...(fillsDropped ? [] : ["returned"]),
    ...(guards.includes("loaded") ? ["loaded"] : []),
    ...(guards.includes("unknown") ? [`reason == ${UNKNOWN}`] : []),
  ];
  const look = guards.includes("unknown") ? "int reason = READ_ONCE(*E);" : "";
  const filled = returns === "zero" ? 0 : EFAULT;
  return [
    { name: "kvm_run", parameters: [], body: reset ? `WRITE_ONCE(*E, ${UNKNOWN});` : "" },
    {
      name: "fill",
      parameters: ["site", "fault", "loaded", "returned"],
      body: `int filled = 0;
        ${look}
        if (${allowed.join(" && ")}) { WRITE_ONCE(*E, ${MEMORY_FAULT}); WRITE_ONCE(*D, fault); filled = 1; }
        return filled;`,
    },
    {
      name: "fault_return",
      parameters: ["site", "fault"],
      body: `int filled = fill(site, fault, 1, 1);
        int r = ${EFAULT};
        if (filled) r = ${filled};
        return r;`,
    },
    {
      name: "told",
      parameters: ["r"],
      body: `int e = READ_ONCE(*E);
        return r == ${filled} && e == ${MEMORY_FAULT};`,
    },
  ];
}

/** Verdicts by variant, with the argument where KF 7.2 does not list the pair. `+name`: the variant changed. */
type Verdicts = Record<string, Verdict | [Verdict, string]>;

const CHANGED: Record<string, FaultMechanisms> = {
  "H5, no reset": { ...faultMechanisms("H5"), reset: false },
  "H6, no reset": { ...faultMechanisms("H6"), reset: false },
};

function variants(verdicts: Verdicts, more: Fragment[] = []): Record<string, Variant> {
  const made: Record<string, Variant> = {};
  for (const [name, verdict] of Object.entries(verdicts)) {
    const fragments = [...fragmentsOf(CHANGED[name] ?? faultMechanisms(name)), ...more];
    made[name] = Array.isArray(verdict)
      ? { fragments, expected: verdict[0], derived: verdict[1] }
      : { fragments, expected: verdict };
  }
  return made;
}

function test(name: string, title: string, text: string, verdicts: Verdicts): BuiltinTest {
  const source = `KF 7.2 ${name.slice(0, 2)}`;
  return { name, title, source, text: `C ${name}\n${text}`, fragments: [], variants: variants(verdicts) };
}

const NO_FILL = "nothing fills, so E is never a memory fault";
const BARE_IS_BARE = "a memory fault comes with r = 0, so an unannotated -EFAULT is read as such";
const UNGUARDED = "nothing guards the fill";
const RETURNED_ONLY = "a failure that is dropped does not fill";
const SAME_RUN = "the reset comes only with the next KVM_RUN";
const NOT_LOADED = "the failing thread has not loaded the vCPU";

// P1 takes pages away (post-copy, or a conversion) while the vCPU runs on P0: whether a fault fails is open.

/** `first` and `second`: what becomes of the faults at page 1 and page 2. */
const twoFaults = (first: string, second: string) => `{ E=0; D=0; X=0; Y=0; }
P0() {
  int stale = 0;
  kvm_run();
  int x = READ_ONCE(*X);
  if (x) { ${first} }
  int y = READ_ONCE(*Y);
  if (y) {
    int r = ${second};
    int is_told = told(r);
    int about = READ_ONCE(*D);
    stale = is_told && about != 2;
  }
}
P1() {
  WRITE_ONCE(*X, 1);
  WRITE_ONCE(*Y, 1);
}
exists (0:stale=1)`;

const RETURNED = `int sent = fault_return(${ANY_SITE}, 1); int resolves = told(sent); assume(resolves); kvm_run();`;
const DROPPED = `fill(${ANY_SITE}, 1, 1, 0);`;

const STALE: BuiltinTest[] = [
  test(
    "S1",
    "after an exit for page 1, an unannotated fault at page 2 is taken for one at page 1, which is resolved again",
    twoFaults(RETURNED, `fault_return(${NO_SITE}, 2)`),
    {
      H1: ["Sometimes", "as H2: nothing resets E"],
      H2: "Sometimes",
      H2b: ["Never", BARE_IS_BARE],
      H3: "Sometimes",
      H4: "Sometimes",
      H5: "Never",
      "H5, no reset": "Sometimes",
      H6: "Never",
      "H6, no reset": "Sometimes",
    },
  ),
  test(
    "S1+same",
    "after a dropped failure at page 1, an unannotated fault at page 2 in the same KVM_RUN is taken for one at page 1",
    twoFaults(DROPPED, `fault_return(${NO_SITE}, 2)`),
    {
      H1: ["Sometimes", "as H2: sites under the page-fault handler fill for callers that drop the error"],
      H2: "Sometimes",
      H2b: ["Never", BARE_IS_BARE],
      H3: ["Never", RETURNED_ONLY],
      H4: "Sometimes",
      H5: ["Sometimes", SAME_RUN],
      H6: ["Sometimes", SAME_RUN],
    },
  ),
  test(
    "S1+guard",
    "after a dropped failure at page 1, an annotated fault at page 2 in the same KVM_RUN is taken for one at page 1",
    twoFaults(DROPPED, `fault_return(${ANY_SITE}, 2)`),
    {
      H1: ["Never", "the fault's own fill overwrites the dropped one"],
      H2: ["Never", "the fault's own fill overwrites the dropped one"],
      H2b: ["Never", "the fault's own fill overwrites the dropped one"],
      H3: ["Never", RETURNED_ONLY],
      H4: ["Never", "the fault's own fill overwrites the dropped one"],
      H5: ["Sometimes", "E is no longer unknown, so the guard keeps the fault's own fill out"],
      H6: ["Never", "the fault's own fill overwrites the dropped one"],
    },
  ),
];

const CLOBBERED = `int e = READ_ONCE(*E);
  int about = READ_ONCE(*D);
  int clobbered = e != ${MMIO} || about != 7;`;
const EMULATOR = `WRITE_ONCE(*E, ${MMIO});
  WRITE_ONCE(*D, 7);`;

const CLOBBER: BuiltinTest[] = [
  test(
    "S2",
    "a path of the vCPU's own thread fails and its error is dropped: its fill is in the exit that the emulator has made",
    `{ E=0; D=0; X=0; }
P0() {
  kvm_run();
  ${EMULATOR}
  int x = READ_ONCE(*X);
  if (x) fill(${ANY_SITE}, 1, 1, 0);
  ${CLOBBERED}
}
P1() { WRITE_ONCE(*X, 1); }
exists (0:clobbered=1)`,
    {
      H1: ["Sometimes", UNGUARDED],
      H2: "Sometimes",
      H2b: ["Sometimes", "as H2; user space even believes it"],
      H3: ["Never", RETURNED_ONLY],
      H4: "Sometimes",
      H5: "Never",
      H6: ["Sometimes", "at its few sites, nothing guards the fill"],
    },
  ),
];

const PAGE_READY: BuiltinTest[] = [
  test(
    "S4",
    "an async page's failure, on a thread that has not loaded the vCPU, is in the exit that the emulator makes meanwhile",
    `{ E=0; D=0; }
P0() {
  kvm_run();
  ${EMULATOR}
  ${CLOBBERED}
}
P1() { fill(${ANY_SITE}, 1, 0, 0); }
exists (0:clobbered=1)`,
    {
      H1: ["Sometimes", UNGUARDED],
      H2: "Sometimes",
      H2b: ["Sometimes", UNGUARDED],
      H3: ["Never", RETURNED_ONLY],
      H4: ["Never", NOT_LOADED],
      H5: ["Never", NOT_LOADED],
      H6: ["Sometimes", UNGUARDED],
    },
  ),
  test(
    "S4+loaded",
    "an async page's failure, in the loop of the vCPU's own thread as KVM has it, is in the exit that the emulator makes",
    `{ E=0; D=0; X=0; }
P0() {
  kvm_run();
  int x = READ_ONCE(*X);
  if (x) fill(${ANY_SITE}, 1, 1, 0);
  ${EMULATOR}
  ${CLOBBERED}
}
P1() { WRITE_ONCE(*X, 1); }
exists (0:clobbered=1)`,
    {
      H1: ["Never", "the page-ready path is over before the emulator begins"],
      H2: "Never",
      H2b: ["Never", "as H2"],
      H3: ["Never", "as H2"],
      H4: ["Never", "as H2"],
      H5: ["Never", "as H2"],
      H6: ["Never", "as H2"],
    },
  ),
];

const oneFault = (where: number) => `{ E=0; D=0; X=0; }
P0() {
  int killed = 0;
  kvm_run();
  int x = READ_ONCE(*X);
  if (x) {
    int r = fault_return(${where}, 1);
    int is_told = told(r);
    killed = !is_told;
  }
}
P1() { WRITE_ONCE(*X, 1); }
exists (0:killed=1)`;

const ANNOTATED: [Verdict, string] = ["Never", "this site is annotated, and E is unknown"];
const UNANNOTATED: [Verdict, string] = ["Sometimes", "this site is not annotated"];

const FALSE_NEGATIVE: BuiltinTest[] = [
  test(
    "S3",
    "a missing page that KVM meets on the guest's behalf kills the VM: a bare -EFAULT",
    oneFault(site("emulation")),
    {
      H0: ["Sometimes", NO_FILL],
      H1: UNANNOTATED,
      H2: ANNOTATED,
      H2b: ANNOTATED,
      H3: "Sometimes",
      H4: ANNOTATED,
      H5: ANNOTATED,
      H6: "Sometimes",
    },
  ),
  test("S3+fast-gup", "a missing page that the guest meets kills the VM: a bare -EFAULT", oneFault(site("fast-gup")), {
    H0: ["Sometimes", NO_FILL],
    H1: ANNOTATED,
    H2: ANNOTATED,
    H2b: ANNOTATED,
    H3: ["Never", "kvm_mmu_page_fault() hands this error to user space for sure"],
    H4: ANNOTATED,
    H5: ANNOTATED,
    H6: ["Sometimes", "KF 7.3: a missing host mapping is not annotated in 6.12 and 7.3"],
  }),
  test("S3+private", "private memory accessed as shared kills the VM: a bare -EFAULT", oneFault(site("attributes")), {
    H0: ["Sometimes", NO_FILL],
    H1: UNANNOTATED,
    H2: ANNOTATED,
    H2b: ANNOTATED,
    H3: ["Never", "kvm_mmu_page_fault() hands this error to user space for sure"],
    H4: ANNOTATED,
    H5: ANNOTATED,
    H6: ["Never", "KF 7.3: what was merged is for this"],
  }),
  test("S3+missed", "a fault at a site that no series has found kills the VM: a bare -EFAULT", oneFault(NO_SITE), {
    H0: ["Sometimes", NO_FILL],
    H1: UNANNOTATED,
    H2: UNANNOTATED,
    H2b: UNANNOTATED,
    H3: UNANNOTATED,
    H4: UNANNOTATED,
    H5: UNANNOTATED,
    H6: UNANNOTATED,
  }),
];

const ENDLESS = { sc: "Sometimes", tso: "Sometimes" } as const;
const ENDS = { sc: "Never", tso: "Never" } as const;

/** What user space makes of its count of exits for one fault; at 4 it gives up. */
const patience = (counts: boolean): Fragment => ({
  name: "patience",
  parameters: ["exits"],
  body: counts ? "return exits + 1;" : "return 0;",
});

const REPEATED: BuiltinTest = {
  name: "S5",
  title: "user space resolves a fault that it cannot resolve, for ever",
  source: "KF 7.2 S5",
  text: `C S5
{ E=0; D=0; X=1; }
P0() {
  int exits = 0;
  loop {
    kvm_run();
    int x = READ_ONCE(*X);
    if (!x) break;
    int r = fault_return(${ANY_SITE}, 1);
    int is_told = told(r);
    if (!is_told) break;
    exits = patience(exits);
    if (exits == 4) break;
  }
}
cycle (X=1)`,
  fragments: [],
  variants: {
    H0: {
      fragments: [...fragmentsOf(faultMechanisms("H0")), patience(false)],
      expected: ENDS,
      derived: "the VM is killed at the first exit",
    },
    ...Object.fromEntries(
      ["H1", "H2", "H2b", "H3", "H4", "H5", "H6"].map((name): [string, Variant] => [
        name,
        { fragments: [...fragmentsOf(faultMechanisms(name)), patience(false)], expected: ENDLESS },
      ]),
    ),
    "H2, bounded": {
      fragments: [...fragmentsOf(faultMechanisms("H2")), patience(true)],
      expected: ENDS,
      derived: "user space bounds repeats",
    },
  },
};

export const MEMORY_FAULT_TESTS: BuiltinTest[] = [...STALE, ...CLOBBER, ...FALSE_NEGATIVE, ...PAGE_READY, REPEATED];
