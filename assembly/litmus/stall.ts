// Interruptions in an estimate: now and then a CPU is held up before a step takes effect, by an interrupt or by its host. That is seldom,
// so half of the replicas have one put before a step chosen by lot. A replica's weight is nominal density over this mixture's, so at
// most 2, as for starts (clock.ts).

import { LOOK, SPLIT, uniform } from "../draw";
import { CPUS_MAX, cpuCount, length } from "./program";
import { CLOCK_END, rateOf } from "./clock";
import { operationOf, rowAt } from "./rows";
import { counter } from "./step";

const NOMINAL: f64 = 0.5;
const ALL_CPUS: u32 = CPUS_MAX; // draws that are no CPU's
const NOBODY: u32 = CPUS_MAX;

const STEPS: usize = (CLOCK_END + 15) & ~15; // of each CPU how many steps it has begun
export const STALL_END: usize = STEPS + 4 * 8;

let rate: f64 = 0;
let mean: f64 = 0;

// Of the replica: where a stall is put, who is stalled now, and the sum of density ratios of all places where one could be put.
let chosenCpu: u32 = NOBODY;
let chosenStep: u32 = 0;
let stalled: u32 = 0;
let ratios: f64 = 0;

/** How many interruptions a ns and CPU, and their mean in ns. */
export function setStalls(perNs: f64, meanNs: f64): void {
  rate = perNs;
  mean = meanNs;
}

function begun(cpu: u32): u32 {
  return load<u32>(STEPS + ((<usize>cpu) << 2));
}

/** Begins a replica, its state under work. */
export function startStalls(): void {
  memory.fill(STEPS, 0, 4 * CPUS_MAX);
  stalled = 0;
  ratios = 0;
  chosenCpu = NOBODY;
  if (rate > 0 && uniform(ALL_CPUS, SPLIT, 2) >= NOMINAL) {
    chosenCpu = <u32>(uniform(ALL_CPUS, SPLIT, 3) * <f64>cpuCount());
    chosenStep = <u32>(uniform(ALL_CPUS, SPLIT, 4) * <f64>places(chosenCpu));
  }
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) arrive(cpu);
}

/** Steps of a CPU before which a stall is put: as many as it has instructions. */
function places(cpu: u32): u32 {
  return max(length(cpu), 1);
}

/** The CPU comes to its next instruction: is it held up there? */
export function arrive(cpu: u32): void {
  if (rate == 0) return;
  const step = begun(cpu);
  const likely = min(rate / rateOf(operationOf(rowAt(cpu, counter(cpu)))), 0.5);
  const put = cpu == chosenCpu && step == chosenStep;
  const holds = put || uniform(cpu, LOOK, step) < likely;
  stalled = holds ? stalled | (1 << cpu) : stalled & ~(1 << cpu);
  if (holds && step < places(cpu)) ratios += 1 / (likely * <f64>places(cpu));
  store<u32>(STEPS + ((<usize>cpu) << 2), step + 1);
}

/** Rate of the CPU's next instruction. */
export function rateAt(cpu: u32): f64 {
  return stalled & (1 << cpu) ? 1 / mean : rateOf(operationOf(rowAt(cpu, counter(cpu))));
}

/** Weight of the replica; a stall put where its CPU never came has changed nothing. */
export function stallWeight(): f64 {
  if (rate == 0) return 1;
  let sum = ratios;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) {
    sum += <f64>(places(cpu) - min(begun(cpu), places(cpu))) / <f64>places(cpu);
  }
  return 1 / (NOMINAL + ((1 - NOMINAL) * sum) / <f64>cpuCount());
}
