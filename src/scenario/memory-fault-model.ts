// The memory-fault experiment, compiled: what its engine and its oracle are both built from (docs/memory-fault.md). A tick is 1 ns.

import type { ExperimentModel } from "./experiment.js";
import type { DurationModel } from "./model.js";

/** Sites that a variant may annotate, in the order of the engine's bits. */
export const FAULT_SITES = ["fast-gup", "handler", "emulation", "attributes", "private-emulation"] as const;
export type FaultSite = (typeof FAULT_SITES)[number];

export const FILL_GUARDS = ["loaded", "unknown"] as const;
export type FillGuard = (typeof FILL_GUARDS)[number];

/** What KVM does about a fault that it cannot resolve (docs/memory-fault.md, 2.8). */
export interface FaultMechanisms {
  sites: FaultSite[];
  fillsDropped: boolean;
  returns: "efault" | "zero";
  guards: FillGuard[];
  reset: boolean;
  optIn: boolean;
  warns: boolean;
}

/** How often two things happen that the variants disagree about. */
export interface FaultRates {
  /** Cumulative probabilities of fast-gup, handler, emulation; the rest is unannotated. */
  paths: [number, number, number];
  /** Of a plain fault: a failure on the way is dropped. */
  dropped: number;
}

/** Mechanisms, at rates. */
export interface FaultVariant extends FaultMechanisms, FaultRates {
  name: string;
  /** Of a verdict: the rates that it is about. Absent: the scenario's own. */
  cell?: { variant: string; unannotated: number; dropped: number };
}

export interface FaultModel extends ExperimentModel {
  vcpus: number;
  faults: number; // of each vCPU
  durations: DurationModel[];
  /** Indices into durations. */
  gap: number;
  signals: number;
  latency: number;
  /** Cumulative probabilities of plain, missing, mismatch; the rest is emulated. */
  pages: [number, number, number];
  droppedMissing: number;
  asyncShare: number;
  asyncFails: number;
  struck: number;
  elsewhere: number;
  swallowed: number;
  vmm: {
    reaction: "kill" | "bounded" | "rerun";
    repeats: number;
    optIn: boolean;
    reasonFlags: boolean;
    knows: number;
    fails: number;
    unresolvable: number;
    damage: number;
  };
  verdict: FaultVerdictModel | null;
}

/** Between which variants, and at which costs of a corrupted VM in lost ones. */
export interface FaultVerdictModel {
  unannotated: number[];
  dropped: number[];
  costs: number[];
  falsePositives: string;
  falseNegatives: string;
}
