// The border to the rseq engine (assembly/rseq.ts): the only file that sees that module's memory.

import type { Engine } from "./execute/engine.js";
import { type DurationExports, loadDurations } from "./load-durations.js";
import { type CountExports, runCounts } from "./run-counts.js";
import type { RseqDelay, RseqModel, RseqVariant } from "./scenario/rseq.js";
import {
  GETCPU,
  MOVES,
  NEXT_CPU,
  NOTIFY_RESUME,
  PREEMPTION,
  PROTOCOLS,
  STEPS,
  type Step,
} from "./scenario/rseq-words.js";
import { IMPORTS } from "./wasm.js";

interface Exports extends DurationExports, CountExports {
  setCpu(n: number, cpu: number): void;
  setStep(step: number, duration: number): void;
  traceReplica(seed: bigint, replica: bigint): void;
  TRACE: WebAssembly.Global;
  TRACE_WORDS: WebAssembly.Global;
  traced: WebAssembly.Global;
  selectReplica(seed: bigint, replica: bigint): void;
  uniform(entity: number, purpose: number, n: number): number;
  durationTicks(duration: number, u: number): bigint;
  exponentialTicks(mean: number, u: number): bigint;
}

/** The engine's draws, exposed for the oracle (docs/rseq.md, 3). */
export interface RseqDraws {
  select(seed: bigint, replica: number): void;
  uniform(entity: number, purpose: number, n: number): number;
  duration(row: number, u: number): number;
  exponential(meanTicks: number, u: number): number;
}

const DELAYS: RseqDelay["kind"][] = ["none", "sleep", "steps", "getcpu"];

/** An instance with a private memory, loaded with a model. */
export class RseqEngine implements Engine<null> {
  readonly layout = null; // RSEQ_WORDS: the same for every model
  private readonly wasm: Exports;

  constructor(
    module: WebAssembly.Module,
    private readonly model: RseqModel,
    private readonly variants: RseqVariant[],
  ) {
    this.wasm = new WebAssembly.Instance(module, IMPORTS).exports as unknown as Exports;
    this.set("hz", BigInt(model.hz));
    this.set("latency", BigInt(Math.round(model.latency)));
    this.set("minGranularity", BigInt(Math.round(model.minGranularity)));
    this.set("wakeupGranularity", BigInt(Math.round(model.wakeupGranularity)));
    this.set("preemptible", Number(PREEMPTION[1] === model.preemption));
    this.set("balanceRate", model.balanceRate);
    this.set("iterations", model.iterations);
    this.set("livelock", model.livelock);
    this.set("allowedCount", model.allowed.length);
    model.allowed.forEach((cpu, n) => this.wasm.setCpu(n, cpu));
    Object.keys(STEPS).forEach((step, n) => this.wasm.setStep(n, model.steps[step as Step]));
  }

  run(variant: number, seed: bigint, first: number, count: number) {
    this.setVariant(this.variants[variant]!);
    return runCounts(this.wasm, seed, first, count);
  }

  /** The events of one replica, a row each (assembly/rseq/trace.ts). */
  trace(variant: number, seed: bigint, replica: number): number[][] {
    this.setVariant(this.variants[variant]!);
    this.wasm.traceReplica(seed, BigInt(replica));
    const width = Number(this.wasm.TRACE_WORDS.value);
    const rows = Number(this.wasm.traced.value);
    const words = new BigUint64Array(this.wasm.memory.buffer, Number(this.wasm.TRACE.value), rows * width);
    return Array.from({ length: rows }, (_, row) => Array.from(words.subarray(row * width, (row + 1) * width), Number));
  }

  /** Of the variant that ran last: a sleep's law stands behind the model's durations. */
  get draws(): RseqDraws {
    const { wasm } = this;
    return {
      select: (seed, replica) => wasm.selectReplica(seed, BigInt(replica)),
      uniform: (entity, purpose, n) => wasm.uniform(entity, purpose, n),
      duration: (row, u) => Number(wasm.durationTicks(row, u)),
      exponential: (mean, u) => Number(wasm.exponentialTicks(mean, u)),
    };
  }

  private set(name: string, value: number | bigint): void {
    (this.wasm as unknown as Record<string, WebAssembly.Global>)[name]!.value = value;
  }

  private setVariant(variant: RseqVariant): void {
    this.set("notifyResume", NOTIFY_RESUME.indexOf(variant.notifyResume));
    this.set("counted", Number(variant.protocol === PROTOCOLS[1]));
    this.set("movesReader", Number(variant.moves === MOVES[0]));
    this.set("skipsHoles", Number(variant.next === NEXT_CPU[1]));
    this.set("getcpuIsCall", Number(variant.getcpu === GETCPU[1]));
    this.set("ratio", Number(variant.ratio));
    this.setDelay(variant.delay);
  }

  /** A sleep's law stands behind the model's in the table. */
  private setDelay(delay: RseqDelay): void {
    const { durations } = this.model;
    this.set("delayKind", DELAYS.indexOf(delay.kind));
    if (delay.kind === "getcpu") this.set("delayCount", delay.times);
    if (delay.kind === "steps") {
      this.set("delayFrom", BigInt(delay.from));
      this.set("delayBy", BigInt(delay.by));
      this.set("delayCount", delay.count);
    }
    const own = delay.kind === "sleep" ? delay.durations.map((row) => shifted(row, durations.length)) : [];
    loadDurations(this.wasm, [...durations, ...own]);
    if (delay.kind === "sleep") this.set("delayDuration", durations.length + delay.duration);
  }
}

/** A row whose parts stand so many rows further on. */
function shifted(row: RseqModel["durations"][number], by: number): RseqModel["durations"][number] {
  return row.kind === "mixture" ? { ...row, parts: row.parts.map((part) => part + by) } : row;
}
