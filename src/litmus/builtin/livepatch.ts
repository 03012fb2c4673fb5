// Switching a task from another CPU, and the races around a transition (KF 5, L0 to L17): who reads and writes T (TIF_PATCH_PENDING),
// S (the task's patch state), G (the target state) and F (the function is in transition), and in which order.

import type { Verdict } from "../condition.js";
import type { Fragment } from "../fragments.js";
import type { BuiltinTest, Variant } from "./test.js";

/** The statements of a fragment without parameters. */
function body(name: string, text: string): Fragment {
  return { name, parameters: [], body: text };
}

/** A call of a patched function: which version it takes, by S while the function is in transition. */
const RUN = body(
  "run",
  `int f = READ_ONCE(*F);
   smp_rmb();
   int s = READ_ONCE(*S);
   int version = 1;
   if (f) version = s;
   return version;`,
);

// How a task switches itself: with an atomic test-and-clear, or as of 6 October 2021.
const TEST_AND_CLEAR = `int pending = test_and_clear(T);
   if (pending) WRITE_ONCE(*S, READ_ONCE(*G));`;
const update = (betweenStores: string, afterRead: string) =>
  `int pending = READ_ONCE(*T);
   if (pending) { ${afterRead} WRITE_ONCE(*S, READ_ONCE(*G)); ${betweenStores} WRITE_ONCE(*T, 0); } else { ${afterRead} }`;
const UPDATE = body("update", update("smp_mb();", "smp_rmb();"));

// The context word of V2: bit 0 work, bit 1 in NMI, bit 2 in user mode.
const ENTER_BY_WORD = `int word = xchg(W, 0);
   if (word & 1) work();`;
const ENTER_BY_STATE = `WRITE_ONCE(*U, 0);
   smp_mb();`;
const IF_USER = (then: string) => `int user = READ_ONCE(*U);
   if (user) { ${then} }
   return user;`;
const IF_WORK_SET = (then: string) => `int set = setwork(W, 4, 1);
   if (set) { ${then} }
   return set;`;

/** A variant's programs (KF 5.2): of CPU0 on a task current on CPU1, of CPU1's entry into and exit from the kernel, its deferred work. */
function kernel(parts: {
  remote: string;
  enter?: string;
  leave?: string;
  work?: string;
  update?: Fragment;
}): Fragment[] {
  return [
    RUN,
    parts.update ?? UPDATE,
    body("try_remote", parts.remote),
    body("enter", parts.enter ?? ""),
    body("leave", parts.leave ?? TEST_AND_CLEAR),
    body("work", parts.work ?? ""),
  ];
}

/** Variants by name: CPU0's try on a task current on CPU1, CPU1's entry and exit, its work, and a call of a patched function. */
export const KERNELS = {
  V0: kernel({ remote: "return 0;" }),
  V1: kernel({
    remote: IF_USER("WRITE_ONCE(*T, 0); WRITE_ONCE(*S, READ_ONCE(*G));"),
    enter: ENTER_BY_STATE,
  }),
  "V1-Petr": kernel({
    remote: IF_USER("WRITE_ONCE(*S, READ_ONCE(*G)); smp_wmb(); WRITE_ONCE(*T, 0);"),
    enter: ENTER_BY_STATE,
  }),
  V2: kernel({
    remote: IF_WORK_SET("WRITE_ONCE(*T, 0);"),
    enter: ENTER_BY_WORD,
    work: "WRITE_ONCE(*S, READ_ONCE(*G));",
    leave: update("", ""),
  }),
  "V-Petr": kernel({ remote: IF_USER("update();"), enter: ENTER_BY_STATE, leave: "update();" }),
  "V-Peter": kernel({ remote: IF_WORK_SET("update();"), enter: ENTER_BY_WORD, work: "update();", leave: "update();" }),
  "V-none": kernel({ remote: "WRITE_ONCE(*N, 1); return 0;" }),
};
type Kernel = keyof typeof KERNELS;

const V_PETER_REVERSED = kernel({
  remote: IF_WORK_SET("WRITE_ONCE(*T, 0); WRITE_ONCE(*S, READ_ONCE(*G));"),
  enter: ENTER_BY_WORD,
  work: "update();",
  leave: "update();",
});

/** Verdicts of kernels, each with the argument where the source does not list it, and fragments that the test adds. */
function kernels(
  verdicts: Partial<Record<Kernel, Variant["expected"] | [Variant["expected"], string]>>,
  more: Fragment[] = [],
) {
  const variants: Record<string, Variant> = {};
  for (const [name, verdict] of Object.entries(verdicts)) {
    const fragments = [...KERNELS[name as Kernel], ...more];
    variants[name] = Array.isArray(verdict)
      ? { fragments, expected: verdict[0], derived: verdict[1] }
      : { fragments, expected: verdict };
  }
  return variants;
}

const IN_TRANSITION = "T=1; S=0; G=1; F=1; N=0;";
const IN_USER_MODE = `${IN_TRANSITION} U=1; atomic_t W = 4;`;
const DOES_NOTHING = "CPU0 leaves a running task alone, so S changes only at CPU1's exit";

const KERNEL_MODE: BuiltinTest = {
  name: "L0",
  title: "a task that runs in the kernel changes version between two calls",
  source: "KF 5.3 L0",
  text: `C L0
{ ${IN_TRANSITION} U=0; atomic_t W = 0; }
P0() { try_remote(); }
P1() {
  int first = run();
  int second = run();
  int bad = first != second || first < 0;
  leave();
}
exists (1:bad=1)`,
  fragments: [],
  variants: kernels({
    V0: "Never",
    V1: ["Never", "U = 0 all along: CPU0 does nothing"],
    "V1-Petr": ["Never", "U = 0 all along: CPU0 does nothing"],
    V2: ["Never", "the word says kernel all along: setting work fails"],
    "V-Petr": ["Never", "U = 0 all along: CPU0 does nothing"],
    "V-Peter": ["Never", "the word says kernel all along: setting work fails"],
    "V-none": ["Never", "a signal flag changes no S"],
  }),
};

/** CPU1 enters the kernel from user mode while CPU0 tries to switch its task. */
const entryRace = (name: string, bad: string) => `C ${name}
{ ${IN_USER_MODE} }
P0() { try_remote(); }
P1() {
  enter();
  int pending = READ_ONCE(*T);
  smp_rmb();
  int first = run();
  int second = run();
  int bad = ${bad};
}
exists (1:bad=1)`;
const MIXED = "first != second";

const ENTRY_RACES: BuiltinTest[] = [
  {
    name: "L1",
    title:
      "a task enters the kernel between the clearing of its flag and the change of its state, and changes version there",
    source: "KF 5.3 L1",
    text: entryRace("L1", MIXED),
    fragments: [],
    variants: {
      "V-Peter, T before S": { fragments: V_PETER_REVERSED, expected: "Sometimes" },
      ...kernels({ "V-Peter": ["Never", "the remedy: S before T (L6)"] }),
    },
  },
  {
    name: "L2",
    title:
      "a task enters the kernel between the look at its mode and the change of its state, and changes version there",
    source: "KF 5.3 L2",
    text: entryRace("L2", MIXED),
    fragments: [],
    variants: kernels({
      V0: ["Never", DOES_NOTHING],
      V1: "Sometimes",
      "V1-Petr": "Sometimes",
      V2: ["Never", "who finds the work switches before any call; who enters first makes setting it fail"],
      "V-Petr": "Sometimes",
      "V-Peter": ["Never", "the remedy: the work is set atomically with the look (L6)"],
      "V-none": ["Never", DOES_NOTHING],
    }),
  },
  {
    name: "L6",
    title: "a task changes version in the kernel, or takes the old one after its flag was seen clear",
    source: "KF 5.3 L6",
    text: entryRace("L6", `${MIXED} || (!pending && !first)`),
    fragments: [],
    variants: kernels({
      V0: ["Never", DOES_NOTHING],
      V1: ["Sometimes", "T is cleared before S is set, and by who only looked"],
      "V1-Petr": ["Sometimes", "as in L2"],
      V2: ["Never", "T is cleared by who has set the work, and the work sets S before any call"],
      "V-Petr": ["Sometimes", "as in L2"],
      "V-Peter": "Never",
      "V-none": ["Never", DOES_NOTHING],
    }),
  },
];

// Completion's wait, before it takes S away: an item that every CPU runs, which a CPU in user mode enters the kernel for; an RCU grace
// period, which a CPU in user mode does not hold up; none.
const SYNCHRONIZATIONS = {
  sched: [
    body("synchronization", "smp_mb(); WRITE_ONCE(*Q, 1); wait_until(READ_ONCE(*Q) == 2); smp_mb();"),
    body("entry", "enter(); int queued = READ_ONCE(*Q); if (queued == 1) { smp_mb(); WRITE_ONCE(*Q, 2); }"),
    body("item", "wait_until(READ_ONCE(*Q) == 1); smp_mb(); WRITE_ONCE(*Q, 2);"),
  ],
  rcu: [
    body("synchronization", "synchronize();"),
    body("entry", "preempt_off(); enter(); preempt_on();"),
    body("item", ""),
  ],
  none: [body("synchronization", ""), body("entry", "enter();"), body("item", "")],
};
type Synchronization = keyof typeof SYNCHRONIZATIONS;

const COMPLETE = body(
  "complete",
  "WRITE_ONCE(*F, 0); synchronization(); WRITE_ONCE(*S, -1); WRITE_ONCE(*G, -1); smp_mb();",
);
/** Init and start of a transition to `target`, by who has completed the last one. */
const START: Fragment = {
  name: "start",
  parameters: ["target"],
  body: "WRITE_ONCE(*G, target); WRITE_ONCE(*S, 1 - target); smp_wmb(); WRITE_ONCE(*F, 1); smp_wmb(); WRITE_ONCE(*T, 1);",
};

function completion(
  letter: string,
  synchronization: Synchronization,
  title: string,
  text: string,
  variants: Record<string, Variant>,
): BuiltinTest {
  const name = `${letter}+${synchronization}`;
  const fragments = [COMPLETE, START, ...SYNCHRONIZATIONS[synchronization]];
  return { name, title, source: `KF 5.3 ${letter}`, text: `C ${name}\n${text}`, fragments, variants };
}

const LATE_WORK = `{ ${IN_USER_MODE} Q=0; }
P0() {
  int done = try_remote();
  if (done) {
    complete();
    start(1);
  }
}
P1() {
  entry();
  preempt_off();
  int transition = READ_ONCE(*F);
  smp_rmb();
  int state = READ_ONCE(*S);
  preempt_on();
  int bad = transition && state == -1;
  item();
}
exists (1:bad=1)`;

const LATE_STORE = `{ ${IN_USER_MODE} Q=0; }
P0() {
  int completed = 0;
  int done = try_remote();
  if (done) {
    complete();
    completed = 1;
  }
}
P1() {
  entry();
  item();
}
exists (0:completed=1 /\\ ~S=-1)`;

const LEFT_FLAG = `{ ${IN_USER_MODE} Q=0; }
P0() {
  int completed = 0;
  int done = try_remote();
  if (done) {
    complete();
    start(0);
    int state = READ_ONCE(*S);
    if (state == 0) completed = 1;
  }
}
P1() {
  entry();
  item();
}
exists (0:completed=1 /\\ T=1)`;

const SWITCHES_AT_ONCE = "CPU0 sets S itself, CPU1 has nothing left to do for this transition";
const SEES_ANEW = "late work reads T first, and behind it the G of that transition";

/** A second transition begins while the work that V2 has left to CPU1 is not done. */
function deferred(synchronization: Synchronization, v2: Verdict): BuiltinTest[] {
  const rows: [string, string, string][] = [
    ["L3a", "a call reads S = -1 while the function is in transition", LATE_WORK],
    ["L3b", "S is left behind when no transition runs", LATE_STORE],
    ["L3c", "T is left behind when the transition is complete", LEFT_FLAG],
  ];
  return rows.map(([letter, title, text]) =>
    completion(
      letter,
      synchronization,
      title,
      text,
      kernels({
        V1: ["Never", SWITCHES_AT_ONCE],
        "V1-Petr": ["Never", SWITCHES_AT_ONCE],
        V2: v2,
        "V-Petr": ["Never", SWITCHES_AT_ONCE],
        "V-Peter": ["Never", SEES_ANEW],
      }),
    ),
  );
}

const LATE_STORES: BuiltinTest[] = (["sched", "rcu", "none"] as const).map((synchronization) => {
  const isAwaited = synchronization !== "none";
  return completion(
    "L7",
    synchronization,
    "who saw T = 1 on entry stores S after completion has taken it away",
    LATE_STORE,
    kernels({
      V1: ["Never", SWITCHES_AT_ONCE],
      "V1-Petr": ["Never", SWITCHES_AT_ONCE],
      V2: [synchronization === "sched" ? "Never" : "Sometimes", "its work is late whatever T is (L3b)"],
      "V-Petr": ["Never", SWITCHES_AT_ONCE],
      "V-Peter": isAwaited ? "Never" : "Sometimes",
    }),
  );
});

const WEAK = { sc: "Never", tso: "Never", lkmm: "Sometimes" } as const;

const UNORDERED_TARGET: BuiltinTest = {
  name: "L4",
  title: "a task that sees its flag takes the target of before",
  source: "KF 5.3 L4",
  text: `C L4
{ T=0; S=0; G=-1; N=0; }
P0() {
  WRITE_ONCE(*G, 1);
  smp_wmb();
  WRITE_ONCE(*T, 1);
}
P1() { leave(); }
exists (S=-1)`,
  fragments: [],
  variants: {
    ...kernels({
      V0: ["Never", "the test-and-clear is a full barrier"],
      V1: ["Never", "its exit is V0's"],
      "V1-Petr": ["Never", "its exit is V0's"],
      V2: WEAK,
      "V-Petr": ["Never", "the remedy: a read barrier between T and G"],
      "V-Peter": ["Never", "the remedy: a read barrier between T and G"],
      "V-none": ["Never", "its exit is V0's"],
    }),
  },
};

const updating = (betweenStores: string, afterRead: string) => [
  body("switch_task", update(betweenStores, "")),
  body("look", `int pending = READ_ONCE(*T); ${afterRead} return pending;`),
];

const UNORDERED_STATE: BuiltinTest = {
  name: "L5",
  title: "the flag is seen clear and the state is seen old",
  source: "KF 5.3 L5",
  text: `C L5
{ T=1; S=0; G=1; }
P0() { switch_task(); }
P1() {
  int pending = look();
  int state = READ_ONCE(*S);
}
exists (1:pending=0 /\\ 1:state=0)`,
  fragments: [],
  variants: {
    "no barriers": { fragments: updating("", ""), expected: WEAK },
    "wmb alone": {
      fragments: updating("smp_wmb();", ""),
      expected: WEAK,
      derived: "the reader's loads may still swap",
    },
    "rmb alone": {
      fragments: updating("", "smp_rmb();"),
      expected: WEAK,
      derived: "the writer's stores may still swap",
    },
    "wmb and rmb": { fragments: updating("smp_wmb();", "smp_rmb();"), expected: "Never" },
    "mb and rmb": { fragments: updating("smp_mb();", "smp_rmb();"), expected: "Never" },
  },
};

const FAILED_TRY: BuiltinTest = {
  name: "L8",
  title: "a try that failed has changed the task",
  source: "KF 5.3 L8",
  text: `C L8
{ ${IN_USER_MODE} }
P0() { int done = try_remote(); }
P1() { enter(); }
exists (0:done=0 /\\ ~(T=1 /\\ S=0))`,
  fragments: [],
  variants: kernels({
    V0: ["Never", DOES_NOTHING],
    V1: ["Never", "the stores stand behind the look"],
    "V1-Petr": ["Never", "the stores stand behind the look"],
    V2: ["Never", "no work was set, so none is done on entry"],
    "V-Petr": ["Never", "the stores stand behind the look"],
    "V-Peter": "Never",
    "V-none": ["Never", DOES_NOTHING],
  }),
};

const NMI_BIT = [
  body("nmi_enter", "int word = atomic_fetch_or(2, W); if (word & 1) work();"),
  body("nmi_exit", "atomic_fetch_andnot(2, W);"),
];
const NO_NMI_BIT = [body("nmi_enter", ""), body("nmi_exit", "")];

const SEEN_IN_USER_MODE = "an NMI leaves context tracking's state alone: CPU0 sees user mode and switches the task";

const NMI: BuiltinTest = {
  name: "L9",
  title: "an NMI that comes from user mode changes version between two calls",
  source: "KF 5.3 L9",
  text: `C L9
{ ${IN_USER_MODE} }
P0() { try_remote(); }
P1() {
  nmi_enter();
  int first = run();
  int second = run();
  nmi_exit();
}
exists ((1:first=0 /\\ 1:second=1) \\/ (1:first=1 /\\ 1:second=0))`,
  fragments: [],
  variants: {
    ...kernels({ V2: "Never", "V-Peter": "Never" }, NMI_BIT),
    ...kernels(
      {
        V0: ["Never", DOES_NOTHING],
        V1: ["Sometimes", SEEN_IN_USER_MODE],
        "V1-Petr": ["Sometimes", SEEN_IN_USER_MODE],
        "V-Petr": ["Sometimes", SEEN_IN_USER_MODE],
        "V-none": ["Never", DOES_NOTHING],
      },
      NO_NMI_BIT,
    ),
    "V-Peter, no NMI bit": { fragments: [...KERNELS["V-Peter"], ...NO_NMI_BIT], expected: "Sometimes" },
  },
};

// A parent forks: T and S are its own, CT and CS its child's.
const LOCKED_COPY =
  "spin_lock(tasklist); WRITE_ONCE(*CT, READ_ONCE(*T)); WRITE_ONCE(*CS, READ_ONCE(*S)); WRITE_ONCE(*listed, 1); spin_unlock(tasklist);";
const EARLY_COPY =
  "WRITE_ONCE(*CT, READ_ONCE(*T)); WRITE_ONCE(*CS, READ_ONCE(*S)); spin_lock(tasklist); WRITE_ONCE(*listed, 1); spin_unlock(tasklist);";
const FORKS: Record<string, Variant> = {
  V0: { fragments: [body("copy_process", EARLY_COPY)], expected: "Sometimes" },
  "V0, linux-6.1": { fragments: [body("copy_process", LOCKED_COPY)], expected: "Never" },
};

const FORK_TESTS: BuiltinTest[] = [
  {
    name: "L10a",
    title: "a child has the flag of before its parent's switch and the state of after",
    source: "KF 5.3 L10a",
    text: `C L10a
{ T=1; S=0; G=1; CT=0; CS=0; listed=0; spinlock_t tasklist; }
P0() { copy_process(); }
P1() {
  spin_lock(tasklist);
  WRITE_ONCE(*S, READ_ONCE(*G));
  WRITE_ONCE(*T, 0);
  spin_unlock(tasklist);
}
exists (CT=1 /\\ CS=1)`,
    fragments: [],
    variants: FORKS,
  },
  {
    name: "L10b",
    title: "a child has to switch and has no flag",
    source: "KF 5.3 L10b",
    text: `C L10b
{ T=0; S=0; G=1; CT=0; CS=0; listed=0; spinlock_t tasklist; }
P0() { copy_process(); }
P1() {
  spin_lock(tasklist);
  WRITE_ONCE(*T, 1);
  int child = READ_ONCE(*listed);
  if (child) WRITE_ONCE(*CT, 1);
  spin_unlock(tasklist);
}
exists (CT=0 /\\ CS=0)`,
    fragments: [],
    variants: FORKS,
  },
];

const HOOK = "int checked = READ_ONCE(*G); WRITE_ONCE(*S, checked); return 0;";
const STALE_HOOK =
  "int stored = READ_ONCE(*G); int checked = READ_ONCE(*G); WRITE_ONCE(*S, stored); return stored != checked;";
const reversing = (order: string, hook: string) => [body("reverse", order), body("hook", hook)];
const G_FIRST = "WRITE_ONCE(*G, 0); smp_wmb(); WRITE_ONCE(*T, 0); synchronize();";

const REVERSE: BuiltinTest = {
  name: "L11",
  title: "a scheduler hook stores the target of before a reverse, or one for which it has not checked the stack",
  source: "KF 5.3 L11",
  text: `C L11
{ T=1; S=0; G=1; }
P0() {
  reverse();
  int state = READ_ONCE(*S);
}
P1() {
  int bad = 0;
  preempt_off();
  int pending = READ_ONCE(*T);
  smp_rmb();
  if (pending) bad = hook();
  preempt_on();
}
exists ((0:state=0 /\\ S=1) \\/ 1:bad=1)`,
  fragments: [],
  variants: {
    "order of A to E": { fragments: reversing(G_FIRST, HOOK), expected: "Never" },
    "order of F": {
      fragments: reversing("WRITE_ONCE(*T, 0); synchronize(); WRITE_ONCE(*G, 0);", HOOK),
      expected: "Never",
    },
    "no synchronization": {
      fragments: reversing("WRITE_ONCE(*G, 0); smp_wmb(); WRITE_ONCE(*T, 0);", HOOK),
      expected: "Sometimes",
    },
    "an older G is stored": { fragments: reversing(G_FIRST, STALE_HOOK), expected: "Sometimes" },
  },
};

// What the work before guest entry does with the flags (KF 4.5).
const helping = (helper: string) => [body("helper", helper), body("exit_to_user", TEST_AND_CLEAR)];
const LIVENESS = { sc: "Sometimes", tso: "Sometimes" } as const;
const PROGRESS = { sc: "Never", tso: "Never" } as const;

const KICKS: BuiltinTest = {
  name: "L12",
  title: "a vCPU is kicked for ever and keeps its flag",
  source: "KF 5.3 L12, 4.5",
  text: `C L12
{ T=1; S=0; G=1; N=0; I=0; }
P0() {
  loop {
    int waiting = READ_ONCE(*T);
    if (!waiting) break;
    WRITE_ONCE(*N, 1);
    smp_mb();
    WRITE_ONCE(*I, 1);
  }
}
P1() {
  loop {
    wait_until(READ_ONCE(*I) == 1);
    WRITE_ONCE(*I, 0);
    smp_mb();
    helper();
  }
}
cycle (T=1)`,
  fragments: [],
  variants: {
    "linux-5.13": { fragments: helping("int n = READ_ONCE(*N); if (n) WRITE_ONCE(*N, 0);"), expected: LIVENESS },
    "kvm-v1": {
      fragments: helping(
        "int n = READ_ONCE(*N); if (n) { WRITE_ONCE(*N, 0); int t = READ_ONCE(*T); if (t) exit_to_user(); }",
      ),
      expected: PROGRESS,
      derived: "the round's N brings it to the helper, which looks at T",
    },
    "kvm-v2": {
      fragments: helping(
        "int n = READ_ONCE(*N); int t = READ_ONCE(*T); if (n) WRITE_ONCE(*N, 0); if (t) exit_to_user();",
      ),
      expected: PROGRESS,
    },
    "kvm-direct": {
      fragments: helping(`int n = READ_ONCE(*N); if (n) WRITE_ONCE(*N, 0); ${TEST_AND_CLEAR}`),
      expected: PROGRESS,
      derived: "T makes it switch in place, soundly or not (L17)",
    },
    "kvm-revert": {
      fragments: helping("int p = READ_ONCE(*N); if (p) { WRITE_ONCE(*N, 0); exit_to_user(); }"),
      expected: PROGRESS,
    },
    "kvm-final": {
      fragments: helping("int n = READ_ONCE(*N); if (n) { WRITE_ONCE(*N, 0); exit_to_user(); }"),
      expected: PROGRESS,
    },
  },
};

const kicking = (kick: string) => [body("kick", kick)];

const GUEST_ENTRY: BuiltinTest = {
  name: "L13",
  title: "a guest runs on with the flag set",
  source: "KF 5.3 L13",
  text: `C L13
{ N=0; I=0; }
P0() {
  WRITE_ONCE(*N, 1);
  kick();
}
P1() {
  int n = READ_ONCE(*N);
  if (!n) wait_until(READ_ONCE(*I) == 1);
}
exists (1:blocked=1 /\\ N=1)`,
  fragments: [],
  variants: {
    V0: { fragments: kicking("smp_mb(); WRITE_ONCE(*I, 1);"), expected: "Never" },
    "no IPI": { fragments: kicking(""), expected: "Sometimes", derived: "nothing ends the guest's run" },
  },
};

const waking = (barrier: string) => [
  body(
    "signal_wake_up",
    `WRITE_ONCE(*N, 1); ${barrier} int asleep = READ_ONCE(*state); if (asleep) WRITE_ONCE(*state, 0);`,
  ),
  body("prepare_to_sleep", `WRITE_ONCE(*state, 1); ${barrier}`),
];

const SLEEP: BuiltinTest = {
  name: "L14",
  title: "a task sleeps with the flag set",
  source: "KF 5.3 L14",
  text: `C L14
{ N=0; state=0; }
P0() { signal_wake_up(); }
P1() {
  prepare_to_sleep();
  int n = READ_ONCE(*N);
  if (!n) sleep(state);
}
exists (1:blocked=1 /\\ N=1)`,
  fragments: [],
  variants: {
    V0: { fragments: waking("smp_mb();"), expected: "Never" },
    "no barriers": { fragments: waking(""), expected: { sc: "Never", tso: "Sometimes", lkmm: "Sometimes" } },
  },
};

const handling = (wmb: string, rmb: string) => [
  body("init", `WRITE_ONCE(*S, 0); ${wmb} WRITE_ONCE(*F, 1);`),
  body("between", rmb),
];

const INIT: BuiltinTest = {
  name: "L15",
  title: "a call sees the function in transition and S = -1",
  source: "KF 5.3 L15",
  text: `C L15
{ F=0; S=-1; }
P0() { init(); }
P1() {
  int transition = READ_ONCE(*F);
  between();
  int state = READ_ONCE(*S);
}
exists (1:transition=1 /\\ 1:state=-1)`,
  fragments: [],
  variants: {
    V0: { fragments: handling("smp_wmb();", "smp_rmb();"), expected: "Never" },
    "no wmb": { fragments: handling("", "smp_rmb();"), expected: WEAK },
    "no rmb": { fragments: handling("smp_wmb();", ""), expected: WEAK },
  },
};

const HANDLER: BuiltinTest = {
  name: "L16",
  title: "a call sees the function in transition and S = -1 as the transition completes",
  source: "KF 5.3 L16",
  text: `C L16
{ F=1; S=1; }
P0() {
  WRITE_ONCE(*F, 0);
  synchronization();
  WRITE_ONCE(*S, -1);
}
P1() {
  preempt_off();
  int transition = READ_ONCE(*F);
  smp_rmb();
  int state = READ_ONCE(*S);
  preempt_on();
}
exists (1:transition=1 /\\ 1:state=-1)`,
  fragments: [],
  variants: {
    V0: { fragments: [body("synchronization", "synchronize();")], expected: "Never" },
    "no synchronization": { fragments: [body("synchronization", "")], expected: "Sometimes" },
  },
};

const within = (helper: string) => [RUN, body("exit_to_user", TEST_AND_CLEAR), body("helper", helper)];
const LEAVES = "it switches where it leaves the function, and calls again from user mode";

const IN_PLACE: BuiltinTest = {
  name: "L17",
  title: "a vCPU's KVM run function calls two versions",
  source: "KF 5.3 L17",
  text: `C L17
{ T=0; S=0; G=1; F=1; N=0; }
P0() { WRITE_ONCE(*T, 1); }
P1() {
  int first = run();
  int second = first;
  int stays = helper();
  if (stays) second = run();
}
exists (1:first=0 /\\ 1:second=1)`,
  fragments: [],
  variants: {
    "kvm-direct": { fragments: within(`${TEST_AND_CLEAR} return 1;`), expected: "Sometimes" },
    "kvm-v2": {
      fragments: within("int t = READ_ONCE(*T); if (t) exit_to_user(); return !t;"),
      expected: "Never",
      derived: LEAVES,
    },
    "kvm-final": {
      fragments: within("int n = READ_ONCE(*N); if (n) exit_to_user(); return !n;"),
      expected: "Never",
      derived: LEAVES,
    },
  },
};

export const LIVEPATCH_TESTS: BuiltinTest[] = [
  KERNEL_MODE,
  ...ENTRY_RACES.slice(0, 2),
  ...deferred("rcu", "Sometimes"),
  ...deferred("sched", "Never"),
  UNORDERED_TARGET,
  UNORDERED_STATE,
  ...ENTRY_RACES.slice(2),
  ...LATE_STORES,
  FAILED_TRY,
  NMI,
  ...FORK_TESTS,
  REVERSE,
  KICKS,
  GUEST_ENTRY,
  SLEEP,
  INIT,
  HANDLER,
  IN_PLACE,
];
