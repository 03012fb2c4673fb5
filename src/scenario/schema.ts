// The words of a scenario file (design 3.1, 3.2, 3.6, 5) and their bounds. Values stay as written: units are checked here
// and turned into ticks by compile.ts, so that a parsed scenario is again a scenario. Every message completes "expected ...".

import { z } from "zod";
import { BEHAVIOUR_PRESETS } from "./behaviour-presets.js";
import {
  atMost,
  choice,
  durationSchema,
  expected,
  flag,
  integer,
  name,
  or,
  probability,
  rate,
  seed,
  spanOrZero,
  time,
  timeOrZero,
  titleFields,
  weight,
} from "./fields.js";
import { POLICY_PRESETS } from "./policy-presets.js";
import { sweepSchema } from "./sweep-schema.js";
import { UNITS_HELP } from "./units.js";

export const CPU_MAX = 4096;
export const TASK_MAX = 65536;
export const CLASS_MAX = 64;
export const PHASE_MAX = 64;
const HOUR = 3600e6;
const SETTLE_MAX = HOUR / 4; // within the 1024 s of jiffies that the core counts before the start

const cost = () => timeOrZero({ max: 60e6, bound: "from 0 to 1m, in whole us" });
const lookRate = () => rate(1e6, "from 0 to 1000000/s");

const cpuNumber = () => integer(0, CPU_MAX - 1, "a CPU number");
const CPU_LIST = /^[0-9]{1,4}(-[0-9]{1,4})?( ?, ?[0-9]{1,4}(-[0-9]{1,4})?)*$/;
const CPU_LIST_LENGTH_MAX = 6 * CPU_MAX; // each one named, with a comma and a blank
const CPU_LIST_HELP = expected("a list of CPUs such as [2, 3] or '2-7,9'");
export const cpuList = () =>
  z.union(
    [
      z.array(cpuNumber(), { error: CPU_LIST_HELP }).max(CPU_MAX, { error: CPU_LIST_HELP }),
      z.string({ error: CPU_LIST_HELP }).max(CPU_LIST_LENGTH_MAX, or(CPU_LIST_HELP)).regex(CPU_LIST, or(CPU_LIST_HELP)),
    ],
    { error: CPU_LIST_HELP },
  );

export const FUNCTIONS_MAX = 1024;
export const FUNCTION = /^[A-Za-z_][A-Za-z0-9_.]{0,127}$/;
const functionError = expected("the name of a kernel function");
const functions = (bound: string) =>
  z
    .array(z.string({ error: functionError }).regex(FUNCTION, or(functionError)), { error: expected(bound) })
    .max(FUNCTIONS_MAX, { error: expected(`at most ${FUNCTIONS_MAX} functions`) });

// Host (design 3.1)

export const schedulerSchema = z.union(
  [
    choice(["cfs", "eevdf-6.6", "eevdf-6.12"]),
    z.strictObject({
      latency: timeOrZero({ max: 10e6, bound: "from 0 to 10s, in whole us" }).describe(
        "Period in which every runnable task runs once; 0 under EEVDF. As it is in effect: no factor is applied",
      ),
      minGranularity: time({ min: 1, max: 10e6, bound: "from 1us to 10s, in whole us" }).describe(
        "Shortest slice (base slice under EEVDF), as it is in effect",
      ),
      wakeupGranularity: z
        .union([timeOrZero({ max: 10e6, bound: "from 0 to 10s, in whole us" }), z.literal("none")], {
          error: expected("a time from 0 to 10s or none"),
        })
        .describe("Lead in virtual runtime at which a wake-up preempts; none: it never does"),
    }),
  ],
  { error: expected("cfs, eevdf-6.6, eevdf-6.12 or {latency, minGranularity, wakeupGranularity}") },
);

const haltPollSchema = z.strictObject({
  max: timeOrZero({ max: 1e6, bound: "from 0 to 1s, in whole us" })
    .default("200us")
    .describe("halt_poll_ns; 0: never poll (KF 4.4: 200 us on x86)"),
  start: time({ min: 1, max: 1e6, bound: "from 1us to 1s, in whole us" })
    .default("10us")
    .describe("halt_poll_ns_grow_start"),
  grow: integer(1, 1000).default(2).describe("halt_poll_ns_grow: factor"),
  shrink: integer(0, 1000)
    .default(0)
    .describe("halt_poll_ns_shrink: divisor; 0 shrinks to nothing (up to 6.1), 2 from 6.12"),
});

const hostSchema = z.strictObject({
  cpus: integer(1, CPU_MAX).describe("Possible CPUs, offline ones included"),
  hz: z
    .union([z.literal(100), z.literal(250), z.literal(300), z.literal(1000)], {
      error: expected("one of 100, 250, 300, 1000"),
    })
    .default(250)
    .describe("CONFIG_HZ"),
  preemption: choice(["none", "voluntary", "full", "lazy"]).default("voluntary").describe("Preemption model (KF 2.6)"),
  nohzFull: cpuList().default([]).describe("nohz_full= CPUs: no tick while one task runs there"),
  offlineCpus: cpuList().default([]).describe("CPUs that are offline: a try switches their idle tasks at once"),
  reliableStack: z
    .union([z.boolean(), z.literal("frame-pointers")], { error: expected("true, false or frame-pointers") })
    .default(true)
    .describe(
      "Reliable stack traces: true (ORC), false (none: tries switch nobody), frame-pointers (a task preempted in the kernel cannot be switched)",
    ),
  loaderCpu: z
    .union([cpuNumber(), choice(["any", "none"])], {
      error: expected(`a CPU number from 0 to ${CPU_MAX - 1}, any or none`),
    })
    .default("any")
    .describe("Where the patch is loaded and tries run: a CPU; any: drawn per replica; none: nobody is displaced"),
  idleTasks: flag().default(true).describe("Whether the CPUs' idle tasks have to switch too"),
  schedulerTick: flag().default(true).describe("Whether timer ticks interrupt the CPUs"),
  enableGap: cost().default(0).describe("From setting the flags to the first try (KF 1.10)"),
  tryCostPerTask: timeOrZero({ max: 1e6, bound: "from 0 to 1s, in whole us" })
    .default(0)
    .describe("Time a try takes per task slot; long tries lengthen the period (KF 1.3)"),
  hookOn: cost().default(0).describe("Patching call sites before try 1, policies with hookPatching calls (KF 1.11)"),
  hookOff: cost().default(0).describe("Patching call sites in the last try, work of the CPU that completes"),
  hookWork: cost()
    .default(0)
    .describe("Work of hooking the functions: by so much the loader, when it starts, has outrun the tasks of its CPU"),
  unhookWork: cost()
    .default(0)
    .describe(
      "Work of unhooking one function, on the CPU that completes; whoever runs there then has a claim to as much",
    ),
  rcuGrace: cost()
    .optional()
    .describe("A plain RCU grace period, of which an RCU-tasks grace period has two; 5 jiffies if not given"),
  unpatchWait: choice(["none", "rude", "rude+tasks"])
    .default("none")
    .describe(
      "What unregistering an ftrace hook waits for: none, a rude wait, and an RCU-tasks grace period, as the kernel is configured (KF 1.4)",
    ),
  idleWakeRate: lookRate()
    .default(0)
    .describe("How often an idle CPU reschedules for reasons of its own, per second and CPU"),
  watchdog: timeOrZero({ max: HOUR, bound: "from 0 to 1h, in whole us" })
    .default(0)
    .describe(
      "Period of the soft-lockup watchdog, which makes the idle loops of all CPUs (but nohzFull ones) turn in one phase; 4s by default in Linux (2/5 of watchdog_thresh); 0: off",
    ),
  contextSwitch: cost().default(0).describe("Cost of a switch to another task"),
  vmExit: cost().default(0).describe("Cost of a VM exit"),
  ipi: cost().default(0).describe("Delay of an inter-processor interrupt"),
  remoteWindow: spanOrZero()
    .default(0)
    .describe(
      "Time from a try's look at the mode of a task on a nohzFull CPU to the last store of its switch, where a policy's `remote` does both apart (KF 5.3 L2)",
    ),
  signal: cost().default(0).describe("Cost of a pass through the signal code on the way to user mode"),
  scheduler: schedulerSchema
    .default("cfs")
    .describe(
      "cfs: 6 ms, 0.75 ms, 1 ms; eevdf-6.6: 0.75 ms; eevdf-6.12: 0.70 ms, each times 1 + floor(log2(min(cpus, 8))) (KF 8.2); or own values",
    ),
  balancePeriod: time({ min: 1000, max: HOUR, bound: "from 1ms to 1h, in whole us" })
    .default("100ms")
    .describe("Time between balance passes (assumption)"),
  haltPoll: haltPollSchema.prefault({}).describe("Halt polling of halted vCPUs (KF 4.4)"),
});

// Behaviours (design 3.2)

const phaseSchema = z.strictObject({
  mode: choice(["user", "kernel", "guest", "sleep"])
    .optional()
    .describe("user, kernel and guest need a CPU; a halt is a sleep"),
  wait: choice(["interruptible", "uninterruptible", "killable", "freezable", "idle", "stopped", "traced"])
    .optional()
    .describe("State of a sleep (default interruptible)"),
  halt: flag().optional().describe("A vCPU's halt: polls, then sleeps in kvm_vcpu_block (KF 4.4)"),
  duration: durationSchema.optional(),
  stack: functions("a list of functions")
    .optional()
    .describe("Functions on the kernel stack, besides those of KVM that guest and halt phases hold anyway"),
  affected: probability()
    .optional()
    .describe("Chance that the stack holds a patched function, where only that is known"),
  onSignal: choice(["restart", "eintr", "absorb"])
    .optional()
    .describe(
      "What a fake signal does: restart (default of interruptible sleeps), eintr (the program sees it), absorb (io_uring_enter, KF 3.5); on a kernel phase: the call heeds signals",
    ),
  condResched: lookRate()
    .optional()
    .describe("Rate at which a kernel phase passes cond_resched(), per second of CPU time"),
  exits: lookRate()
    .optional()
    .describe("VM exits of a guest phase that do not leave to user space, per second, host ticks not counted"),
  next: z
    .union(
      [
        name(),
        z
          .record(name(), weight(), { error: expected("{phase: weight}") })
          .refine((weights) => Object.values(weights).some((w) => w > 0), {
            error: expected("at least one weight above 0"),
          }),
      ],
      { error: expected("a phase, exit, or {phase: weight}") },
    )
    .optional()
    .describe("The phase that follows; exit ends the task; the default is itself where it is the only phase"),
  fork: name().optional().describe("A child starts in this phase when this one ends (KF 1.8)"),
});
export type PhaseInput = z.infer<typeof phaseSchema>;

const vmmTime = () => time({ min: 1, max: 60e6, bound: "from 1us to 1m, in whole us" });

const behaviourName = () =>
  z.string({ error: expected("the name of a behaviour") }).meta({ examples: Object.keys(BEHAVIOUR_PRESETS) });

export const behaviourSchema = z.strictObject({
  extends: behaviourName().optional().describe("A built-in behaviour whose phases these change or add to"),
  phases: z
    .record(name(), phaseSchema, { error: expected("{name: phase}") })
    .refine(...atMost(PHASE_MAX, "phases"))
    .optional()
    .describe("The first one listed is where a task begins and a cycle is counted"),
  worker: choice(["io", "vhost"])
    .optional()
    .describe("io: an io_uring worker; vhost: kthread or user worker, as the policy says (KF 4.7)"),
  children: integer(1, 4096).optional().describe("Slots for living children per task (default 16 where a phase forks)"),
  vmm: vmmTime()
    .optional()
    .describe("VMM's time in user mode after EINTR from KVM_RUN (default 20us, assumption; KF 4.6)"),
  text: z.string().optional(),
});
export type BehaviourInput = z.infer<typeof behaviourSchema>;

const classSchema = z.strictObject({
  kind: choice(["user", "vcpu", "kthread"]),
  count: integer(0, TASK_MAX).default(1).describe("Tasks of this class"),
  cpus: z
    .union([choice(["one-each", "spread"]), cpuList()], {
      error: expected("one-each, spread or a list of CPUs such as [2, 3] or '2-7,9'"),
    })
    .default("spread")
    .describe(
      "one-each: task i alone pinned to the i-th online CPU; spread: round robin over online CPUs that are not nohzFull, free to be moved; a list: task i starts on its entry i (mod length), free within the list",
    ),
  threadsPerProcess: integer(1, TASK_MAX)
    .optional()
    .describe("Tasks that share an mm (default 1; for vCPUs the class's count: one VM)"),
  behaviour: z.union([behaviourName(), behaviourSchema], {
    error: expected("the name of a behaviour, or {phases}, or {extends, phases}"),
  }),
  vmm: vmmTime().optional().describe("As in the behaviour, which it overrides"),
});
export type ClassInput = z.infer<typeof classSchema>;

// Policies (design 3.6)

export const FLAGS = {
  T: "TIF_PATCH_PENDING",
  N: "TIF_NOTIFY_SIGNAL",
  P: "TIF_SIGPENDING",
  R: "TIF_NEED_RESCHED",
  RL: "TIF_NEED_RESCHED_LAZY",
  NR: "TIF_NOTIFY_RESUME",
} as const;

function flagsOf<const T extends readonly (keyof typeof FLAGS)[]>(short: T, help: string) {
  const names: string[] = [...short, ...short.map((s) => FLAGS[s])];
  const error = expected(`one of ${names.join(", ")}`);
  return z
    .array(z.enum(names, { error }), { error: expected("a list of flags") })
    .optional()
    .describe(help);
}

const orNever = (schema: ReturnType<typeof timeOrZero>) =>
  z.union([schema, z.null()], { error: expected(`a time from 0 to 1h (${UNITS_HELP}) or null`) }).optional();

const policyFields = {
  text: z
    .string()
    .max(2000, { error: expected("at most 2000 characters") })
    .optional()
    .describe("What it is, when it is good, when it is bad"),
  extends: z
    .string({ error: expected("the name of a policy") })
    .optional()
    .describe("The policy whose fields these change"),
  signal: choice(["none", "admin", "auto"])
    .optional()
    .describe("Who sends rounds: nobody, the administrator, the kernel"),
  signalFlag: z
    .enum(["P", "N", FLAGS.P, FLAGS.N], { error: expected(`one of P, N, ${FLAGS.P}, ${FLAGS.N}`) })
    .optional()
    .describe("The flag a fake signal sets"),
  signalEveryTries: integer(1, 1_000_000).optional().describe("SIGNALS_TIMEOUT: a round each so many tries"),
  adminSignalAt: orNever(timeOrZero({ max: HOUR, bound: "from 0 to 1h" })).describe(
    "When the administrator writes `signal`",
  ),
  tryPeriod: time({ min: 1000, max: HOUR, bound: "from 1ms to 1h, in whole us" })
    .optional()
    .describe("Delay between tries"),
  rounding: choice(["round_jiffies", "jiffies", "exact"]).optional().describe("How the delay between tries is rounded"),
  lateness: choice(["wheel", "none"])
    .optional()
    .describe("Whether the timer wheel fires late by up to a bucket (KF 1.3)"),
  wakeKthreads: flag().optional().describe("Whether a round wakes kthreads that sleep interruptibly"),
  guestMask: flagsOf(["R", "RL", "P", "N", "T", "NR"], "Flags looked at before guest entry"),
  guestLeaves: flagsOf(["P", "N", "T"], "Flags that leave to user space with EINTR"),
  guestEats: flagsOf(["P", "N"], "Flags cleared in place: the regression of 5.13"),
  guestUpdates: flagsOf(["T"], "T here: the task switches in place"),
  updateBeforeSignal: flag().optional().describe("Order in the exit loop: the switch before the signals (KF 3.3)"),
  wakeIdle: flag().optional().describe("Whether a try wakes idle CPUs (5.16 on)"),
  condResched: flag().optional().describe("Whether cond_resched() tries to switch the task (6.4 to 6.15)"),
  scheduleHook: flag().optional().describe("Whether a freezable sleep tries to switch the task (6.16 on)"),
  forkFixed: flag().optional().describe("Whether fork copies T consistently (5.10.150, 6.1)"),
  vhost: choice(["kthread", "user"]).optional().describe("What a vhost worker is"),
  hookPatching: choice(["none", "key", "calls"]).optional().describe("Text patching at start and end (KF 1.11)"),
  taskWork: flag()
    .optional()
    .describe("Whether the mm's concurrency-id scan queues work to vCPUs (6.4 to 6.12, KF 4.4)"),
  sync: choice(["sched", "rcu"]).optional().describe("What completion waits for (KF 5.1)"),
  remote: choice(["none", "v1", "v1-petr", "v2", "v-petr", "v-peter"])
    .optional()
    .describe("How a try switches a task in user mode on a nohzFull CPU (KF 5.2)"),
  forceAt: orNever(timeOrZero({ max: HOUR, bound: "from 0 to 1h" })).describe("When the administrator writes `force`"),
  giveUp: flag().optional().describe("kpatch: 15 s, signal, 60 s more, then unload (KF 1.9)"),
};
const POLICY_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+:/-]{0,127}$/;
const policyNameError = expected("a name of letters, digits and - _ . + : /");
const policyName = () => z.string({ error: policyNameError }).regex(POLICY_NAME, or(policyNameError));
const presetName = () => policyName().meta({ examples: Object.keys(POLICY_PRESETS) });
export const policyRecordSchema = z.strictObject({
  name: policyName().optional().describe("Default: the name of what it extends, and a +"),
  ...policyFields,
});
export type PolicyInput = z.infer<typeof policyRecordSchema>;
const policyEntrySchema = z.union([presetName(), policyRecordSchema], {
  error: expected("the name of a policy, or {name, extends, ...}"),
});

// The whole

const patchSchema = z.strictObject({
  functions: functions("a list of functions").default([]).describe("The affected functions"),
  direction: choice(["patch", "unpatch"]).default("patch"),
  replace: flag().default(false).describe("Atomic replace of older patches"),
  nops: integer(0, 100_000).default(0).describe("Nop functions dropped by an atomic replace, one wait each (KF 1.4)"),
});

const adminSchema = z
  .array(
    z.strictObject({
      at: timeOrZero({ max: HOUR, bound: "from 0 to 1h, in whole us" }),
      do: choice(["reverse", "force", "signal"]),
    }),
    { error: expected("a list of {at, do}") },
  )
  .max(1000, { error: expected("at most 1000 actions") });

const runSchema = z.strictObject({
  replicas: integer(1, 1e9).default(10_000).describe("Simulated transitions per policy"),
  seed: seed(),
  horizon: time({ min: 1, max: HOUR, bound: "from 1us to 1h, in whole us" })
    .default("120s")
    .describe("A replica not complete by then is censored"),
  settle: timeOrZero({ max: SETTLE_MAX, bound: "from 0 to 15m, in whole us" })
    .optional()
    .describe("Simulated time before the start; default: the larger of 2 s and 5 mean cycles, at most 20 s; up to 15m"),
  exceed: z
    .array(time({ min: 1, max: HOUR, bound: "from 1us to 1h, in whole us" }), { error: expected("a list of times") })
    .max(16, { error: expected("at most 16 times") })
    .default(["1s", "15s", "60s", "75s"])
    .describe("Thresholds of the exceedance table"),
});

export const scenarioSchema = z
  .strictObject({
    ...titleFields,
    experiment: z.literal("transition", { error: expected("transition") }).default("transition"),
    host: hostSchema.describe("CPUs and kernel configuration"),
    workload: z
      .record(name(), classSchema, { error: expected("{class: {kind, count, cpus, behaviour}}") })
      .refine(...atMost(CLASS_MAX, "classes"))
      .default({})
      .describe("Classes of tasks that behave alike"),
    patch: patchSchema.prefault({}),
    admin: adminSchema.default([]).describe("What the administrator does, and when"),
    policies: z
      .array(policyEntrySchema, { error: expected("a list of policies") })
      .min(1, { error: expected("at least one policy") })
      .max(1000, { error: expected("at most 1000 policies") })
      .default(["linux-6.1"])
      .describe("Kernels to compare: presets, or records that extend one"),
    run: runSchema.prefault({}),
    sweep: sweepSchema.optional().describe("What `klpsim sweep` varies (docs/sweep.md)"),
  })
  .meta({ title: "klpsim scenario", description: "A host, its tasks, a livepatch, and the kernels to load it on" });

/** A checked scenario, defaults filled in; as a value again a valid input. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** JSON Schema of a scenario file, for editors. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { io: "input", target: "draft-2020-12" });
}
