// All states that a program can be in under sc or tso, breadth first: so each is first met by a shortest way.

import { cpuCount, length, NONE, observedCpu, observedIndex } from "./program";
import { locationCell, registerCell, tooNarrow, undo, unpack } from "./cells";
import { sufficient } from "./reduction";
import { prepareRows } from "./rows";
import { begin, counter, enabledSteps, faultyCpu, take } from "./step";
import { clearStates, find, isTerminal, meet, NOWHERE, setTerminal, stateAt, stateCount } from "./states";

/** How an exploration ends: all is explored; the bound on memory; an address that is no location's. */
export const COMPLETE: u32 = 0;
export const NO_ROOM: u32 = 1;
export const FAULT: u32 = 2;
const TOO_NARROW: u32 = 3;

let wide: bool = false;

/** Explores the program in memory within so many bytes; `reduce`: no more than its ends need. */
export function explore(tso: bool, reduce: bool, bytes: usize): u32 {
  prepareRows(tso);
  wide = false;
  const result = search(reduce, bytes);
  if (result != TOO_NARROW) return result;
  wide = true;
  return search(reduce, bytes);
}

function search(reduce: bool, bytes: usize): u32 {
  const counts = begin(wide);
  if (tooNarrow) return TOO_NARROW;
  if (!clearStates(bytes)) return NO_ROOM;
  if (counts) meet(0);
  for (let n: u32 = 0; n < stateCount; n++) {
    unpack(stateAt(n));
    const result = expand(n, reduce);
    if (result != COMPLETE) return result;
  }
  return COMPLETE;
}

/** Meets what is one step away from a state. */
function expand(n: u32, reduce: bool): u32 {
  const enabled = enabledSteps();
  if (enabled == 0) setTerminal(n);
  for (let left = reduce ? sufficient(enabled) : enabled; left != 0; left &= left - 1) {
    const counts = take(ctz(left));
    if (tooNarrow) return TOO_NARROW;
    if (counts && !meet(n)) return NO_ROOM;
    undo();
  }
  return faultyCpu == NONE ? COMPLETE : FAULT;
}

/** The instruction of the CPU whose address is no location's. */
export function faultyInstruction(): u32 {
  return counter(faultyCpu);
}

/** Puts the program where it begins. */
export function restart(): void {
  begin(wide);
}

/** State one step away; NOWHERE: its path does not count, or it was not explored. It is then under work. */
export function successor(n: u32, step: u32): u32 {
  unpack(stateAt(n));
  return take(step) ? find() : NOWHERE;
}

/** The first state from n on in which nobody can take a step, put under work; NOWHERE: none. */
export function terminal(n: u32): u32 {
  for (; n < stateCount; n++) {
    if (!isTerminal(n)) continue;
    unpack(stateAt(n));
    return n;
  }
  return NOWHERE;
}

/** The n-th observed value in the state under work. */
export function observed(n: u32): i32 {
  const cpu = observedCpu(n);
  return load<i32>(cpu == NONE ? locationCell(observedIndex(n)) : registerCell(cpu, observedIndex(n)));
}

/** CPUs that have not come to their ends in the state under work; bits. */
export function blocked(): u32 {
  let cpus: u32 = 0;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) if (counter(cpu) != length(cpu)) cpus |= 1 << cpu;
  return cpus;
}
