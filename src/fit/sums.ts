// What tools that count in the kernel add to a recording of events, or make of it where there are none: stacks of sleeps
// (offcputime), exits of guests (kvmexit), lengths on and off the CPU and of waits for it (cpudist, runqlat).

import { Account, type PhaseAccount, type PhaseSpec } from "./account.js";
import { isKthreadName } from "./kthreads.js";
import type { Observed } from "./observed.js";
import { addLot, emptyLot, type Kind, type Lot, patternOf } from "./recording.js";
import type { TraceSum } from "./trace-event.js";

type Sum<T extends TraceSum["type"]> = TraceSum & { type: T };

const RUN: PhaseSpec = { name: "run", mode: "run", wait: null, halt: false, call: null, stack: null };
const SLEEP: PhaseSpec = { name: "sleep", mode: "sleep", wait: "interruptible", halt: false, call: null, stack: null };
const GUEST: PhaseSpec = { ...RUN, name: "guest", mode: "guest" };
const HALT: PhaseSpec = { ...SLEEP, name: "halt", halt: true };
/** The function of a system call, in today's and older kernels: __x64_sys_read, ksys_read, SyS_read. */
const OF_CALL = /^(?:__(?:x64|ia32|arm64|riscv|s390x?|se|do)_|k|compat_)?(?:sys|SyS)_(\w+)$/;
const OF_HALT = /^(EXIT_REASON_)?HLT$/i;

export function withSums(
  lots: readonly Lot[],
  sums: readonly TraceSum[],
  has: Observed["has"],
  notes: string[],
): Lot[] {
  const of = <T extends TraceSum["type"]>(type: T) => sums.filter((sum): sum is Sum<T> => sum.type === type);
  const [blocked, exits, histograms] = [of("blocked"), of("guest-exits"), of("histogram")];
  if (lots.length > 0) {
    if (histograms.length > 0) notes.push(`${histograms.length} histograms left out: the events tell more`);
    const stacked = has.stacks ? [...lots] : lots.map((lot) => withStacks(lot, blocked, notes));
    return has.guests ? stacked : stacked.map((lot) => withExits(lot, exits));
  }
  return [...ofBlocked(blocked, notes), ...ofExits(exits, notes), ...ofHistograms(histograms, notes)];
}

/** Sleeps get the stacks of tasks of that name, by their share of the blocked time: how many sleeps they were was not counted. */
function withStacks(lot: Lot, blocked: readonly Sum<"blocked">[], notes: string[]): Lot {
  const own = blocked.filter(({ comm }) => lot.comms.has(comm));
  if (own.length === 0) return lot;
  const calls = lot.account.calls > 0;
  const shares = new Map<PhaseAccount, Part[]>();
  for (const phase of lot.account.phases.values()) {
    const { mode, halt, call } = phase.spec;
    const stacks = mode === "sleep" && !halt ? own.filter(({ functions }) => !calls || callOf(functions) === call) : [];
    shares.set(phase, stacks.length > 0 ? partsOf(phase.spec, stacks) : [{ spec: phase.spec, share: 1 }]);
  }
  notes.push(`${lot.pattern}: stacks of sleeps from the blocked time of each, not from how often`);
  return { ...lot, account: spread(lot.account, shares) };
}

interface Part {
  spec: PhaseSpec;
  share: number;
}

function partsOf(spec: PhaseSpec, stacks: readonly Sum<"blocked">[]): Part[] {
  const all = stacks.reduce((sum, { total }) => sum + total, 0);
  return all > 0
    ? stacks.map(({ functions, total }) => ({ spec: { ...spec, stack: functions }, share: total / all }))
    : [{ spec, share: 1 }];
}

function callOf(functions: readonly string[]): string | null {
  for (const name of functions) {
    const call = OF_CALL.exec(name)?.[1];
    if (call !== undefined) return call;
  }
  return null;
}

/** Each phase in parts. */
function spread(account: Account, shares: ReadonlyMap<PhaseAccount, Part[]>): Account {
  const to = new Account();
  to.runnable.addAll(account.runnable);
  to.known = account.known;
  for (const [from, parts] of shares)
    for (const { spec, share } of parts) {
      const part = to.phase(spec);
      part.lengths.addAll(from.lengths, share);
      part.interrupted += from.interrupted * share;
      for (const [reason, count] of from.exits ?? []) part.exited(reason, count * share);
      for (const [next, count] of from.next)
        if (next === "exit") part.follow(next, count * share);
        else for (const then of shares.get(next)!) part.follow(to.phase(then.spec), count * share * then.share);
    }
  return to;
}

/** A thread whose exits were counted runs a guest: its time on a CPU is the guest's, its interruptible sleeps are halts. */
function withExits(lot: Lot, exits: readonly Sum<"guest-exits">[]): Lot {
  const own = exits.filter(({ tid }) => tid === lot.pid);
  if (own.length === 0) return lot;
  const account = new Account();
  account.addAll(lot.account, ({ spec }) => {
    const runs = spec.call === "ioctl" || spec.call === null;
    if (!runs || spec.mode === "user") return spec;
    if (spec.mode !== "sleep") return GUEST;
    return spec.wait === "interruptible" || spec.wait === null ? HALT : spec;
  });
  countExits(account.phase(GUEST), own);
  return { ...lot, kind: "vcpu", account };
}

function countExits(guest: PhaseAccount, exits: readonly Sum<"guest-exits">[]): void {
  for (const { reason, count } of exits) if (!OF_HALT.test(reason)) guest.exited(reason, count);
}

/** Exits alone: how often each, and how often a halt; not how long. */
function ofExits(exits: readonly Sum<"guest-exits">[], notes: string[]): Lot[] {
  const lots = new Map<number, Lot>();
  for (const { tid, comm } of exits) if (!lots.has(tid)) lots.set(tid, oneLot("vcpu", comm, tid));
  for (const [tid, { account }] of lots) {
    const own = exits.filter((sum) => sum.tid === tid);
    const [guest, halt] = [account.phase(GUEST), account.phase(HALT)];
    countExits(guest, own);
    const halts = own.reduce((sum, { reason, count }) => sum + (OF_HALT.test(reason) ? count : 0), 0);
    if (halts === 0) continue;
    guest.follow(halt, halts);
    halt.follow(guest, halts);
  }
  if (lots.size > 0) notes.push("exits of guests without events: how often, not how long a guest runs or halts");
  return [...lots.values()];
}

/** Stacks alone: where a task sleeps, by share of the time. Of each all its sleeps are one, for how many they were is not known. */
function ofBlocked(blocked: readonly Sum<"blocked">[], notes: string[]): Lot[] {
  const lots = new Map<string, Lot>();
  for (const { comm, functions, total } of blocked) {
    if (!lots.has(comm)) lots.set(comm, oneLot(isKthreadName(comm) ? "kthread" : "user", comm, null));
    const { account } = lots.get(comm)!;
    account.phase({ ...SLEEP, stack: functions }).lengths.whole.add(total);
    account.known += total;
  }
  for (const { account } of lots.values()) {
    const sleeps = [...account.phases.values()];
    for (const [i, sleep] of sleeps.entries()) sleep.follow(sleeps[(i + 1) % sleeps.length]!);
  }
  if (lots.size > 0) notes.push("blocked time without events: its share by stack is known, not the length of a sleep");
  return [...lots.values()];
}

function ofHistograms(histograms: readonly Sum<"histogram">[], notes: string[]): Lot[] {
  const lots = new Map<string, Lot>();
  for (const { of, task, bins } of histograms) {
    const name = task ?? "tasks";
    if (!lots.has(name)) lots.set(name, oneLot("user", name, null));
    const { account } = lots.get(name)!;
    const [run, sleep] = [account.phase(RUN), account.phase(SLEEP)];
    const lengths = of === "run-queue" ? account.runnable : (of === "on-cpu" ? run : sleep).lengths;
    for (const { low, high, count } of bins) if (count > 0) lengths.whole.addBin(low, high, count);
    account.known = account.runnable.seen + run.lengths.seen + sleep.lengths.seen;
  }
  for (const { account } of lots.values()) {
    const [run, sleep] = [account.phase(RUN), account.phase(SLEEP)];
    const both = run.lengths.n > 0 && sleep.lengths.n > 0;
    if (run.lengths.n > 0) run.follow(both ? sleep : run, run.lengths.n);
    if (sleep.lengths.n > 0) sleep.follow(both ? run : sleep, sleep.lengths.n);
  }
  if (lots.size > 0)
    notes.push(
      "histograms without events: a time off the CPU counts as a sleep, a time on it as user mode; one task each",
    );
  return [...lots.values()];
}

/** One that was there all along. */
function oneLot(kind: Kind, comm: string, pid: number | null): Lot {
  const lot = emptyLot(kind, patternOf(comm));
  const spans = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  addLot(lot, { ...lot, pid, comms: new Map([[comm, 1]]), spans, account: new Account() });
  return { ...lot, pid };
}
