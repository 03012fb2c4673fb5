// Counts of memory-fault VMs -> what is reported of them (docs/memory-fault.md, 5).

import type { Counts } from "./counts.js";
import { type Metric, rate, ratio, wordsOf } from "./metrics.js";

/** What is counted, in the order of the engine's words (assembly/memory-fault/tally.ts says what each is). */
export const FAULT_COUNTERS = [
  "faults",
  "needing",
  "exits",
  "resolved",
  "right",
  "bare",
  "lost",
  "stale",
  "staleSameRun",
  "clobbered",
  "clobberedElsewhere",
  "wrong",
  "wrongWay",
  "livelocks",
  "corrupted",
  "warnings",
  "signals",
  "swallowed",
] as const;
export type FaultCounter = (typeof FAULT_COUNTERS)[number];

/** Metrics by the counter that they are of: per million faults. */
const PER_MILLION: Record<string, FaultCounter> = {
  rightExits: "right",
  bareFaults: "bare",
  lostVms: "lost",
  staleReads: "stale",
  staleOfSameRun: "staleSameRun",
  clobberedExits: "clobbered",
  clobberedFromElsewhere: "clobberedElsewhere",
  wrongResolutions: "wrong",
  wrongWays: "wrongWay",
  swallowedZeros: "swallowed",
  livelocks: "livelocks",
  corruptedVms: "corrupted",
  warnings: "warnings",
};

const HALF = 1n << 32n;

/** Sums over replicas: of each counter, of its square, and of exits times resolved. */
export class FaultSums {
  private readonly word: (at: number) => bigint;

  constructor(counts: Counts) {
    this.word = wordsOf(counts);
  }

  get replicas(): bigint {
    return this.word(0);
  }

  sum(counter: FaultCounter): bigint {
    return this.word(1 + 3 * FAULT_COUNTERS.indexOf(counter));
  }

  squares(counter: FaultCounter): bigint {
    return this.wide(2 + 3 * FAULT_COUNTERS.indexOf(counter));
  }

  get exitsTimesResolved(): bigint {
    return this.wide(1 + 3 * FAULT_COUNTERS.length);
  }

  private wide(at: number): bigint {
    return this.word(at) + HALF * this.word(at + 1);
  }
}

export function memoryFaultMetrics(counts: Counts): Metric[] {
  const sums = new FaultSums(counts);
  const millions = Number(sums.sum("faults")) / 1e6;
  const perMillion = Object.entries(PER_MILLION).map(([name, counter]) =>
    rate(name, { n: sums.replicas, y: sums.sum(counter), yy: sums.squares(counter) }, millions),
  );
  const exitsPerResolvedFault = ratio("exitsPerResolvedFault", {
    n: sums.replicas,
    x: sums.sum("resolved"),
    y: sums.sum("exits"),
    xx: sums.squares("resolved"),
    xy: sums.exitsTimesResolved,
    yy: sums.squares("exits"),
  });
  return [...perMillion, exitsPerResolvedFault];
}

/** Lost and corrupted VMs per million faults. */
export function faultHarm(counts: Counts): { lost: number; corrupted: number } {
  const sums = new FaultSums(counts);
  const millions = Number(sums.sum("faults")) / 1e6;
  return { lost: Number(sums.sum("lost")) / millions, corrupted: Number(sums.sum("corrupted")) / millions };
}
