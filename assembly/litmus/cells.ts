// A machine state under work. A cell is an i32 at a fixed place, where expressions read it; beside it stands the state's packed form,
// by which states are stored and compared. put() keeps both and notes what was there, so that a step can be taken back.

import { ADDRESS_BASE, CPUS_MAX, LOCATIONS_MAX, REGISTERS_MAX, STACK_END } from "./program";

/** Stores that a CPU's buffer can hold. */
export const BUFFER_MAX: u32 = 32;
const BUFFER_CELLS: u32 = 1 + 2 * BUFFER_MAX; // how many, then location and value of each, oldest first

// The cells. Those that a program has no use for stay 0 and are not packed.
export const LOCATIONS: usize = (STACK_END + 15) & ~15;
const COUNTERS: usize = LOCATIONS + 4 * LOCATIONS_MAX;
const REGISTERS: usize = COUNTERS + 4 * CPUS_MAX;
const NESTINGS: usize = REGISTERS + 4 * CPUS_MAX * REGISTERS_MAX;
const WAITS: usize = NESTINGS + 4 * CPUS_MAX;
const DRAINS: usize = WAITS + 4 * CPUS_MAX;
/** Bit by CPU: a store made before some section's end is still in its buffer. */
export const LINGERING: usize = DRAINS + 4 * CPUS_MAX;
const BUFFERS: usize = LINGERING + 4;
const CELLS_END: usize = BUFFERS + 4 * CPUS_MAX * BUFFER_CELLS;
const CELLS_MAX: u32 = <u32>((CELLS_END - LOCATIONS) >> 2);

const POSITIONS: usize = CELLS_END; // u16 a cell: which of the packed ones it is
const PACKED_CELLS: usize = POSITIONS + 2 * CELLS_MAX; // u32 a packed cell: its place
/** The state's packed form. */
export const PACKED: usize = (PACKED_CELLS + 4 * CELLS_MAX + 15) & ~15;
const LOG: usize = PACKED + 4 * CELLS_MAX;
const LOG_MAX: u32 = 1024;
export const CELLS_REGION_END: usize = LOG + 8 * LOG_MAX;

/** The location's value in memory. */
export function locationCell(location: u32): usize {
  return LOCATIONS + ((<usize>location) << 2);
}
/** The number of the CPU's next instruction. */
export function counterCell(cpu: u32): usize {
  return COUNTERS + ((<usize>cpu) << 2);
}
export function registerCell(cpu: u32, register: u32): usize {
  return registersOf(cpu) + ((<usize>register) << 2);
}
export function registersOf(cpu: u32): usize {
  return REGISTERS + <usize>(cpu * 4 * REGISTERS_MAX);
}
/** How many sections the CPU is in, one inside the other. */
export function nestingCell(cpu: u32): usize {
  return NESTINGS + ((<usize>cpu) << 2);
}
/** Whose sections the CPU's grace period waits for, bit by CPU, and whether it has begun. */
export function waitsCell(cpu: u32): usize {
  return WAITS + ((<usize>cpu) << 2);
}
/** Whose buffers it waits for. */
export function drainsCell(cpu: u32): usize {
  return DRAINS + ((<usize>cpu) << 2);
}
/** How many stores are in the CPU's buffer. */
export function bufferCell(cpu: u32): usize {
  return BUFFERS + <usize>(cpu * 4 * BUFFER_CELLS);
}
/** Location of the n-th oldest store in the buffer, then its value. */
export function entryCell(cpu: u32, n: u32): usize {
  return bufferCell(cpu) + 4 + ((<usize>n) << 3);
}

/** Bytes of a packed state, a multiple of 4. */
export let stateBytes: u32 = 0;
/** A value does not fit: the packed form is void, and wide cells are needed. */
export let tooNarrow: bool = false;
let wide: bool = false;
let packedCells: u32 = 0;
let logEnd: usize = LOG;

/** Begins a state's layout anew, all cells 0; wide: four bytes a cell, else one. */
export function clearCells(wideCells: bool): void {
  memory.fill(LOCATIONS, 0, CELLS_REGION_END - LOCATIONS);
  wide = wideCells;
  tooNarrow = false;
  packedCells = 0;
  stateBytes = 0;
  logEnd = LOG;
}

/** Makes a cell part of the state. */
export function addCell(cell: usize, value: i32): void {
  store<u16>(POSITIONS + ((cell - LOCATIONS) >> 1), <u16>packedCells);
  store<u32>(PACKED_CELLS + ((<usize>packedCells) << 2), <u32>cell);
  packedCells++;
  stateBytes = wide ? 4 * packedCells : (packedCells + 3) & ~3;
  write(cell, value);
}

/** Changes a cell that is part of the state. */
export function put(cell: usize, value: i32): void {
  assert(logEnd < LOG + 8 * LOG_MAX);
  store<u32>(logEnd, <u32>cell);
  store<i32>(logEnd, load<i32>(cell), 4);
  logEnd += 8;
  write(cell, value);
}

/** Takes back all changes since the last settled state. */
export function undo(): void {
  while (logEnd > LOG) {
    logEnd -= 8;
    write(load<u32>(logEnd), load<i32>(logEnd, 4));
  }
}

/** The state as it is now is not taken back. */
export function keep(): void {
  logEnd = LOG;
}

function write(cell: usize, value: i32): void {
  store<i32>(cell, value);
  const position = <usize>load<u16>(POSITIONS + ((cell - LOCATIONS) >> 1));
  if (wide) store<i32>(PACKED + (position << 2), value);
  else store<u8>(PACKED + position, narrow(value));
}

// In a byte: numbers from -16 on, and the addresses.
const SMALLEST: i32 = -16;
const ADDRESS_CODE: u32 = 256 - LOCATIONS_MAX;

function narrow(value: i32): u8 {
  const small = <u32>(value - SMALLEST);
  if (small < ADDRESS_CODE) return <u8>small;
  const location = <u32>(value - ADDRESS_BASE);
  if (location >= LOCATIONS_MAX) tooNarrow = true;
  return <u8>(ADDRESS_CODE + location);
}

function widen(code: u32): i32 {
  return code < ADDRESS_CODE ? <i32>code + SMALLEST : <i32>(code - ADDRESS_CODE) + ADDRESS_BASE;
}

/** Makes a stored state the one under work. */
export function unpack(state: usize): void {
  logEnd = LOG;
  for (let n: usize = 0; n < <usize>stateBytes; n += 4) store<u32>(PACKED + n, load<u32>(state + n));
  for (let n: usize = 0; n < <usize>packedCells; n++) {
    const value = wide ? load<i32>(state + (n << 2)) : widen(load<u8>(state + n));
    store<i32>(load<u32>(PACKED_CELLS + (n << 2)), value);
  }
}
