// One replica: a VM whose vCPUs meet their faults, in order of time (docs/memory-fault.md, 2).

import { durationTicks, FOREVER } from "../distribution";
import { selectReplica, uniform } from "../draw";
import { forgetPages, NEVER, nextReady, queuePage, takePage } from "./async-pages";
import { ASYNC, chance, DROPPED, ELSEWHERE, GAP, LATENCY, READY, SIGNAL, STRUCK } from "./draws";
import { clearDue, dueAt, DUE_END, earliestVcpu, setDue } from "./due";
import * as kvmRun from "./kvm-run";
import { drawDroppedPage, drawPage, drawPath, EMULATED, PLAIN, siteOf } from "./pages";
import * as tally from "./tally";
import { fillsDropped, returnsZero, sites } from "./variant";
import { resolve } from "./vmm";

/** Durations by number (distribution.ts): from fault to fault, from signal to signal, of a page's way. */
export let gap: u32 = 0;
export let signals: u32 = 0;
export let latency: u32 = 0;

/** A fault's number and an exit's make one draw's. */
const FAULT_MAX: u32 = 1 << 20;

export let vcpuCount: u32 = 1;
/** Faults of each vCPU. */
export let faultCount: u32 = 1;
/** Probabilities: of a plain fault, that a failure on the way is dropped; that its page is brought in meanwhile; that this then fails. */
export let dropped: f64 = 0;
export let asyncShare: f64 = 0;
export let asyncFails: f64 = 0;
/** Of an exit under construction, that another path fails; of that, that it has not loaded the vCPU. */
export let struck: f64 = 0;
export let elsewhere: f64 = 0;

// Per vCPU: when its next fault and signal are due, how many of each were before.
const FAULT_AT: usize = DUE_END;
const SIGNAL_AT: usize = FAULT_AT + ((<usize>kvmRun.VCPU_MAX) << 3);
const FAULTS_MET: usize = SIGNAL_AT + ((<usize>kvmRun.VCPU_MAX) << 3);
const SIGNALS_MET: usize = FAULTS_MET + ((<usize>kvmRun.VCPU_MAX) << 2);
/** One replica's faults as they were met, for whoever follows the same rules elsewhere: vCPU, E, D, then the counters so far. */
export const TRACE: usize = SIGNALS_MET + ((<usize>kvmRun.VCPU_MAX) << 2);
export const TRACE_WORDS: u32 = 3 + tally.COUNTERS;
export const TRACE_MAX: u32 = 4096;

let tracing: bool = false;

/** Runs replicas first .. first + count - 1 and adds them to the counts. */
export function runReplicas(seed: u64, first: u64, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    simulate(seed, first + n);
    tally.addReplica();
  }
}

/** One replica of at most TRACE_MAX faults, traced. */
export function traceReplica(seed: u64, replica: u64): void {
  assert(vcpuCount * faultCount <= TRACE_MAX);
  tracing = true;
  simulate(seed, replica);
  tracing = false;
}

function simulate(seed: u64, replica: u64): void {
  assert(vcpuCount <= kvmRun.VCPU_MAX && faultCount <= FAULT_MAX);
  selectReplica(seed, replica);
  tally.clearReplica();
  clearDue(vcpuCount);
  for (let vcpu: u32 = 0; vcpu < vcpuCount; vcpu++) start(vcpu);
  for (let vcpu = earliestVcpu(); dueAt(vcpu) != NEVER; vcpu = earliestVcpu()) step(vcpu);
}

function start(vcpu: u32): void {
  kvmRun.create(vcpu);
  forgetPages(vcpu);
  setFaultsMet(vcpu, 0);
  setSignalsMet(vcpu, 0);
  setFaultAt(vcpu, durationTicks(gap, uniform(vcpu, GAP, 0)));
  setSignalAt(vcpu, 0);
  scheduleSignal(vcpu);
  schedule(vcpu);
}

/** A vCPU's next event: of one instant an async page, then a signal, then a fault. */
function step(vcpu: u32): void {
  const now = dueAt(vcpu);
  if (nextReady(vcpu) == now) pageReady(vcpu);
  else if (signalAt(vcpu) == now) signalled(vcpu);
  else meetFault(vcpu, now);
  schedule(vcpu);
}

/** The page-fault handler is called for a page brought in, and its result ignored (kvm_arch_async_page_ready, 6.12). */
function pageReady(vcpu: u32): void {
  const fault = takePage(vcpu);
  if (chance(asyncFails, vcpu, READY, fault)) dropFailure(vcpu, fault, true);
}

/** KVM_RUN returns -EINTR (kvm_handle_signal_exit, 6.12) and is called again. */
function signalled(vcpu: u32): void {
  tally.count(tally.SIGNALS);
  kvmRun.prepare(vcpu, kvmRun.KVM_EXIT_INTR, kvmRun.data(vcpu));
  kvmRun.begin(vcpu);
  setSignalsMet(vcpu, signalsMet(vcpu) + 1);
  scheduleSignal(vcpu);
}

function meetFault(vcpu: u32, now: i64): void {
  const fault = faultsMet(vcpu);
  const page = drawPage(vcpu, fault);
  tally.count(tally.FAULTS);
  if (page == PLAIN) meetPlain(vcpu, fault, now);
  else if (page == EMULATED) emulate(vcpu, fault);
  else if (!resolve(vcpu, fault, page, drawPath(vcpu, fault))) lose();
  if (tracing) trace(vcpu);
  setFaultsMet(vcpu, fault + 1);
  const isLast = fault + 1 == faultCount;
  setFaultAt(vcpu, isLast ? NEVER : now + durationTicks(gap, uniform(vcpu, GAP, fault + 1)));
}

function meetPlain(vcpu: u32, fault: u32, now: i64): void {
  if (chance(dropped, vcpu, DROPPED, fault)) dropFailure(vcpu, fault, true);
  else if (chance(asyncShare, vcpu, ASYNC, fault)) {
    queuePage(vcpu, fault, now + durationTicks(latency, uniform(vcpu, LATENCY, fault)));
  }
}

/** Something fails, and its error does not reach user space. */
function dropFailure(vcpu: u32, fault: u32, loaded: bool): void {
  if (!fillsDropped) return;
  const site = siteOf(drawDroppedPage(vcpu, fault), drawPath(vcpu, fault));
  if ((sites & site) != 0) kvmRun.fill(vcpu, fault, loaded);
}

/** A device access: the emulator prepares an exit, which another path may strike before user space looks at it. */
function emulate(vcpu: u32, fault: u32): void {
  kvmRun.prepare(vcpu, kvmRun.KVM_EXIT_MMIO, fault);
  const isStruck = chance(struck, vcpu, STRUCK, fault);
  const isElsewhere = isStruck && chance(elsewhere, vcpu, ELSEWHERE, fault);
  if (isStruck) dropFailure(vcpu, fault, !isElsewhere);
  if (kvmRun.exitReason(vcpu) == kvmRun.KVM_EXIT_MMIO) {
    kvmRun.begin(vcpu);
    return;
  }
  tally.count(tally.CLOBBERED);
  if (isElsewhere) tally.count(tally.CLOBBERED_ELSEWHERE);
  if (!returnsZero) {
    lose();
    return;
  }
  tally.count(tally.WRONG);
  tally.count(tally.CORRUPTED);
  kvmRun.begin(vcpu);
}

/** The VM is started again: nothing is left but the faults that its vCPUs are going to meet. */
function lose(): void {
  tally.count(tally.LOST);
  for (let vcpu: u32 = 0; vcpu < vcpuCount; vcpu++) {
    kvmRun.create(vcpu);
    if (nextReady(vcpu) == NEVER) continue; // nothing of its own changes when its next event is due
    forgetPages(vcpu);
    schedule(vcpu);
  }
}

/** A vCPU ends with its last fault. */
function schedule(vcpu: u32): void {
  const fault = faultAt(vcpu);
  setDue(vcpu, fault == NEVER ? NEVER : min(fault, min(signalAt(vcpu), nextReady(vcpu))));
}

function scheduleSignal(vcpu: u32): void {
  const wait = durationTicks(signals, uniform(vcpu, SIGNAL, signalsMet(vcpu)));
  setSignalAt(vcpu, wait >= FOREVER ? NEVER : signalAt(vcpu) + wait);
}

function trace(vcpu: u32): void {
  const at = TRACE + <usize>(load<u32>(tally.REPLICA) - 1) * ((<usize>TRACE_WORDS) << 2);
  store<u32>(at, vcpu);
  store<u32>(at + 4, kvmRun.exitReason(vcpu));
  store<u32>(at + 8, kvmRun.data(vcpu));
  memory.copy(at + 12, tally.REPLICA, (<usize>tally.COUNTERS) << 2);
}

function faultAt(vcpu: u32): i64 {
  return load<i64>(FAULT_AT + ((<usize>vcpu) << 3));
}

function setFaultAt(vcpu: u32, time: i64): void {
  store<i64>(FAULT_AT + ((<usize>vcpu) << 3), time);
}

function signalAt(vcpu: u32): i64 {
  return load<i64>(SIGNAL_AT + ((<usize>vcpu) << 3));
}

function setSignalAt(vcpu: u32, time: i64): void {
  store<i64>(SIGNAL_AT + ((<usize>vcpu) << 3), time);
}

function faultsMet(vcpu: u32): u32 {
  return load<u32>(FAULTS_MET + ((<usize>vcpu) << 2));
}

function setFaultsMet(vcpu: u32, faults: u32): void {
  store<u32>(FAULTS_MET + ((<usize>vcpu) << 2), faults);
}

function signalsMet(vcpu: u32): u32 {
  return load<u32>(SIGNALS_MET + ((<usize>vcpu) << 2));
}

function setSignalsMet(vcpu: u32, signals: u32): void {
  store<u32>(SIGNALS_MET + ((<usize>vcpu) << 2), signals);
}
