// What a replayed step did, for the host: rows of CPU, instruction, whether a store left the buffer, and the value read or written.

import { ROWS_END } from "./rows";

const EVENT_BYTES: usize = 16;
const EVENTS_MAX: u32 = 1024; // a step and the fences passed with it
export const EVENTS: usize = (ROWS_END + 15) & ~15;
export const EVENTS_END: usize = EVENTS + <usize>EVENTS_MAX * EVENT_BYTES;

export let eventCount: u32 = 0;
let recording: bool = false;

export function record(on: bool): void {
  recording = on;
  eventCount = 0;
}

export function note(cpu: u32, instruction: u32, flushed: bool): void {
  assert(eventCount < EVENTS_MAX);
  const at = EVENTS + <usize>eventCount * EVENT_BYTES;
  store<u32>(at, cpu);
  store<u32>(at, instruction, 4);
  store<u32>(at, u32(flushed), 8);
  eventCount++;
}

/** What the first of the events read or wrote. */
export function noteValue(value: i32): void {
  store<i32>(EVENTS, value, 12);
}

/** A fence passed while exploring leaves no trace. */
export function noteFence(cpu: u32, instruction: u32): void {
  if (recording) note(cpu, instruction, false);
}
