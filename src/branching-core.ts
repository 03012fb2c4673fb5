// The border to the branching module: the engine again, with replicas that can be followed with branches (docs/rules.md, 13).

import { Core, type Draws, type ReplicaTrace } from "./core.js";
import type { Left } from "./importance.js";
import type { Model } from "./scenario/model.js";

/** At the end of this try everything not yet observed is drawn again, under the key of this number. */
export interface Branch {
  try: number;
  number: number;
}

/** The draws of a branched replica, for whoever follows the same rules elsewhere. */
export interface BranchDraws extends Draws {
  /** The key of the branch with this number, after those begun before. */
  begin(number: number): void;
  /** The task or CPU, by entity, draws under the last branch's key. */
  rekey(entity: number): void;
  durationBeyond(dist: number, age: number, w: number): number;
  equilibriumBeyond(dist: number, age: number, w: number): number;
  exponentialBeyond(meanTicks: number, age: number, w: number): number;
}

/** How a branched replica ended: complete by the horizon, not complete by then, or not followed past its last try, which failed. */
export type Ending = "complete" | "late" | "failed try";

/** One instance of the branching module. Its model must be one of branchable(). */
export class BranchingCore extends Core {
  override readonly draws: BranchDraws;

  constructor(module: WebAssembly.Module, model: Model) {
    super(module, model);
    this.draws = this.bindBranchDraws();
  }

  /** Follows a replica with its branches up to the end of try `lastTry`, or, if that is 0 or does not come, to the end. */
  follow(seed: bigint, replica: number, branches: readonly Branch[], lastTry: number, countsLeft = false): Ending {
    this.setBranches(branches);
    this.set("countsLeft", countsLeft);
    this.set("lastTry", lastTry);
    this.wasm.runReplicas!(seed, BigInt(replica), 1);
    if (this.getNumber("isCutShort") !== 0) return "failed try";
    return this.getNumber("complete") >= 0 ? "complete" : "late";
  }

  /**
   * Probability that a replica is not complete by the horizon, as known at the end of the first failed try at which it is, or else 0 or 1.
   * The last admin action up to the horizon is at `lastAction`, -1: there is none.
   */
  probabilityLate(seed: bigint, replica: number, lastAction: number): number {
    this.setTicks("lastActionAt", lastAction);
    this.set("foresees", this.getNumber("hasAftermath") === 0);
    const ending = this.follow(seed, replica, [], 0);
    this.set("foresees", false);
    return ending === "failed try" ? this.getNumber("foreseen") : Number(ending === "late");
  }

  /** Who is left at the end of the last try of follow(), which failed: by kind and number (assembly/left.ts), those above 0. */
  get left(): Left {
    const length = (this.model.phases.length + 1) * this.getNumber("LEFT_NUMBERS");
    const numbers = new Float64Array(this.wasm.memory.buffer, this.getNumber("LEFT"), length);
    const left: Left = [];
    numbers.forEach((value, column) => {
      if (value > 0) left.push({ column, value });
    });
    return left;
  }

  /** Tries that failed in the replica followed last. */
  get failedTries(): number {
    return this.getNumber("tries") - (this.getNumber("decided") < 0 ? 0 : 1);
  }

  /** Up to when the replica followed last was followed, in ticks. */
  get now(): number {
    return this.getNumber("now");
  }

  /** Runs one branched replica to its end and returns what happened in it. */
  traceBranched(seed: bigint, replica: number, branches: readonly Branch[]): ReplicaTrace {
    this.setBranches(branches);
    this.set("lastTry", 0);
    return this.trace(seed, replica);
  }

  private setBranches(branches: readonly Branch[]): void {
    branches.forEach((branch, index) => this.wasm.setBranch!(index, branch.try, branch.number));
    this.set("branchCount", branches.length);
  }

  private bindBranchDraws(): BranchDraws {
    const { wasm } = this;
    const { taskCount, host } = this.model;
    const draws = super.bindDraws();
    return {
      ...draws,
      select: (seed, replica) => {
        draws.select(seed, replica);
        wasm.resetKeys!(taskCount, host.cpus);
      },
      begin: (number) => void wasm.beginBranch!(number),
      rekey: (entity) => void wasm.rekey!(entity),
      durationBeyond: (dist, age, w) => Number(wasm.durationBeyond!(dist, BigInt(age), w)),
      equilibriumBeyond: (dist, age, w) => Number(wasm.equilibriumBeyond!(dist, BigInt(age), w)),
      exponentialBeyond: (mean, age, w) => Number(wasm.exponentialBeyond!(mean, BigInt(age), w)),
    };
  }
}

/** The same model, of the same law, with this horizon in ticks, whose replicas may branch: no class is ranked. */
export function branchable(model: Model, horizon = model.horizon): Model {
  return { ...model, horizon, classes: model.classes.map((one) => ({ ...one, ranked: null })) };
}
