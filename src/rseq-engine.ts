// The border to the rseq engine (assembly/rseq.ts): the only file that sees that module's memory.

import type { Engine } from "./execute/engine.js";
import { type DurationExports, loadDurations } from "./load-durations.js";
import { additiveCounts } from "./results/metrics.js";
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
} from "./scenario/rseq-schema.js";
import { IMPORTS } from "./wasm.js";

interface Exports extends DurationExports {
  memory: WebAssembly.Memory;
  COUNTS: WebAssembly.Global;
  WORDS: WebAssembly.Global;
  setCpu(n: number, cpu: number): void;
  setStep(step: number, duration: number): void;
  prepare(): void;
  clearCounts(): void;
  runReplicas(seed: bigint, first: bigint, count: number): void;
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
    this.wasm.clearCounts();
    this.wasm.runReplicas(seed, BigInt(first), count);
    const { memory, COUNTS, WORDS } = this.wasm;
    return additiveCounts(new BigUint64Array(memory.buffer, Number(COUNTS.value), Number(WORDS.value)));
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
    this.setDelay(variant.delay);
    this.wasm.prepare();
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
