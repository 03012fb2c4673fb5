// A compiled model and policy as text for the C reference: a name and its numbers a line, in the order in which it asks for
// them. It knows what the scenarios of docs/performance.md need; anything else is refused here.

import { FOREVER_TICKS } from "../../dist/scenario/model.js";

const SIGNAL = { none: 0, auto: 1 };
const ROUNDING = { round_jiffies: 0, exact: 1 };
const MODE = { user: 0, kernel: 1, guest: 2, sleep: 3 };
const KIND = { user: 0, vcpu: 1, kthread: 2 };
const LOADER = { any: 1, none: 0 };
const FLAG = {
  TIF_PATCH_PENDING: 1,
  TIF_NOTIFY_SIGNAL: 2,
  TIF_SIGPENDING: 4,
  TIF_NEED_RESCHED: 8,
  TIF_NEED_RESCHED_LAZY: 16,
  TIF_NOTIFY_RESUME: 32,
};

const HOST_ONLY = {
  preemption: "voluntary",
  reliableStack: "yes",
  enableGap: 0,
  tryCostPerTask: 0,
  hookOn: 0,
  hookOff: 0,
  hookWork: 0,
  idleWakeRate: 0,
  watchdog: 0,
  contextSwitch: 0,
  vmExit: 0,
  ipi: 0,
  signal: 0,
};
const POLICY_ONLY = {
  signalFlag: "TIF_NOTIFY_SIGNAL",
  adminSignalAt: null,
  updateBeforeSignal: true,
  condResched: false,
  scheduleHook: false,
  hookPatching: "none",
  taskWork: false,
  sync: "sched",
  remote: "none",
  forceAt: null,
  giveUp: false,
};
const CLASS_ONLY = { worker: "none", hasFork: false };
const PHASE_ONLY = { halt: false, condResched: 0, fork: null };

/** The text for a model (src/scenario/model.ts) under a policy. */
export function modelText(model, policy) {
  const { host, patch } = model;
  only("host", host, HOST_ONLY);
  only("policy", policy, POLICY_ONLY);
  only("patch", patch, { direction: "patch", replace: false });
  refuse(host.nohzFull.includes(true) || host.online.includes(false), "CPUs that are offline or tickless");
  refuse(model.admin.length > 0, "admin actions");
  refuse(
    model.classes.some((one) => one.ranked !== null) && needsAll(model, policy),
    "ranked classes all of which are needed",
  );
  return [
    ["cpus", host.cpus],
    ["hz", host.hz],
    ["loader", code("host.loaderCpu", LOADER, host.loaderCpu)],
    ["idle_tasks", Number(host.idleTasks)],
    ["scheduler_tick", Number(host.schedulerTick)],
    ["latency", host.latency],
    ["min_granularity", host.minGranularity],
    ["wakeup_granularity", host.wakeupGranularity ?? -1],
    ["balance_period", host.balancePeriod],
    ["horizon", model.horizon],
    ["settle", model.settle],
    ["signal", code("policy.signal", SIGNAL, policy.signal)],
    ["signal_every_tries", policy.signalEveryTries],
    ["try_period", policy.tryPeriod],
    ["rounding", code("policy.rounding", ROUNDING, policy.rounding)],
    ["lateness", Number(policy.lateness === "wheel")],
    ["wake_kthreads", Number(policy.wakeKthreads)],
    ["wake_idle", Number(policy.wakeIdle)],
    ["guest_mask", mask(policy.guestMask)],
    ["guest_leaves", mask(policy.guestLeaves)],
    ["guest_eats", mask(policy.guestEats)],
    ["guest_updates", mask(policy.guestUpdates)],
    ["thresholds", model.exceedTicks.length, ...model.exceedTicks],
    ["lone", ...model.lone.map(Number)],
    ["balanced", ...model.balanceSet.map(Number)],
    ["cpu_sets", model.cpuSets.length],
    ...model.cpuSets.map((cpus) => ["cpu_set", cpus.length, ...cpus]),
    ["phases", model.phases.length],
    ...model.phases.map((phase) => phaseLine(phase, model)),
    ["classes", model.classes.length],
    ...model.classes.map(classLine),
    ["tasks", model.taskCount],
    ["class_of", ...model.tasks.classOf],
    ["home", ...model.tasks.cpu],
    ["set_of", ...model.tasks.cpuSet],
  ]
    .map((line) => `${line.join(" ")}\n`)
    .join("");
}

/** Does anything ask for more of a ranked class than who wakes last? */
function needsAll({ host, phases }, policy) {
  const isIdleAsked = host.idleTasks && !policy.wakeIdle;
  return (
    host.loaderCpu !== "none" || policy.signal !== "none" || isIdleAsked || phases.some(({ mode }) => mode === "kernel")
  );
}

function phaseLine(phase, { durations }) {
  only("phase", phase, PHASE_ONLY);
  const { mode, wait, duration, affected, affectedWork, onSignal, exits, next } = phase;
  const { kind, ticks, mean } = durations[duration];
  refuse(kind !== "fixed" && kind !== "exponential", `durations that are ${kind}`);
  refuse(affected !== affectedWork || (affected !== 0 && affected !== 1), "stacks affected by chance");
  refuse(onSignal !== "none" && (onSignal !== "restart" || mode !== "sleep"), `onSignal: ${onSignal}`);
  refuse(wait === "freezable" || next.some((link) => link.phase < 0), "freezable sleeps, tasks that end");
  const isExponential = kind === "exponential";
  const links = next.flatMap((link) => [link.cumulative, link.phase]);
  const of = [MODE[mode], wait === "interruptible", affected, isExponential, isExponential ? mean : ticks, exits];
  return ["phase", ...of.map(Number), next.length, ...links];
}

function classLine(one) {
  only("class", one, CLASS_ONLY);
  const { kind, firstTask, count, vmmPhase, vmmTicks, usesCpu, startShares, resting, ranked } = one;
  const shares = startShares.flatMap((share) => [share.cumulative, share.phase]);
  const share = resting?.share ?? ranked?.asleep ?? 0;
  const rest = [resting?.phase ?? -1, share, resting?.most ?? FOREVER_TICKS];
  const ranking = [one.phaseCount, one.firstPhase, ranked?.phase ?? -1, ranked?.share ?? 0];
  const of = [KIND[kind], firstTask, count, vmmPhase ?? -1, vmmTicks, Number(usesCpu), ...rest, ...ranking];
  return ["class", ...of, startShares.length, ...shares];
}

function mask(names) {
  return names.reduce((bits, name) => bits | FLAG[name], 0);
}

function code(field, codes, name) {
  refuse(!(name in codes), `${field}: ${name}`);
  return codes[name];
}

function only(what, record, expected) {
  for (const [name, value] of Object.entries(expected)) {
    refuse(record[name] !== value, `${what}.${name}: ${record[name]}, only ${value}`);
  }
}

function refuse(unknown, what) {
  if (unknown) throw new RangeError(`the C reference does not know ${what}`);
}
