// All executions of a program under the Linux-kernel memory model, event by event: each CPU's next event in turn, each write at every place of
// the coherence order, each read from every write there is, or from one to come. Such a read is pending: of a value that another CPU may
// still write, to be bound when it does. A read that all its CPU does later is ordered after is put off instead: what it will read
// cannot depend on what follows. So every execution is met once, and left where it breaks an axiom.

import { HAPPENS_BEFORE, isOrdered } from "./lkmm-axioms";
import * as events from "./lkmm-events";
import { PENDING } from "./lkmm-events";
import { count, forgetFinals, OBSERVED_MAX } from "./lkmm-finals";
import { gracePeriodsAreKept } from "./lkmm-grace";
import * as path from "./lkmm-path";
import { plainAccessesCohere } from "./lkmm-plain";
import * as relation from "./lkmm-relation";
import { EVENTS_MAX, has, next, row, setCapacity } from "./lkmm-relation";
import * as values from "./lkmm-values";
import { noteShortest, WITNESS_END } from "./lkmm-witness";
import * as program from "./program";
import { CPUS_MAX, NONE } from "./program";

/** How an exploration ends. */
const COMPLETE: u32 = 0;
const LOOPS: u32 = 1;
const TOO_MANY_VALUES: u32 = 2;
const TOO_MANY_EVENTS: u32 = 3;
const TOO_MANY_CANDIDATES: u32 = 4;
const TOO_MANY_FINALS: u32 = 5;
const TOO_MANY_OBSERVED: u32 = 6;
const FAULT: u32 = 7; // an address that is no location's: faultyReader, faultyAccess

// Of each CPU whose read is put off: the events there were; it reads from a later one. Else NONE.
const PUT_OFF: usize = WITNESS_END;
const BEFORE: usize = (PUT_OFF + 4 * CPUS_MAX + 7) & ~7;
const MEMORY_END: usize = BEFORE + (EVENTS_MAX >> 3);

let status: u32 = COMPLETE;
let candidatesMax: u32 = 0;
/** Executions tried, whole or in part. */
export let candidates: u32 = 0;
export let faultyReader: i32 = NONE;
export let faultyAccess: u32 = 0;

/** Explores the program in memory, through so many candidates at most. */
export function exploreExecutions(limit: u32): u32 {
  candidates = 0;
  candidatesMax = limit;
  faultyReader = NONE;
  forgetFinals();
  status = prepare();
  if (status == COMPLETE && path.start()) explore();
  return status;
}

function prepare(): u32 {
  if (!reach(MEMORY_END)) return TOO_MANY_FINALS;
  if (program.cycle() != NONE) return LOOPS;
  for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) if (values.loops(cpu)) return LOOPS;
  if (program.observedCount() > OBSERVED_MAX) return TOO_MANY_OBSERVED;
  if (!values.findValues()) return TOO_MANY_VALUES;
  const most = values.findPaths();
  if (most > EVENTS_MAX) return TOO_MANY_EVENTS;
  setCapacity(most);
  events.reset();
  for (let cpu: u32 = 0; cpu < CPUS_MAX; cpu++) putOff(cpu, NONE);
  return COMPLETE;
}

/** Makes memory reach up to an address. */
function reach(end: usize): bool {
  const pages = <i32>((end + 0xffff) >> 16) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}

/** Since when the CPU's read is put off. */
function putOffSince(cpu: u32): i32 {
  return load<i32>(PUT_OFF + ((<usize>cpu) << 2));
}
function putOff(cpu: u32, since: i32): void {
  store<i32>(PUT_OFF + ((<usize>cpu) << 2), since);
}

function explore(): void {
  if (status != COMPLETE) return;
  const cpu = nextCpu();
  if (cpu == NONE) return finish();
  const instruction = program.firstInstruction(cpu) + path.position(cpu);
  if (program.address(instruction) == NONE) return fence(cpu, instruction);
  const location = nextLocation(cpu);
  if (location >= program.locationCount()) return fault(cpu);
  const least = events.floor(path.eventsOf(cpu), location);
  const operation = program.operation(instruction);
  if (operation == program.STORE || operation == program.UNLOCK) write(cpu, instruction, location, least);
  else read(cpu, instruction, location, least);
}

/** That the CPU's next instruction uses. */
function nextLocation(cpu: u32): u32 {
  const instruction = program.firstInstruction(cpu) + path.position(cpu);
  return path.evaluate(cpu, program.address(instruction)) - program.ADDRESS_BASE;
}

/**
 * A CPU whose next event reads nothing that is to come; else the first, those last whose read is put off. NONE: all have ended, or wait for
 * each other.
 */
function nextCpu(): i32 {
  let first = NONE;
  let late = NONE;
  for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) {
    if (path.hasEnded(cpu)) continue;
    if (!mayComeLater(cpu)) return cpu;
    if (putOffSince(cpu) == NONE) first = first == NONE ? cpu : first;
    else if (late == NONE && hasNews(cpu)) late = cpu;
  }
  return first == NONE ? late : first;
}

/** Does the CPU read next where others may still write? */
function mayComeLater(cpu: u32): bool {
  const instruction = program.firstInstruction(cpu) + path.position(cpu);
  const operation = program.operation(instruction);
  if (program.address(instruction) == NONE) return false;
  if (operation == program.STORE || operation == program.UNLOCK) return false;
  const location = nextLocation(cpu);
  return location < program.locationCount() && ((locationsOfOthers(cpu) >> location) & 1) != 0;
}

/** Is there a write to read from since the CPU's read was put off? */
function hasNews(cpu: u32): bool {
  const location = nextLocation(cpu);
  for (let position = events.writeCount(location); position > 0; position--)
    if (isNews(events.writeAt(location, position - 1), putOffSince(cpu))) return true;
  return false;
}
function isNews(write: u32, since: i32): bool {
  return since == NONE || (write < events.INITIAL && write >= <u32>since);
}

/** Locations, bit by bit, that the other CPUs may still write. */
function locationsOfOthers(cpu: u32): u32 {
  let locations: u32 = 0;
  for (let other: u32 = 0; other < program.cpuCount(); other++)
    if (other != cpu) locations |= values.locationsLater(other, path.position(other));
  return locations;
}

function finish(): void {
  for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) if (!path.hasEnded(cpu)) return;
  if (events.nextPending(0) != PENDING) return;
  if (faultyReader != NONE) {
    status = FAULT;
    return;
  }
  const final = count();
  if (final == NONE) status = TOO_MANY_FINALS;
  else noteShortest(final);
}

/** The CPU goes no further; if an execution with that is complete, the program is wrong. */
function fault(cpu: u32): void {
  const known = faultyReader;
  if (known == NONE) {
    faultyReader = cpu;
    faultyAccess = path.position(cpu);
  }
  path.enter(cpu);
  path.stop(cpu);
  explore();
  path.leave(cpu);
  if (status == COMPLETE) faultyReader = known;
}

function fence(cpu: u32, instruction: u32): void {
  const operation = program.operation(instruction);
  const graces = operation == program.SYNCHRONIZE;
  const event = events.push(
    cpu,
    path.position(cpu),
    events.MARKED | (graces ? events.GRACE_PERIOD : events.FENCE),
    NONE,
    0,
  );
  path.enter(cpu);
  if (operation == program.SECTION_BEGIN) path.beginSection(cpu, event);
  if (operation == program.SECTION_END) {
    const begin = path.endSection(cpu);
    if (begin != NONE) events.endSection(event, begin);
  }
  path.addFence(cpu, event);
  if (path.advance(cpu)) {
    if (operation == program.FENCE) explore();
    else proceed();
  }
  path.leave(cpu);
  events.pop();
}

/** Goes on if the execution so far may have a good end. */
function proceed(): void {
  if (status != COMPLETE) return;
  if (candidates == candidatesMax) {
    status = TOO_MANY_CANDIDATES;
    return;
  }
  candidates++;
  if (isHarmless()) return explore();
  if (isOrdered() && canBind() && gracePeriodsAreKept() && plainAccessesCohere()) explore();
}

/** Does nothing come after what has just joined, and is no read pending? Then it closes no cycle. */
function isHarmless(): bool {
  if (events.nextPending(0) != PENDING) return false;
  const last = events.eventCount - 1;
  if (!events.is(last, events.MEMORY)) return false;
  const write = events.is(last, events.WRITE) ? last : events.sourceOf(last);
  if (write != events.lastWrite(events.locationOf(last))) return false;
  return write != last || relation.isEmpty(events.readers(write));
}

/** May there be, for each pending read, a write to come? */
function canBind(): bool {
  for (let read = events.nextPending(0); read != PENDING; read = events.nextPending(read + 1))
    if (!mayCome(read)) return false;
  return true;
}
function mayCome(read: u32): bool {
  const cpu = events.cpuOf(read);
  const location = events.locationOf(read);
  const value = events.valueOf(read);
  for (let other: u32 = 0; other < program.cpuCount(); other++) {
    if (other == cpu || !values.mayWrite(other, path.position(other), location, value)) continue;
    if (isPlainlyWritten(location) || !(follows(other, read) || waitsForLock(other, cpu))) return true;
  }
  return false;
}
/** Must all marked writes of the CPU from now on happen after the event? */
function follows(cpu: u32, event: u32): bool {
  path.beforeLaterWrites(BEFORE, cpu);
  for (let other = next(BEFORE, 0); other != EVENTS_MAX; other = next(BEFORE, other + 1))
    if (events.is(other, events.MARKED) && has(row(HAPPENS_BEFORE, other), event)) return true;
  return false;
}
/** Does the CPU wait for a lock that the holder has, so that whatever it does happens after the holder's unlock? */
function waitsForLock(cpu: u32, holder: u32): bool {
  const instruction = program.firstInstruction(cpu) + path.position(cpu);
  if (path.hasEnded(cpu) || program.operation(instruction) != program.LOCK) return false;
  const lock = nextLocation(cpu);
  if (lock >= program.locationCount() || events.cpuOf(events.lastWrite(lock)) != holder) return false;
  for (let position: u32 = 0; position < events.writeCount(lock); position++)
    if (events.valueOf(events.writeAt(lock, position)) == 0 && events.isFree(lock, position + 1)) return false;
  for (let other: u32 = 0; other < program.cpuCount(); other++)
    if (other != holder && ((values.releasable(other, path.position(other)) >> lock) & 1) != 0) return false;
  return true;
}
function isPlainlyWritten(location: u32): bool {
  return ((values.plainlyWritten >> location) & 1) != 0;
}

function write(cpu: u32, instruction: u32, location: u32, least: u32): void {
  const unlocks = program.operation(instruction) == program.UNLOCK;
  const value = unlocks ? 0 : path.evaluate(cpu, program.value(instruction));
  const event = events.push(cpu, path.position(cpu), writeFlags(instruction), location, value);
  path.enter(cpu);
  path.addWrite(cpu, event, NONE);
  if (path.advance(cpu)) place(event, least + 1, events.writeCount(location));
  path.leave(cpu);
  events.pop();
}

function writeFlags(instruction: u32): u32 {
  if (program.operation(instruction) == program.UNLOCK)
    return events.WRITE | events.MARKED | events.RELEASE | events.UNLOCK;
  const order = program.order(instruction);
  if (order == program.PLAIN) return events.WRITE;
  return events.WRITE | events.MARKED | (order == program.ACQUIRE_RELEASE ? events.RELEASE : 0);
}

/** Tries the positions of the coherence order in turn. */
function place(write: u32, first: u32, last: u32): void {
  for (let position = first; position <= last; position++) {
    if (!events.isFree(events.locationOf(write), position)) continue;
    events.place(write, position);
    bind(write, 0);
    events.displace(write);
  }
}

/** Each pending read that may read from the new write does so or goes on waiting. */
function bind(write: u32, from: u32): void {
  const read = nextBindable(write, from);
  if (read == PENDING) return proceed();
  bind(write, read + 1);
  events.readFrom(read, write);
  bind(write, read + 1);
  events.unread(read);
}
function nextBindable(write: u32, from: u32): u32 {
  for (let read = events.nextPending(from); read != PENDING; read = events.nextPending(read + 1)) {
    if (events.locationOf(read) != events.locationOf(write) || events.valueOf(read) != events.valueOf(write)) continue;
    const cpu = events.cpuOf(read);
    if (cpu != events.cpuOf(write) && events.canRead(read, write, path.eventsOf(cpu))) return read;
  }
  return PENDING;
}

/** Tries, in turn, the writes that coherence lets the CPU read from, and those to come. */
function read(cpu: u32, instruction: u32, location: u32, least: u32): void {
  const since = putOffSince(cpu);
  putOff(cpu, NONE);
  for (let position = least; position < events.writeCount(location); position++) {
    const source = events.writeAt(location, position);
    if (isNews(source, since)) attempt(cpu, instruction, location, least, source, events.valueOf(source));
  }
  if (!ordersAll(instruction, location)) {
    for (let other: u32 = 0; other < program.cpuCount(); other++)
      if (other != cpu) readPending(cpu, other, instruction, location, least);
  } else if (mayComeLater(cpu)) {
    putOff(cpu, events.eventCount);
    explore();
  }
  putOff(cpu, since);
}

/** Is all that its CPU does later ordered after this read, whatever marked write it reads from? */
function ordersAll(instruction: u32, location: u32): bool {
  if (isPlainlyWritten(location)) return false;
  const operation = program.operation(instruction);
  const order = program.order(instruction);
  if (operation == program.LOCK) return true;
  if (operation == program.LOAD) return order == program.ACQUIRE_RELEASE;
  if (operation != program.RMW || program.expected(instruction) != NONE) return false;
  return order == program.RMW_ACQUIRE || order == program.RMW_FULL;
}

/** Tries the values that another CPU may still write, unless one before it may. */
function readPending(cpu: u32, other: u32, instruction: u32, location: u32, least: u32): void {
  for (let n: u32 = 0; n < values.writtenCount(other, location); n++) {
    const value = values.writtenValue(other, location, n);
    if (!values.mayWrite(other, path.position(other), location, value)) continue;
    if (!isKnown(cpu, other, location, value)) attempt(cpu, instruction, location, least, PENDING, value);
  }
}
function isKnown(cpu: u32, until: u32, location: u32, value: i32): bool {
  for (let other: u32 = 0; other < until; other++)
    if (other != cpu && values.mayWrite(other, path.position(other), location, value)) return true;
  return false;
}

/** Goes on with what the CPU reads: from a write, or a value whose write is pending. */
function attempt(cpu: u32, instruction: u32, location: u32, least: u32, source: u32, value: i32): void {
  path.enter(cpu);
  const waits = isInVain(cpu, instruction, value);
  if (!waits || source == PENDING || source == events.lastWrite(location)) {
    const stores = doesStore(cpu, instruction, value);
    const flags = readFlags(instruction, stores) | (waits ? events.LAST : 0);
    const event = events.push(cpu, path.position(cpu), flags, location, value);
    if (source != PENDING) events.readFrom(event, source);
    path.addRead(cpu, event);
    if (stores) modify(cpu, instruction, event, least);
    else {
      path.receive(cpu, program.register(instruction), received(instruction, value), event);
      if (program.operation(instruction) == program.WAIT)
        path.depend(cpu, program.value(instruction), program.length(cpu));
      if (waits) path.stop(cpu);
      if (waits || path.advance(cpu)) proceed();
    }
    if (source != PENDING) events.unread(event);
    events.pop();
  }
  path.leave(cpu);
}

/** Does the CPU, having read this, wait on? Its register then holds the value. */
function isInVain(cpu: u32, instruction: u32, value: i32): bool {
  const operation = program.operation(instruction);
  if (operation == program.LOCK) return value != 0;
  if (operation != program.WAIT) return false;
  store<i32>(path.registers(cpu) + 4 * program.register(instruction), value);
  return path.evaluate(cpu, program.value(instruction)) == 0;
}

/** Does a read-modify-write that finds this store anything? */
function doesStore(cpu: u32, instruction: u32, value: i32): bool {
  const operation = program.operation(instruction);
  if (operation == program.LOCK || operation == program.TRYLOCK) return value == 0;
  if (operation != program.RMW) return false;
  const expected = program.expected(instruction);
  return program.succeeds(
    program.rmwOperation(instruction),
    value,
    expected == NONE ? 0 : path.evaluate(cpu, expected),
  );
}

/** What the instruction's register gets. */
function received(instruction: u32, value: i32): i32 {
  const operation = program.operation(instruction);
  if (operation == program.TRYLOCK) return i32(value == 0);
  return operation == program.IS_LOCKED ? i32(value != 0) : value;
}

function readFlags(instruction: u32, stores: bool): u32 {
  const operation = program.operation(instruction);
  const order = program.order(instruction);
  const read = events.READ | events.MARKED;
  if (operation == program.LOAD) {
    if (order == program.PLAIN) return events.READ;
    return read | (order == program.ACQUIRE_RELEASE ? events.ACQUIRE : 0);
  }
  if (operation != program.RMW) return stores ? read | events.ACQUIRE | events.LOCK_READ : read;
  if (!stores) return read | events.RMW;
  const returns = program.register(instruction) != NONE || order != program.RMW_RELAXED;
  return (
    read |
    events.RMW |
    (returns ? 0 : events.NORETURN) |
    (order == program.RMW_ACQUIRE ? events.ACQUIRE : 0) |
    (order == program.RMW_FULL ? events.FULL : 0)
  );
}

/** The write of a read-modify-write: right after the one that was read, if that is known. */
function modify(cpu: u32, instruction: u32, read: u32, least: u32): void {
  const location = events.locationOf(read);
  const event = events.push(
    cpu,
    path.position(cpu),
    modifyFlags(instruction),
    location,
    modified(cpu, instruction, events.valueOf(read)),
  );
  events.pair(event, read);
  path.addWrite(cpu, event, read);
  path.receive(cpu, program.register(instruction), received(instruction, events.valueOf(read)), read);
  if (path.advance(cpu)) {
    const source = events.sourceOf(read);
    if (source == PENDING) place(event, least + 1, events.writeCount(location));
    else place(event, events.positionOf(source) + 1, events.positionOf(source) + 1);
  }
  events.pop();
}

function modifyFlags(instruction: u32): u32 {
  const write = events.WRITE | events.MARKED;
  const order = program.order(instruction);
  if (program.operation(instruction) != program.RMW) return write | events.LOCK_WRITE;
  if (order == program.RMW_RELEASE) return write | events.RMW | events.RELEASE;
  return write | events.RMW | (order == program.RMW_FULL ? events.FULL : 0);
}

function modified(cpu: u32, instruction: u32, found: i32): i32 {
  if (program.operation(instruction) != program.RMW) return 1;
  return program.modified(program.rmwOperation(instruction), found, path.evaluate(cpu, program.value(instruction)));
}
