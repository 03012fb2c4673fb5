// Who gets which CPU: the stopper that moves a running task, wake-ups, slices at ticks, and the load balancer (kernel/sched/core.c,
// fair.c; docs/rseq.md, 2). Slices and wake-up preemption are the common scheduler's; with two tasks no queue is needed.

import { hz } from "../host";
import { NEVER, now, preempts, slice } from "../runqueue";
import * as migrator from "./migrator";
import * as reader from "./reader";
import * as steps from "./steps";
import { HOST, MIGRATOR, READER } from "./steps";
import { allowedCount, balanceRate, movesReader } from "./test";

const SECOND: i64 = 1000000000;

/** When a stopper's interrupt arrives at the reader's CPU. */
export let kickAt: i64 = NEVER;
/** When a stopper has moved the reader. */
export let movedAt: i64 = NEVER;
/** When a stopper has moved the migrator. */
export let selfMovedAt: i64 = NEVER;
/** The next tick of the CPU that both tasks want. */
export let tickAt: i64 = NEVER;
/** When an idle CPU comes to pull the reader, called by a tick. */
export let pullAt: i64 = NEVER;
/** When the balancer moves the reader by itself. */
export let balanceAt: i64 = NEVER;

let tickPhase: i64 = 0;
/** Where the stopper moves the reader; it waits for the reader to be switched out. */
let stopTarget: u32 = 0;
let isStopping: bool = false;
/** The migrator waits for the stopper. */
let isAwaited: bool = false;

export function start(): void {
  kickAt = NEVER;
  movedAt = NEVER;
  selfMovedAt = NEVER;
  tickAt = NEVER;
  pullAt = NEVER;
  isStopping = false;
  isAwaited = false;
  const place = <u32>(<f64>allowedCount * steps.drawStart(0));
  const other = <u32>(<f64>(allowedCount - 1) * steps.drawStart(1));
  tickPhase = <i64>(<f64>(SECOND / hz) * steps.drawStart(2));
  reader.start(place);
  migrator.start(other < place ? other : other + 1, <i64>(steps.drawStart(3) * 10000));
  balanceAt = NEVER;
  scheduleBalance();
}

/** The earliest of what does not come from the tasks themselves. */
export function nextEvent(): i64 {
  return min(min(min(kickAt, movedAt), min(tickAt, pullAt)), min(selfMovedAt, balanceAt));
}

/** Its time has come; of one instant in this order. */
export function proceed(): void {
  if (kickAt == now) kicked();
  else if (movedAt == now) moved();
  else if (selfMovedAt == now) migratorMoved();
  else if (tickAt == now) tick();
  else if (pullAt == now) pull();
  else balance();
}

/** After whatever may have made the reader give up its CPU. */
export function afterReader(): void {
  if (reader.state != reader.WAITING || movedAt != NEVER) return;
  if (isStopping) movedAt = now + steps.draw(READER, steps.CONTEXT_SWITCH) + steps.draw(READER, steps.STOPPER);
  else if (migrator.state == migrator.WAITING) giveMigratorItsCpu();
}

/** What the migrator asks for. */
export function serve(request: u32): void {
  if (request == migrator.MOVE) {
    if (movesReader) moveReader();
    else moveMigrator();
  } else if (request == migrator.SLEEP) {
    migrator.sleep();
    migratorLeft();
  } else if (request == migrator.WAKE) wakeMigrator();
}

// sched_setaffinity() (affine_move_task())

function moveReader(): void {
  if (reader.cpu == migrator.target) migrator.goOn();
  else if (reader.state == reader.RUNNING) {
    migrator.block();
    isAwaited = true;
    stop(migrator.target, steps.draw(MIGRATOR, steps.IPI));
  } else {
    placeReader(migrator.target);
    migrator.goOn();
  }
}

/** It moves itself: by the stopper of its own CPU. */
function moveMigrator(): void {
  if (migrator.cpu == migrator.target) {
    migrator.goOn();
    return;
  }
  migrator.block();
  selfMovedAt = now + steps.draw(MIGRATOR, steps.CONTEXT_SWITCH) + steps.draw(MIGRATOR, steps.STOPPER);
}

function stop(target: u32, delay: i64): void {
  stopTarget = target;
  kickAt = now + delay;
}

/** A running reader has to leave its CPU; any other is moved as it is. */
function kicked(): void {
  kickAt = NEVER;
  if (reader.state == reader.RUNNING) {
    isStopping = true;
    reader.reschedule();
    afterReader();
  } else placeReader(stopTarget);
}

/** The stopper is done. */
function moved(): void {
  movedAt = NEVER;
  isStopping = false;
  placeReader(stopTarget);
  if (migrator.state == migrator.WAITING) giveMigratorItsCpu();
  if (!isAwaited) return;
  isAwaited = false;
  if (migrator.cpu == reader.cpu) migrator.moveTo(idleCpu());
  migrator.comeAt(now + steps.drawMigratorComing(true));
}

function migratorMoved(): void {
  selfMovedAt = NEVER;
  migratorLeft();
  migrator.moveTo(migrator.target);
  if (reader.cpu == migrator.cpu) queueMigrator();
  else migrator.comeAt(now + steps.drawMigratorComing(true));
}

// CPUs

/** The lowest of the CPUs where neither task is. */
function idleCpu(): u32 {
  for (let cpu: u32 = 0; cpu < allowedCount; cpu++) if (cpu != reader.cpu && cpu != migrator.cpu) return cpu;
  return reader.cpu == 0 ? 1 : 0; // of two CPUs, where the reader is not
}

/** The reader, which does not run, goes to a CPU: behind the migrator, or as soon as it has woken up. */
function placeReader(cpu: u32): void {
  reader.moveTo(cpu);
  if (migrator.cpu == cpu && migrator.isRunnable()) reader.wait();
  else reader.comeAt(now + steps.drawReaderComing());
}

/** The migrator leaves its CPU, where the reader may have waited. */
function migratorLeft(): void {
  if (reader.cpu == migrator.cpu && reader.state == reader.WAITING) {
    reader.comeAt(now + steps.draw(READER, steps.CONTEXT_SWITCH));
  }
}

function giveMigratorItsCpu(): void {
  migrator.comeAt(now + steps.draw(MIGRATOR, steps.CONTEXT_SWITCH));
}

/** Its sleep is over. A migrator that is not pinned looks for an idle CPU (select_idle_sibling()). */
function wakeMigrator(): void {
  if (reader.cpu == migrator.cpu) {
    if (!movesReader) {
      preemptOrQueue();
      return;
    }
    migrator.moveTo(idleCpu());
  }
  migrator.comeAt(now + steps.drawMigratorComing(false));
}

/** It slept on the CPU where the reader ran on: so far it is behind. */
function preemptOrQueue(): void {
  const lag = now - max(migrator.since, reader.ranFrom);
  queueMigrator();
  if (reader.state == reader.RUNNING && preempts(lag)) {
    reader.reschedule();
    afterReader();
  }
}

function queueMigrator(): void {
  migrator.wait();
  tickAt = now + SECOND / hz - ((now + tickPhase) % (SECOND / hz));
}

// Ticks and the load balancer

/** Both want one CPU: the slice may be used up, and an idle CPU is called to help (nohz_balancer_kick()). */
function tick(): void {
  tickAt = NEVER;
  if (migrator.state != migrator.WAITING) return;
  tickAt = now + SECOND / hz;
  pullAt = now + steps.draw(HOST, steps.IPI) + steps.draw(HOST, steps.IDLE_WAKE);
  if (reader.state == reader.RUNNING && now - reader.ranFrom >= slice(2)) {
    reader.reschedule();
    afterReader();
  }
}

/** An idle CPU takes the reader if it waits; one that runs is pushed by its CPU's stopper (active_load_balance_cpu_stop()). */
function pull(): void {
  pullAt = NEVER;
  if (migrator.cpu != reader.cpu || !migrator.isRunnable()) return;
  if (reader.state == reader.WAITING && movedAt == NEVER) placeReader(idleCpu());
  else if (reader.state == reader.RUNNING && isUnstopped()) stop(idleCpu(), steps.draw(HOST, steps.IPI));
}

/** The balancer moves a reader that is pinned nowhere, for reasons of its own. */
function balance(): void {
  scheduleBalance();
  if (reader.state != reader.RUNNING || !isUnstopped()) return;
  const n = steps.drawOf(allowedCount - 1);
  stop(n < reader.cpu ? n : n + 1, 0);
}

function isUnstopped(): bool {
  return !isStopping && kickAt == NEVER;
}

function scheduleBalance(): void {
  balanceAt = movesReader || balanceRate == 0 ? NEVER : now + steps.drawGap(<f64>SECOND / balanceRate);
}
