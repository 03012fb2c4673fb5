// The reader: a vCPU thread that runs KVM_RUN and then compares the CPU in its rseq area with the one it is on, on its way through
// user mode, kernel and guest (kernel/entry/kvm.c 5.9 to 6.12, kernel/rseq.c, arch/x86/kvm/x86.c; KF 6.1 to 6.3).

import { RESCHED, TIF_NEED_RESCHED, TIF_NOTIFY_RESUME } from "../flags";
import { NEVER, now } from "../runqueue";
import * as steps from "./steps";
import { READER } from "./steps";
import * as tally from "./tally";
import * as test from "./test";
import { CLEARED, counter, getcpuIsCall, notifyResume, preemptible, UNTOUCHED, UPDATED } from "./test";

// What the reader is at.
export const VCPU_LOAD: u32 = 0;
export const ENTER: u32 = 1;
export const HELPER: u32 = 2;
export const VM_EXIT: u32 = 3;
export const GUEST: u32 = 4;
export const EXIT: u32 = 5;
export const UPDATE: u32 = 6;
export const ASK_CALL: u32 = 7;
export const ASK_RETURN: u32 = 8;
// In user mode from here on.
export const COUNTER: u32 = 9;
export const ASK: u32 = 10;
export const FIELD: u32 = 11;
export const COUNTER_AGAIN: u32 = 12;
export const LOOP: u32 = 13;

// How it goes on when it gets a CPU again.
const LOOK: u32 = 0; // at the flags, before guest entry
const EXIT_LOOP: u32 = 1;
const STEP: u32 = 2; // where it was

export const RUNNING: u32 = 0;
/** It will get its CPU at a time that is known. */
export const COMING: u32 = 1;
/** Switched out, or behind another task. */
export const WAITING: u32 = 2;

const ANEW: i64 = -1;

export let cpu: u32 = 0;
export let state: u32 = RUNNING;
/** When what it is at ends, or it gets its CPU; NEVER: not by itself. */
export let at: i64 = 0;
export let step: u32 = ENTER;
export let flags: u32 = 0;
/** The CPU in user memory. */
export let field: u32 = 0;
/** Since when it has had its CPU. */
export let ranFrom: i64 = 0;

/** The update that 7.3 leaves to the way out. */
let isDeferred: bool = false;
/** Where the vCPU was loaded last. */
let loadedOn: u32 = 0;
/** What is left of a guest's run that was interrupted; 0: nothing. */
let guestLeft: i64 = 0;
let resume: u32 = STEP;
/** The step that STEP or the exit loop goes on with, and what is left of it. */
let next: u32 = ENTER;
let left: i64 = ANEW;

// A read section's findings.
let sawCounter: u32 = 0;
let sawCpu: u32 = 0;
let sawField: u32 = 0;
let fieldWasRight: bool = true;
let asked: u32 = 0;

export function start(on: u32): void {
  cpu = on;
  loadedOn = on;
  field = on;
  flags = 0;
  isDeferred = false;
  guestLeft = 0;
  state = RUNNING;
  ranFrom = now;
  enterKvm();
}

/** What it is at ends, or it gets its CPU. */
export function proceed(): void {
  if (state == COMING) {
    state = RUNNING;
    ranFrom = now;
    goOn();
  } else endStep();
}

/** An interrupt that wants the CPU rescheduled. */
export function reschedule(): void {
  assert(state == RUNNING);
  flags |= TIF_NEED_RESCHED;
  if (step == GUEST) {
    guestLeft = at - now;
    begin(VM_EXIT, ANEW);
  } else if (step >= COUNTER) {
    next = step;
    left = at - now;
    exitLoop();
  } else if (preemptible) preempt();
}

/** In the kernel: the step goes on later. An update is made again, a vCPU is loaded again if the CPU is another. */
function preempt(): void {
  if (step == UPDATE) resume = EXIT_LOOP;
  else if (step != VCPU_LOAD) {
    resume = STEP;
    next = step;
    left = at - now;
  }
  giveUp();
}

/** It will run on its CPU from then on. */
export function comeAt(time: i64): void {
  state = COMING;
  at = time;
}

/** It waits for another task to leave its CPU. */
export function wait(): void {
  state = WAITING;
  at = NEVER;
}

/** Moved to another CPU while it does not run (set_task_cpu(), rseq_migrate()). */
export function moveTo(other: u32): void {
  assert(state != RUNNING);
  if (other == cpu) return;
  cpu = other;
  flags |= TIF_NOTIFY_RESUME;
}

/** Switched out (rseq_preempt()). */
function giveUp(): void {
  flags = (flags & ~RESCHED) | TIF_NOTIFY_RESUME;
  wait();
}

function begin(what: u32, remaining: i64): void {
  step = what;
  at = now + (remaining != ANEW ? remaining : length(what));
}

function length(what: u32): i64 {
  if (what == GUEST) return steps.draw(READER, steps.GUEST);
  if (what == ENTER) return steps.draw(READER, steps.ENTER);
  if (what == EXIT) return steps.draw(READER, steps.EXIT);
  if (what == LOOP) return steps.draw(READER, steps.LOOP);
  if (what == ASK) return steps.draw(READER, steps.GETCPU);
  if (what == VM_EXIT) return steps.draw(READER, steps.VM_EXIT);
  if (what == VCPU_LOAD) return steps.draw(READER, steps.VCPU_LOAD);
  if (what == HELPER) return steps.draw(READER, steps.HELPER);
  if (what == UPDATE) return steps.draw(READER, steps.UPDATE);
  if (what == ASK_CALL || what == ASK_RETURN) return steps.draw(READER, steps.GETCPU_CALL);
  return steps.draw(READER, steps.LOAD);
}

/** Gets the CPU again, or enters the kernel for KVM_RUN: a vCPU that was elsewhere is loaded first (kvm_sched_in(), vcpu_load()). */
function goOn(): void {
  const inKvm = resume == LOOK || (resume == STEP && next <= VM_EXIT);
  if (inKvm && cpu != loadedOn) begin(VCPU_LOAD, ANEW);
  else afterLoad();
}

function afterLoad(): void {
  if (resume == LOOK) look();
  else if (resume == EXIT_LOOP) exitLoop();
  else begin(next, left);
}

function enterKvm(): void {
  resume = STEP;
  next = ENTER;
  left = ANEW;
  goOn();
}

/** With interrupts off, before guest entry: is there work? */
function look(): void {
  const mask = notifyResume == UNTOUCHED ? RESCHED : RESCHED | TIF_NOTIFY_RESUME;
  if ((flags & mask) != 0) begin(HELPER, ANEW);
  else {
    begin(GUEST, guestLeft > 0 ? guestLeft : ANEW);
    guestLeft = 0;
  }
}

/** A turn of xfer_to_guest_mode_work(): what was set while it was switched out comes next turn. */
function helperTurn(): void {
  if ((flags & RESCHED) != 0) {
    resume = LOOK;
    giveUp();
    return;
  }
  flags &= ~TIF_NOTIFY_RESUME;
  if (notifyResume == UPDATED) field = cpu;
  else if (notifyResume == CLEARED) {
    if (field != cpu) tally.noteStale();
  } else isDeferred = true;
  look();
}

/** From kernel to user mode (exit_to_user_mode_loop(), rseq_handle_notify_resume()). */
function exitLoop(): void {
  if ((flags & RESCHED) != 0) {
    resume = EXIT_LOOP;
    giveUp();
  } else if ((flags & TIF_NOTIFY_RESUME) != 0 || isDeferred) {
    flags &= ~TIF_NOTIFY_RESUME;
    isDeferred = false;
    begin(UPDATE, ANEW);
  } else begin(next, left);
}

function toUserMode(what: u32): void {
  next = what;
  left = ANEW;
  exitLoop();
}

function endStep(): void {
  if (step == COUNTER) {
    sawCounter = counter & ~1;
    begin(askStep(), ANEW);
  } else if (step == ASK) {
    sample();
    begin(afterAsking(), ANEW);
  } else if (step == FIELD) {
    sawField = field;
    fieldWasRight = field == cpu;
    begin(test.counted ? COUNTER_AGAIN : askStep(), ANEW);
  } else if (step == COUNTER_AGAIN) endSection();
  else if (step == LOOP) {
    tally.countRun();
    enterKvm();
  } else endKernelStep();
}

function endKernelStep(): void {
  if (step == GUEST) begin(EXIT, ANEW);
  else if (step == EXIT) toUserMode(firstOfSection());
  else if (step == ENTER || step == VM_EXIT) look();
  else if (step == HELPER) helperTurn();
  else if (step == VCPU_LOAD) {
    loadedOn = cpu;
    afterLoad();
  } else if (step == UPDATE) {
    field = cpu;
    exitLoop();
  } else if (step == ASK_CALL) {
    sample();
    begin(ASK_RETURN, ANEW);
  } else toUserMode(afterAsking());
}

// The read section: counter, getcpu, field, counter again; without a counter getcpu, field, getcpu again.

function firstOfSection(): u32 {
  asked = 0;
  return test.counted ? COUNTER : askStep();
}

function askStep(): u32 {
  return getcpuIsCall ? ASK_CALL : ASK;
}

/** What getcpu finds. */
function sample(): void {
  if (asked == 0) sawCpu = cpu;
  else {
    tally.countSuccess();
    if (sawField != sawCpu && sawCpu == cpu) tally.noteFailure(!fieldWasRight);
  }
  asked++;
}

function afterAsking(): u32 {
  return asked == 1 ? FIELD : LOOP;
}

function endSection(): void {
  if (counter != sawCounter) {
    tally.countRetry();
    begin(firstOfSection(), ANEW);
    return;
  }
  tally.countSuccess();
  if (sawField != sawCpu) tally.noteFailure(!fieldWasRight);
  begin(LOOP, ANEW);
}
