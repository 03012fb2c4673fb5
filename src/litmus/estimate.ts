// How likely an outcome is: the program run again and again with durations for its steps (assembly/litmus/estimate.ts, clock.ts), on ends
// that were explored first. The probability is of one run in a window, as of one livepatch transition.

import { OPERATIONS } from "./encode.js";
import type { Instance } from "./instance.js";
import type { FinalState, Operation, Program } from "./program.js";
import { States, type StatesOptions } from "./states.js";

/** Mean times of steps in ns. `flush`: a store's leaving its buffer, once it is the oldest. */
export type StepMeans = Record<TimedOperation | "flush", number>;
type TimedOperation = Exclude<Operation["op"], "set" | "fence" | "assume">;

/**
 * Exponential means. Assumptions but where KF 8.3 is named: an access takes a few ns, most being found in a near cache; a locked
 * instruction some 20; what another CPU shall see or has done takes a cache line's way between cores; a grace period
 * a context switch (1.07 us between threads, KF 8.3). Fences take no time but what they wait for, registers none.
 */
export const STEP_MEANS: StepMeans = {
  load: 5,
  store: 5,
  rmw: 20,
  branch: 1,
  jump: 1,
  lock: 20,
  trylock: 20,
  is_locked: 5,
  unlock: 5,
  wait: 50,
  section_begin: 1,
  section_end: 1,
  synchronize: 1070,
  flush: 50,
};

/** In ns: CPUs come to their parts at independent uniform points of a millisecond (assumption). */
export const WINDOW = 1e6;

/**
 * How often a CPU is held up before a step, and for how long: a tick's and a host's interrupts at 1000 a second (assumption), each as an
 * external interrupt of a guest takes its host (0.71 us, KF 8.3).
 */
export const INTERRUPTIONS = { perSecond: 1000, meanNs: 710 };

export interface EstimateOptions extends StatesOptions {
  means?: Partial<StepMeans>;
  window?: number;
  interruptions?: { perSecond: number; meanNs: number };
  seed?: bigint;
  replicas?: number;
}

export interface Estimate {
  /** Of a final state that `accepts` takes, among those that `counts` takes; with a 95% interval. */
  probability: number;
  low: number;
  high: number;
  replicas: number;
  /** That many unweighted replicas would know as much of all ends, and of those asked for. */
  effectiveReplicas: number;
  effectiveHits: number;
  /** Why the figure cannot be trusted; null if it can. */
  warning: string | null;
  /** What was assumed. */
  window: number;
  interruptions: { perSecond: number; meanNs: number };
  means: StepMeans;
}

const HITS_MIN = 30;
const WEIGHT_MAX = 4; // clock.ts, stall.ts: of either choice half of the replicas are nominal
const Z = 1.959963984540054; // 97.5% of a normal variable are below

/**
 * @throws RangeError if a mean, the window or the number of replicas is out of bounds, or no final state counts
 * @throws MemoryBoundError if the program has more states than fit
 */
export function estimate(
  module: WebAssembly.Module,
  program: Program,
  model: "sc" | "tso",
  accepts: (final: FinalState) => boolean,
  options: EstimateOptions & { counts?: (final: FinalState) => boolean } = {},
): Estimate {
  const { window = WINDOW, interruptions = INTERRUPTIONS, seed = 1n, replicas = 200_000 } = options;
  const means = { ...STEP_MEANS, ...options.means };
  checkNumbers(means, window, replicas);
  checkInterruptions(interruptions);
  const states = new States(module, program, model === "tso", options);
  states.explore(true);
  judgeEnds(states, accepts, options.counts ?? (() => true));
  const { engine } = states;
  setTimes(engine, means, window);
  engine.wasm.setStalls!(interruptions.perSecond / 1e9, interruptions.meanNs);
  (engine.wasm.runEstimate as unknown as (seed: bigint, first: number, count: number) => void)(seed, 0, replicas);
  return { ...figures(engine, replicas), replicas, window, interruptions, means };
}

type Asks = (final: FinalState) => boolean;

function judgeEnds(states: States, accepts: Asks, counts: Asks): void {
  const { wasm, program } = states.engine;
  states.check(wasm.prepareEstimate!());
  const counting = [...states.ends()].filter(({ final }) => counts(final));
  if (counting.length === 0) throw new RangeError(`${program.name}: no final state counts`);
  for (const { state, final } of counting) wasm.judge!(state, Number(accepts(final)));
}

function checkNumbers(means: StepMeans, window: number, replicas: number): void {
  for (const [kind, mean] of Object.entries(means)) positive(`mean of ${kind}, in ns`, mean, 1e12);
  positive("window, in ns", window, 1e15);
  positive("replicas", replicas, 1e9);
  if (!Number.isInteger(replicas)) throw new RangeError(`replicas: expected a whole number, got ${replicas}`);
}

function checkInterruptions({ perSecond, meanNs }: { perSecond: number; meanNs: number }): void {
  if (perSecond !== 0) positive("interruptions a second", perSecond, 1e9);
  positive("mean of an interruption, in ns", meanNs, 1e12);
}

function positive(field: string, value: number, max: number): void {
  if (value > 0 && value <= max) return;
  throw new RangeError(`${field}: expected more than 0 and at most ${max}, got ${value}`);
}

function setTimes({ wasm }: Instance, means: StepMeans, window: number): void {
  wasm.setWindow!(window);
  for (const [number, kind] of [...OPERATIONS, "flush" as const].entries()) {
    wasm.setMean!(number, kind in means ? means[kind as keyof StepMeans] : means.load); // at a fence a CPU can be held up too
  }
}

type Figures = Pick<Estimate, "probability" | "low" | "high" | "effectiveReplicas" | "effectiveHits" | "warning">;

function figures(engine: Instance, replicas: number): Figures {
  const sum = (name: string) => Number(engine.wasm[name]!.value);
  const [weights, squares, hitSquares] = [sum("weights"), sum("squares"), sum("hitSquares")];
  const p = weights === 0 ? 0 : sum("hitWeights") / weights;
  const variance = ((1 - p) ** 2 * hitSquares + p ** 2 * (squares - hitSquares)) / weights ** 2;
  const trials = variance > 0 ? (p * (1 - p)) / variance : replicas / WEIGHT_MAX; // as many unweighted ones
  return {
    probability: p,
    ...wilson(p, trials),
    effectiveReplicas: weights === 0 ? 0 : weights ** 2 / squares,
    effectiveHits: p * trials,
    warning: warningOf(p * trials, engine.number("unfinished"), engine.program),
  };
}

function warningOf(hits: number, unfinished: number, { name }: Program): string | null {
  if (unfinished > 0) return `${name}: ${unfinished} replicas did not end and are left out`;
  if (hits >= HITS_MIN) return null;
  return `${name}: the estimate rests on ${hits.toFixed(1)} effective hits, fewer than ${HITS_MIN}; take more replicas`;
}

/** Wilson's interval (1927), of trials that need not be whole. */
function wilson(p: number, trials: number): { low: number; high: number } {
  const middle = p + Z ** 2 / (2 * trials);
  const half = Z * Math.sqrt((p * (1 - p)) / trials + Z ** 2 / (4 * trials ** 2));
  const scale = 1 + Z ** 2 / trials;
  return { low: p === 0 ? 0 : (middle - half) / scale, high: p === 1 ? 1 : (middle + half) / scale };
}
