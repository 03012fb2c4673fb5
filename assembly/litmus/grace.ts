// Sections and grace periods. One that begins notes the CPUs that are in a section, and those that were and whose stores made up to
// its end are still buffered; it ends when each of the former has left that section, and the buffer of each has been empty since.
//
// That is what the kernel promises: a full barrier on such a CPU between the section's end and the return (Requirements.html of
// Documentation/RCU, Memory-Barrier Guarantees; the switch or interrupt by which a CPU reports is one). The caller's own buffer is
// empty when it begins and it issues nothing until the end: a full barrier on either side.

import { cpuCount } from "./program";
import { drainsCell, LINGERING, nestingCell, put, waitsCell } from "./cells";

/** Of what a grace period waits for: it has begun. */
const BEGUN: i32 = 1 << 6;

export function graceBegun(cpu: u32): bool {
  return load<i32>(waitsCell(cpu)) != 0;
}
export function graceOver(cpu: u32): bool {
  return load<i32>(waitsCell(cpu)) == BEGUN && load<i32>(drainsCell(cpu)) == 0;
}

/** False: there is nobody to wait for. */
export function beginGrace(cpu: u32): bool {
  const drains = load<i32>(LINGERING) & ~(1 << cpu);
  const sections = othersInSections(cpu);
  if ((sections | drains) == 0) return false;
  put(waitsCell(cpu), sections | BEGUN);
  if (drains) put(drainsCell(cpu), drains);
  return true;
}

export function endGrace(cpu: u32): void {
  put(waitsCell(cpu), 0);
}

function othersInSections(cpu: u32): i32 {
  let inside = 0;
  for (let other: u32 = 0; other < cpuCount(); other++) {
    if (other != cpu && load<i32>(nestingCell(other)) != 0) inside |= 1 << other;
  }
  return inside;
}

export function enterSection(cpu: u32): void {
  put(nestingCell(cpu), load<i32>(nestingCell(cpu)) + 1);
}

/** An end without a beginning does nothing. `lingers`: there are stores in the CPU's buffer. */
export function leaveSection(cpu: u32, lingers: bool): void {
  const nesting = load<i32>(nestingCell(cpu));
  if (nesting == 0) return;
  put(nestingCell(cpu), nesting - 1);
  if (nesting > 1) return;
  const bit = 1 << cpu;
  if (lingers) put(LINGERING, load<i32>(LINGERING) | bit);
  for (let other: u32 = 0; other < cpuCount(); other++) {
    const waits = load<i32>(waitsCell(other));
    if ((waits & bit) == 0) continue;
    put(waitsCell(other), waits & ~bit);
    if (lingers) put(drainsCell(other), load<i32>(drainsCell(other)) | bit);
  }
}

/** The CPU's buffer is empty. */
export function bufferDrained(cpu: u32): void {
  const bit = 1 << cpu;
  if ((load<i32>(LINGERING) & bit) == 0) return;
  put(LINGERING, load<i32>(LINGERING) & ~bit);
  for (let other: u32 = 0; other < cpuCount(); other++) {
    const drains = load<i32>(drainsCell(other));
    if (drains & bit) put(drainsCell(other), drains & ~bit);
  }
}
