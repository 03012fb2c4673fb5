// Small scenarios by chance, in the words of a scenario file: every mechanism, wait, era and preemption model, with
// lengths from 10 us to for ever side by side. Genes are drawn flat and then built, so that failures shrink well.

import * as fc from "fast-check";

/** A scenario as a file would hold it. */
export interface GeneratedScenario {
  host: Record<string, unknown>;
  workload: Record<string, unknown>;
  patch: Record<string, unknown>;
  admin: { at: string; do: string }[];
  policies: (string | OwnPolicy)[];
  run: { replicas: number; seed: number; horizon: string; settle: string };
}

type OwnPolicy = { name: string; extends: string } & Record<string, unknown>;

/** How long a replica may be, and so how lively: events per replica stay in the thousands. */
type Pace = "brisk" | "steady" | "patient" | "weary" | "becalmed";

interface PaceBounds {
  horizonMs: [number, number];
  anchors: number[]; // lengths of the phase every cycle goes through, us
  rateMax: number; // of look points
  tryPeriods: string[] | null; // null: the preset's own
}

const PACES: Record<Pace, PaceBounds> = {
  brisk: {
    horizonMs: [250, 1500],
    anchors: [1000, 2000, 4000, 10_000, 30_000, 100_000, 400_000],
    rateMax: 20_000,
    tryPeriods: ["10ms", "20ms", "50ms", "64ms", "150ms"],
  },
  steady: {
    horizonMs: [1100, 5000],
    anchors: [4000, 10_000, 25_000, 50_000, 200_000, 1_000_000],
    rateMax: 1000,
    tryPeriods: ["100ms", "250ms", "333333us", "1s"],
  },
  patient: {
    horizonMs: [5000, 20_000],
    anchors: [50_000, 100_000, 300_000, 1_000_000, 5_000_000],
    rateMax: 1000,
    tryPeriods: null,
  },
  /** Long enough for kpatch to give up. */
  weary: {
    horizonMs: [75_500, 93_000],
    anchors: [3_000_000, 20_000_000],
    rateMax: 50,
    tryPeriods: ["1s", "2.5s"],
  },
  /** Long enough for tries that repeat each other, hour in, hour out. */
  becalmed: {
    horizonMs: [4_000, 30_000],
    anchors: [3_000_000, 20_000_000],
    rateMax: 50,
    tryPeriods: ["50ms", "200ms", "1s", "2.5s"],
  },
};

/** How often a task may go round in a replica. */
const ROUNDS_MAX = 10_000;
/** A length in us, or what it must be so that nobody goes round too often. */
const bounded = (length: number, horizonMs: number): number =>
  Math.max(length, Math.round((1000 * horizonMs) / ROUNDS_MAX));

/** Lengths of the other phases, us. */
const LENGTHS = [10, 20, 50, 100, 300, 750, 1000, 3000, 4000, 10_000, 20_000, 50_000];
const LONG_LENGTHS = [100_000, 500_000, 2_000_000];

const FUNCTIONS = ["pipe_read", "vfs_read", "vcpu_enter_guest", "kvm_arch_vcpu_ioctl_run", "kvm_vcpu_block"];
const WAITS = ["interruptible", "uninterruptible", "killable", "freezable", "idle", "stopped", "traced"];
export const PRESETS = [
  "linux-4.12",
  "linux-4.16",
  "linux-5.1",
  "linux-5.9",
  "linux-5.10.162",
  "linux-5.13",
  "linux-5.16",
  "linux-5.19",
  "linux-6.1",
  "linux-6.4",
  "linux-6.13",
  "linux-6.16",
  "kvm-v1",
  "kvm-v2",
  "kvm-direct",
  "kvm-revert",
  "kvm-final",
  "nohz-v1",
  "nohz-v1-petr",
  "nohz-v2",
  "nohz-v-petr",
  "nohz-v-peter",
  "force-after",
  "plain",
];
const BEHAVIOURS = {
  user: [
    "cpu-bound",
    "poll-loop",
    "blocked-reader",
    "disk-wait",
    "io-uring-waiter",
    "stopped",
    "traced",
    "nohz-poller",
  ],
  vcpu: ["busy-guest", "io-guest", "halted-guest", "nested-guest"],
  kthread: ["vhost-worker", "kworker", "kthread-loop", "kthread-loop-cond-resched"],
};

/** Somebody whom only force or a reverse helps. */
const STUCK = {
  kind: "user",
  behaviour: { phases: { p0: { mode: "sleep", wait: "uninterruptible", duration: "forever", affected: 1 } } },
};

const us = (ticks: number): string => `${Math.round(ticks)}us`;
const pick = <V>(list: readonly V[], gene: number): V => list[gene % list.length] as V;
const gene = (): fc.Arbitrary<number> => fc.nat({ max: 9999 });
/** True once in so many. */
const oneIn = (n: number): fc.Arbitrary<boolean> => fc.nat({ max: n - 1 }).map((value) => value === n - 1);
const sometimes = <V>(n: number, value: fc.Arbitrary<V>): fc.Arbitrary<V | undefined> =>
  fc.tuple(oneIn(n), value).map(([on, drawn]) => (on ? drawn : undefined));

// Lengths.

const lawArb = fc.constantFrom(
  "fixed",
  "exponential",
  "fixed",
  "uniform",
  "lognormal",
  "weibull",
  "pareto",
  "mixture",
  "empirical",
);

function length(law: string, scale: number): unknown {
  switch (law) {
    case "uniform":
      return { uniform: [us(scale / 2), us(scale * 2)] };
    case "lognormal":
      return { lognormal: { median: us(scale), sigma: 1 } };
    case "weibull":
      return { weibull: { scale: us(scale), shape: 0.7 } };
    case "pareto":
      return { pareto: { min: us(scale / 2), max: us(scale * 30), shape: 1.3 } };
    case "mixture":
      return {
        mixture: [
          { weight: 3, duration: us(scale) },
          { weight: 1, duration: { exponential: us(scale * 4) } },
        ],
      };
    case "empirical":
      return {
        empirical: [
          [0, us(scale / 2)],
          [0.5, us(scale)],
          [1, us(scale * 3)],
        ],
      };
    case "exponential":
      return { exponential: us(scale) };
    default:
      return us(scale);
  }
}

// Phases.

const phaseGenes = fc.record({
  mode: gene(),
  wait: gene(),
  law: lawArb,
  scale: gene(),
  long: oneIn(6),
  forever: oneIn(40),
  zero: oneIn(25),
  affected: fc.constantFrom(0, 0, 0.3, 1, 0.5, 1),
  stack: sometimes(3, fc.subarray(FUNCTIONS, { minLength: 1, maxLength: 2 })),
  onSignal: gene(),
  rate: fc.constantFrom(0, 50, 1000, 20_000),
  back: fc.nat({ max: 3 }),
  again: oneIn(6),
});
type PhaseGenes = typeof phaseGenes extends fc.Arbitrary<infer V> ? V : never;

type Phase = Record<string, unknown>;

function phaseLength(genes: PhaseGenes, isFirst: boolean, pace: PaceBounds): unknown {
  if (isFirst) return length(genes.law, pick(pace.anchors, genes.scale));
  if (genes.zero) return 0;
  return length(genes.law, pick(genes.long ? LONG_LENGTHS : LENGTHS, genes.scale));
}

const MODES = {
  user: ["user", "sleep", "kernel", "sleep"],
  vcpu: ["guest", "halt", "user", "guest", "kernel", "sleep"],
  kthread: ["kernel", "sleep"],
};
type Kind = keyof typeof MODES;

function phase(genes: PhaseGenes, kind: Kind, worker: boolean, isFirst: boolean, pace: PaceBounds): Phase {
  const mode = worker ? pick(MODES.kthread, genes.mode) : pick(MODES[kind], genes.mode);
  const built: Phase = { duration: phaseLength(genes, isFirst, pace) };
  const rate = Math.min(genes.rate, pace.rateMax);
  if (genes.affected > 0) built.affected = genes.affected;
  else if (genes.stack !== undefined && mode !== "user") built.stack = genes.stack;
  const plain = kind !== "kthread" && !worker;
  if (mode === "halt") return { ...built, halt: true };
  built.mode = mode;
  if (mode === "user") delete built.affected;
  if (mode === "guest" && rate > 0) built.exits = rate;
  if (mode === "kernel") {
    if (rate > 0) built.condResched = rate;
    if (plain && genes.onSignal % 3 === 0) built.onSignal = pick(["restart", "eintr"], genes.onSignal >> 2);
  }
  if (mode === "sleep") {
    built.wait = genes.wait % 3 === 0 ? "interruptible" : pick(WAITS, genes.wait);
    const heeds = built.wait === "interruptible" || built.wait === "freezable";
    if (plain && heeds && genes.onSignal % 4 !== 0)
      built.onSignal = pick(["restart", "eintr", "absorb"], genes.onSignal >> 2);
  }
  return built;
}

/** Means of the sleeps in which classes rest, us; a hundred times what they do between two of them, or so. */
const RESTS = [100_000, 250_000, 1_000_000, 4_000_000];

/** The first phase of a class that rests is its rest, the others are short. */
function restful(genes: PhaseGenes, kind: Kind, worker: boolean, isFirst: boolean, pace: PaceBounds): Phase {
  if (!isFirst) return phase({ ...genes, long: false, scale: genes.scale % 11 }, kind, worker, false, pace);
  return {
    mode: "sleep",
    wait: pick(WAITS, genes.wait),
    duration: length("exponential", pick(RESTS, genes.scale)),
  };
}

/** A ring of phases; each may also lead back to the first, or to itself. */
function ring({ phases: list, kind, rests }: ClassGenes, worker: boolean, pace: PaceBounds): Record<string, Phase> {
  const phases: Record<string, Phase> = {};
  list.forEach((genes, i) => {
    const built = (rests ? restful : phase)(genes, kind, worker, i === 0, pace);
    const name = `p${i}`;
    const next: Record<string, number> = { [`p${(i + 1) % list.length}`]: 3 };
    if (genes.back === 0 && i > 0) next.p0 = (next.p0 ?? 0) + 1;
    if (genes.again && i > 0 && built.duration !== 0) next[name] = 1;
    built.next = next;
    if (genes.forever && built.duration !== 0) built.duration = "forever";
    phases[name] = built;
  });
  return phases;
}

// Classes.

const classGenes = fc.record({
  kind: fc.constantFrom<Kind>("user", "vcpu", "user", "kthread", "vcpu", "user"),
  count: fc.integer({ min: 1, max: 4 }),
  cpus: gene(),
  placement: fc.constantFrom("spread", "one-each", "list"),
  phases: fc.array(phaseGenes, { minLength: 1, maxLength: 4 }),
  rests: oneIn(4),
  preset: sometimes(8, gene()),
  worker: fc.constantFrom(undefined, undefined, undefined, "io", "vhost"),
  fork: sometimes(
    4,
    fc.record({ child: fc.array(phaseGenes, { minLength: 1, maxLength: 2 }), slots: fc.integer({ min: 1, max: 3 }) }),
  ),
  leaves: oneIn(10),
  vmm: fc.constantFrom(undefined, "1us", "50us", "5ms"),
  shared: fc.boolean(),
});
type ClassGenes = typeof classGenes extends fc.Arbitrary<infer V> ? V : never;

interface Placing {
  online: number[];
  spread: number[]; // online and not nohzFull
}

function cpusOf(genes: Pick<ClassGenes, "cpus" | "placement" | "count">, { online, spread }: Placing): unknown {
  const list = online.filter((_, i) => ((genes.cpus >> i) & 1) === 1);
  if (genes.placement === "one-each" && genes.count <= online.length) return "one-each";
  if (genes.placement !== "list" && spread.length > 0) return "spread";
  return list.length > 0 ? list : online.slice(0, 1);
}

/** The same class, made one that rests. */
function resting(genes: ClassGenes): ClassGenes {
  return {
    ...genes,
    kind: genes.kind === "vcpu" ? "user" : genes.kind,
    rests: true,
    preset: undefined,
    fork: undefined,
  };
}

function behaviour(genes: ClassGenes, pace: PaceBounds): unknown {
  const { kind, fork } = genes;
  if (genes.preset !== undefined) return pick(BEHAVIOURS[kind], genes.preset);
  const worker = kind === "vcpu" ? undefined : kind === "kthread" && genes.worker === "io" ? undefined : genes.worker;
  const phases = ring(genes, worker !== undefined, pace);
  const built: Record<string, unknown> = { phases };
  if (worker !== undefined) built.worker = worker;
  if (kind === "user" && worker === undefined) {
    if (fork !== undefined) {
      addFork(phases, fork.child, pace);
      built.children = fork.slots;
    }
    const last = phases[`p${genes.phases.length - 1}`];
    if (genes.leaves && last !== undefined) Object.assign(last.next as object, { exit: 0.5 });
  }
  return built;
}

/** The last phase of the ring forks a child, which lives through phases of its own and exits. */
function addFork(phases: Record<string, Phase>, child: PhaseGenes[], pace: PaceBounds): void {
  const last = Object.values(phases).at(-1);
  if (last === undefined) return;
  last.fork = "c0";
  if (last.duration === "forever") last.duration = "20ms";
  child.forEach((genes, i) => {
    const built = phase(genes, "user", false, false, pace);
    phases[`c${i}`] = { ...built, next: i + 1 < child.length ? `c${i + 1}` : "exit" };
  });
}

function classOf(genes: ClassGenes, placing: Placing, pace: PaceBounds): Record<string, unknown> {
  const count = genes.rests ? 3 * genes.count : genes.count;
  const built: Record<string, unknown> = { kind: genes.kind, count, cpus: cpusOf(genes, placing) };
  if (built.cpus === "one-each") built.count = Math.min(count, placing.online.length);
  if (genes.shared) built.threadsPerProcess = 2;
  built.behaviour = behaviour(genes, pace);
  if (genes.kind === "vcpu" && genes.vmm !== undefined) built.vmm = genes.vmm;
  return built;
}

/** One task for ever in one phase on every CPU, or nobody: CPUs that cannot be told apart until one of those who rest wakes there. */
const ALIKE: Record<string, Record<string, unknown>[]> = {
  vcpu: [
    { mode: "guest" },
    { mode: "guest", exits: 1000 },
    { mode: "guest", affected: 1 },
    { mode: "guest", affected: 0.5 },
  ],
  user: [
    { mode: "user" },
    { mode: "kernel" },
    { mode: "kernel", onSignal: "restart" },
    { mode: "kernel", onSignal: "eintr" },
  ],
  kthread: [{ mode: "kernel" }, { mode: "kernel", affected: 1 }, { mode: "kernel", affected: 0.5 }],
  nobody: [{}],
};
const alikeGenes = fc.record({ kind: fc.constantFrom(...Object.keys(ALIKE)), phase: gene(), shared: fc.boolean() });
type AlikeGenes = typeof alikeGenes extends fc.Arbitrary<infer V> ? V : never;

function alike(genes: AlikeGenes, placing: Placing): Record<string, Record<string, unknown>> {
  const phases = { p0: { ...pick(ALIKE[genes.kind] ?? [], genes.phase), duration: "forever" } };
  if (genes.kind === "nobody") return {};
  const placed = { kind: genes.kind, count: placing.online.length, cpus: "one-each", behaviour: { phases } };
  return { alike: genes.shared ? { ...placed, threadsPerProcess: 2 } : placed };
}

/** Tasks that have enough to do for a CPU each: row after row of slices in which nothing else happens. */
const crowdGenes = fc.record({
  kind: fc.constantFrom<Kind>("vcpu", "user", "vcpu", "kthread"),
  phase: gene(),
  count: fc.integer({ min: 2, max: 5 }),
  cpus: gene(),
  placement: fc.constantFrom("spread", "list"),
  pinned: fc.boolean(),
  duration: fc.constantFrom("forever", "forever", "1700ms", "90ms"),
  shared: fc.boolean(),
});
type CrowdGenes = typeof crowdGenes extends fc.Arbitrary<infer V> ? V : never;

function crowd({ duration, ...genes }: CrowdGenes, placing: Placing): Record<string, unknown> {
  const phases = { p0: { ...pick(ALIKE[genes.kind] ?? [], genes.phase), duration, next: "p0" } };
  const cpus = genes.pinned ? [pick(placing.online, genes.cpus)] : cpusOf(genes, placing);
  const built = { kind: genes.kind, count: genes.count, cpus, behaviour: { phases } };
  return genes.shared ? { ...built, threadsPerProcess: 2 } : built;
}

/** A few tasks for ever in one phase, and tries that go on and on. */
const STILL: Record<string, Record<string, unknown>[]> = {
  ...ALIKE,
  vcpu: [...(ALIKE.vcpu ?? []), { halt: true, affected: 1 }],
  user: [
    ...(ALIKE.user ?? []),
    { mode: "sleep", wait: "uninterruptible", affected: 1 },
    { mode: "sleep", wait: "interruptible", affected: 1, onSignal: "absorb" },
    { mode: "kernel", affected: 1, condResched: 0.1 },
  ],
  kthread: [...(ALIKE.kthread ?? []), { mode: "sleep", wait: "interruptible", affected: 1 }],
};
/** Without them a round is over at once. */
const COSTS = ["ipi", "vmExit", "contextSwitch"];

const stillGenes = fc.record({
  tasks: fc.array(fc.record({ kind: fc.constantFrom("vcpu", "vcpu", "user", "kthread"), phase: gene() }), {
    minLength: 1,
    maxLength: 3,
  }),
  movable: oneIn(6),
  company: oneIn(3),
  costs: oneIn(3),
  eaten: fc.boolean(),
});
type StillGenes = typeof stillGenes extends fc.Arbitrary<infer V> ? V : never;

function still({ tasks, movable }: StillGenes, { online }: Placing): [string, Record<string, unknown>][] {
  return tasks.slice(0, online.length).map(({ kind, phase }, i) => {
    const phases = { p0: { ...pick(STILL[kind] ?? [], phase), duration: "forever" } };
    return [`still${i}`, { kind, count: 1, cpus: movable ? online : [online[i]], behaviour: { phases } }];
  });
}

/** Tasks alone on their CPUs that are stragglers only in one sleep: of a class of such, few have to be drawn. */
const aloneGenes = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  mean: gene(),
  wait: gene(),
  work: fc.record({ law: lawArb, scale: gene() }),
  light: fc.array(fc.record({ law: lawArb, scale: gene(), weight: fc.integer({ min: 1, max: 4 }) }), { maxLength: 2 }),
  twice: oneIn(3),
  company: oneIn(3),
  costs: oneIn(4),
});
type AloneGenes = typeof aloneGenes extends fc.Arbitrary<infer V> ? V : never;

function alone(
  { mean, wait, work, light }: AloneGenes,
  count: number,
  cpus: unknown,
  horizonMs: number,
): Record<string, unknown> {
  const next: Record<string, number> = { long: 2 };
  const phases: Record<string, Phase> = {
    work: { mode: "user", duration: length(work.law, pick(LENGTHS, work.scale)), next },
    long: {
      mode: "sleep",
      wait: pick(WAITS, wait),
      duration: length("exponential", bounded(pick([...LENGTHS, ...LONG_LENGTHS], mean), horizonMs)),
      affected: 1,
      next: "work",
    },
  };
  light.forEach(({ law, scale, weight }, i) => {
    phases[`light${i}`] = { mode: "sleep", duration: length(law, pick(LENGTHS, scale)), next: "work" };
    next[`light${i}`] = weight;
  });
  return { kind: "user", count, cpus, behaviour: { phases } };
}

/** One class, or another as well; and the CPUs that they leave to others. */
function hermits(
  genes: AloneGenes,
  { online, spread }: Placing,
  horizonMs: number,
): { classes: [string, Record<string, unknown>][]; others: Placing } {
  const count = Math.min(genes.count, online.length);
  const classes: [string, Record<string, unknown>][] = [["alone", alone(genes, count, "one-each", horizonMs)]];
  let others = online.slice(count);
  if (genes.twice && others.length > 0) {
    classes.push(["hermit", alone({ ...genes, mean: genes.mean + 1 }, 1, others.slice(0, 1), horizonMs)]);
    others = others.slice(1);
  }
  return { classes, others: { online: others, spread: spread.filter((cpu) => others.includes(cpu)) } };
}

/** Without them nothing that comes after the last try depends on where tasks are. */
const AFTERMATH = [
  ...["enableGap", "tryCostPerTask", "hookOn", "hookOff", "hookWork", "unhookWork", "unpatchWait"],
  ...["contextSwitch", "vmExit", "ipi", "signal"],
];

/** The same policy without what makes an aftermath. */
function simple(genes: PolicyGenes): PolicyGenes {
  return { ...genes, pure: false, masks: false, changes: { ...genes.changes, hookPatching: "none", giveUp: false } };
}

// Host.

const hostGenes = fc.record({
  cpus: fc.integer({ min: 1, max: 5 }),
  hz: fc.constantFrom(250, 100, 300, 100, 250, 1000),
  preemption: fc.constantFrom("none", "voluntary", "full", "lazy"),
  nohzFull: sometimes(2, gene()),
  offline: sometimes(8, gene()),
  reliableStack: fc.constantFrom(true, true, true, true, "frame-pointers", true, "frame-pointers", false),
  loader: gene(),
  options: fc.record(
    {
      idleTasks: oneIn(3).map((off) => !off),
      schedulerTick: oneIn(4).map((off) => !off),
      enableGap: fc.constantFrom("1us", "700us", "5ms", "60ms"),
      tryCostPerTask: fc.constantFrom("1us", "40us", "1ms", "9ms"),
      remoteWindow: fc.constantFrom("0.4us", "300us", "20ms"),
      hookOn: fc.constantFrom("300us", "30ms"),
      hookOff: fc.constantFrom("300us", "30ms"),
      hookWork: fc.constantFrom("2ms", "40ms"),
      unhookWork: fc.constantFrom("100us", "8ms", "70ms"),
      rcuGrace: fc.constantFrom(0, "1us", "3ms", "20ms"),
      watchdog: fc.constantFrom("7ms", "100ms", "4s"),
      unpatchWait: fc.constantFrom("none", "rude", "rude+tasks"),
      idleWakeRate: fc.constantFrom(1, 20, 1000),
      contextSwitch: fc.constantFrom("1us", "3us", "100us", "2ms"),
      vmExit: fc.constantFrom("1us", "5us", "700us"),
      ipi: fc.constantFrom("1us", "3us", "400us", "25ms"),
      signal: fc.constantFrom("1us", "4us", "600us"),
      scheduler: fc.oneof(
        fc.constantFrom("cfs", "eevdf-6.6", "eevdf-6.12"),
        fc.record({
          latency: fc.constantFrom(0, "1ms", "24ms"),
          minGranularity: fc.constantFrom("1us", "500us", "3ms"),
          wakeupGranularity: fc.constantFrom("none", 0, "100us", "4ms"),
        }),
      ),
      balancePeriod: fc.constantFrom("3ms", "20ms", "100ms", "1s"),
      haltPoll: fc.record({
        max: fc.constantFrom("200us", 0, "5ms", "30ms"),
        start: fc.constantFrom("10us", "300us"),
        grow: fc.constantFrom(2, 4, 1),
        shrink: fc.constantFrom(0, 2),
      }),
    },
    { requiredKeys: [] },
  ),
});
type HostGenes = typeof hostGenes extends fc.Arbitrary<infer V> ? V : never;

function subset(cpus: number, mask: number | undefined): number[] {
  const all = Array.from({ length: cpus }, (_, cpu) => cpu);
  return mask === undefined ? [] : all.filter((cpu) => ((mask >> cpu) & 1) === 1);
}

function host(genes: HostGenes): { host: Record<string, unknown>; placing: Placing } {
  const offline = subset(genes.cpus, genes.offline);
  if (offline.length === genes.cpus) offline.shift();
  const online = Array.from({ length: genes.cpus }, (_, cpu) => cpu).filter((cpu) => !offline.includes(cpu));
  const nohzFull = subset(genes.cpus, genes.nohzFull);
  const loaders: unknown[] = ["any", "any", "none", ...online];
  const built: Record<string, unknown> = {
    cpus: genes.cpus,
    hz: genes.hz,
    preemption: genes.preemption,
    reliableStack: genes.reliableStack,
    loaderCpu: pick(loaders, genes.loader),
    ...genes.options,
  };
  if (nohzFull.length > 0) built.nohzFull = nohzFull;
  if (offline.length > 0) built.offlineCpus = offline;
  return { host: built, placing: { online, spread: online.filter((cpu) => !nohzFull.includes(cpu)) } };
}

// Policies.

const policyGenes = fc.record({
  preset: fc.constantFrom(...PRESETS),
  pure: oneIn(4),
  period: gene(),
  every: fc.integer({ min: 1, max: 5 }),
  fate: fc.record({ P: gene(), N: gene(), T: gene() }),
  masks: oneIn(3),
  changes: fc.record(
    {
      signal: fc.constantFrom("none", "auto", "admin", "auto"),
      signalFlag: fc.constantFrom("P", "N"),
      adminSignalAt: fc.integer({ min: 0, max: 100 }),
      rounding: fc.constantFrom("round_jiffies", "jiffies", "exact"),
      lateness: fc.constantFrom("wheel", "none"),
      wakeKthreads: fc.boolean(),
      updateBeforeSignal: fc.boolean(),
      wakeIdle: fc.boolean(),
      condResched: fc.boolean(),
      scheduleHook: fc.boolean(),
      forkFixed: fc.boolean(),
      vhost: fc.constantFrom("kthread", "user"),
      hookPatching: fc.constantFrom("none", "key", "calls"),
      taskWork: fc.boolean(),
      sync: fc.constantFrom("sched", "rcu"),
      remote: fc.constantFrom("none", "v1", "v1-petr", "v2", "v-petr", "v-peter"),
      giveUp: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  forceAt: sometimes(8, fc.integer({ min: 0, max: 100 })),
  spare: fc.tuple(oneIn(8), oneIn(8), oneIn(8)),
});
type PolicyGenes = typeof policyGenes extends fc.Arbitrary<infer V> ? V : never;

/** What becomes of a flag before guest entry: whether it is looked at, and who deals with it. */
function masks({ fate, spare }: PolicyGenes): Record<string, string[]> {
  const built: Record<string, string[]> = { guestMask: [], guestLeaves: [], guestEats: [], guestUpdates: [] };
  const deal = (flag: string, choice: string | undefined): void => {
    if (choice === undefined) return;
    if (!choice.startsWith("only ")) built.guestMask?.push(flag);
    built[choice.replace("only ", "")]?.push(flag);
  };
  const signal = [undefined, "guestLeaves", "guestEats", "only guestLeaves", "only guestEats", "guestLeaves"];
  deal("P", pick(signal, fate.P));
  deal("N", pick(signal, fate.N));
  deal("T", pick([undefined, "guestLeaves", "guestUpdates", "only guestLeaves", "only guestUpdates"], fate.T));
  (["R", "RL", "NR"] as const).forEach((flag, i) => {
    if (!spare[i]) built.guestMask?.push(flag);
  });
  return built;
}

function policy(genes: PolicyGenes, index: number, pace: Pace, horizonMs: number): string | OwnPolicy {
  const { preset, every, changes } = genes;
  if (genes.pure && (pace === "patient" || pace === "becalmed")) return preset;
  const { adminSignalAt, ...plain } = changes;
  const built: OwnPolicy = { name: `own${index}`, extends: preset };
  const periods = PACES[pace].tryPeriods;
  if (periods !== null) built.tryPeriod = pick(periods, genes.period);
  built.signalEveryTries = every;
  if (genes.pure) return built;
  Object.assign(built, plain);
  built.adminSignalAt = null;
  if (built.signal === "admin" && adminSignalAt !== undefined)
    built.adminSignalAt = us((adminSignalAt * horizonMs * 1000) / 100);
  if (pace === "weary") built.giveUp = true;
  if (genes.forceAt !== undefined && pace !== "weary") built.forceAt = us((genes.forceAt * horizonMs * 1000) / 100);
  if (genes.masks) Object.assign(built, masks(genes));
  return built;
}

/** The same policy, of an era in which guests forget the round: each costs the same again. */
function eating(genes: PolicyGenes): PolicyGenes {
  return { ...genes, preset: "linux-5.16", masks: false };
}

// A caller on a tickless CPU, and tries that look at its mode before they switch it.

const raceGenes = fc.record({
  poll: fc.constantFrom(50, 1000, 20_000),
  affected: fc.constantFrom(1, 0.5, 1, 0),
  mode: fc.constantFrom("kernel", "sleep"),
  window: fc.constantFrom("0.4us", "300us", "20ms"),
  remote: fc.constantFrom("v1", "v1-petr", "v-petr", "v-peter"),
});
type RaceGenes = typeof raceGenes extends fc.Arbitrary<infer V> ? V : never;

function caller({ poll, affected, mode }: RaceGenes, cpu: number, horizonMs: number): Record<string, unknown> {
  const call = { mode, duration: "20us", affected, next: "poll" };
  const phases = {
    poll: { mode: "user", duration: { exponential: us(bounded(poll, horizonMs)) }, next: "call" },
    call,
  };
  return { kind: "user", count: 1, cpus: [cpu], behaviour: { phases } };
}

/** The same policy, whose tries switch from afar. */
function reaching(genes: PolicyGenes, remote: RaceGenes["remote"]): PolicyGenes {
  return { ...genes, pure: false, changes: { ...genes.changes, remote, hookPatching: "none" } };
}

// The whole.

const NOBODY_ELSE = { empty: true, alike: undefined, crowd: undefined };

export const scenarioArb: fc.Arbitrary<GeneratedScenario> = fc
  .record({
    pace: fc
      .tuple(fc.constantFrom<Pace>("brisk", "brisk", "steady", "brisk", "steady", "patient"), oneIn(50))
      .map(([pace, weary]): Pace => (weary ? "weary" : pace)),
    seed: fc.nat({ max: 1_000_000 }),
    horizon: fc.nat({ max: 100 }),
    settle: fc.constantFrom("0us", "1ms", "37ms", "300ms"),
    settlesLong: oneIn(2),
    host: hostGenes,
    classes: fc.array(classGenes, { minLength: 1, maxLength: 4 }),
    empty: oneIn(20),
    alike: sometimes(5, alikeGenes),
    crowd: sometimes(6, fc.array(crowdGenes, { minLength: 1, maxLength: 2 })),
    alone: sometimes(8, aloneGenes),
    amongResting: oneIn(2),
    policies: fc.array(policyGenes, { minLength: 1, maxLength: 2 }),
    functions: fc.subarray(FUNCTIONS, { minLength: 0, maxLength: 2 }),
    unpatch: oneIn(3),
    replace: sometimes(4, fc.nat({ max: 3 })),
    admin: fc.array(
      fc.record({ at: fc.nat({ max: 100 }), do: fc.constantFrom("reverse", "signal", "force", "reverse") }),
      { maxLength: 2 },
    ),
    acts: oneIn(3),
    still: sometimes(15, stillGenes),
    race: sometimes(8, raceGenes),
  })
  .map((drawn) => {
    const genes = drawn.still?.company === false ? { ...drawn, ...NOBODY_ELSE } : drawn;
    const paceName = genes.still === undefined ? genes.pace : "becalmed";
    const pace = PACES[paceName];
    const [least, most] = pace.horizonMs;
    const horizon = Math.round(least + ((most - least) * genes.horizon) / 100);
    const { host: hostFields, placing } = host(genes.host);
    if (paceName === "weary") hostFields.hz = 100;
    if (genes.still?.costs === false) for (const cost of COSTS) delete hostFields[cost];
    const patch: Record<string, unknown> = { functions: genes.functions };
    if (genes.unpatch) patch.direction = "unpatch";
    if (genes.replace !== undefined) Object.assign(patch, { replace: true, nops: genes.replace });
    const at = (percent: number): string => us(percent * horizon * 8);
    const chosen = genes.empty ? [] : genes.classes;
    const allRest = genes.alike !== undefined || (genes.crowd !== undefined && genes.amongResting);
    const rests = allRest || chosen.some((one) => one.rests);
    const classes = (allRest ? chosen.slice(0, 2).map(resting) : chosen).map((one, i) => [
      `class${i}`,
      classOf(one, placing, pace),
    ]);
    if (genes.alike !== undefined) {
      delete hostFields.ipi;
      delete hostFields.tryCostPerTask;
      delete hostFields.idleWakeRate;
      classes.push(...Object.entries(alike(genes.alike, placing)));
    }
    if (genes.crowd !== undefined) {
      delete hostFields.contextSwitch;
      delete hostFields.vmExit;
      classes.splice(2);
      classes.push(...genes.crowd.map((one, i) => [`crowd${i}`, crowd(one, placing)]));
    }
    if (genes.alone !== undefined) {
      const { classes: own, others } = hermits(genes.alone, placing, horizon);
      classes.splice(0, classes.length, ...own);
      if (genes.alone.company && others.online.length > 0) {
        const guests = genes.classes.slice(0, 2).map((one): ClassGenes => ({ ...one, placement: "list" }));
        classes.push(...guests.map((one, i) => [`class${i}`, classOf(one, others, pace)]));
      }
      if (!genes.alone.costs) for (const field of AFTERMATH) delete hostFields[field];
    }
    if (paceName === "weary") classes.push(["stuck", STUCK]);
    if (genes.still !== undefined) classes.push(...still(genes.still, placing));
    const tickless = (hostFields.nohzFull as number[] | undefined)?.find((cpu) => placing.online.includes(cpu));
    const race = tickless === undefined ? undefined : genes.race;
    if (race !== undefined && tickless !== undefined) {
      hostFields.remoteWindow = race.window;
      classes.push(["caller", caller(race, tickless, horizon)]);
    }
    const simpler = genes.alone?.costs === false ? genes.policies.map(simple) : genes.policies;
    const eaten = genes.still?.eaten ? simpler.map(eating) : simpler;
    const chasing = race === undefined ? eaten : eaten.map((one) => reaching(one, race.remote));
    return {
      host: hostFields,
      workload: Object.fromEntries(classes),
      patch,
      admin: genes.acts ? genes.admin.map((action) => ({ at: at(action.at), do: action.do })) : [],
      policies: [...new Set(chasing.map((one, i) => policy(one, i, paceName, horizon)))],
      run: {
        replicas: 2,
        seed: genes.seed,
        horizon: `${horizon}ms`,
        settle: genes.settlesLong && rests ? "1s" : genes.settle,
      },
    };
  });
