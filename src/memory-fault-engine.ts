// The border to the memory-fault engine (assembly/memory-fault.ts): the only file that sees that module's memory.

import type { Engine } from "./execute/engine.js";
import { type DurationExports, loadDurations } from "./load-durations.js";
import { FAULT_COUNTERS, type FaultCounter } from "./results/memory-fault.js";
import { type CountExports, runCounts } from "./run-counts.js";
import { FAULT_SITES, type FaultModel, type FaultVariant } from "./scenario/memory-fault-model.js";
import { IMPORTS } from "./wasm.js";

/** One fault as it was met: kvm_run behind it, and the replica's counters so far. */
export interface TracedFault {
  vcpu: number;
  exitReason: number;
  data: number;
  counters: Record<FaultCounter, number>;
}

/** The engine's draws, for whoever follows the same rules elsewhere. */
export interface FaultDraws {
  select(seed: bigint, replica: number): void;
  uniform(vcpu: number, purpose: number, n: number): number;
  /** In ticks, of a row of the model's durations. */
  duration(row: number, u: number): number;
}

interface Exports extends DurationExports, CountExports {
  TRACE: WebAssembly.Global;
  TRACE_WORDS: WebAssembly.Global;
  EXIT_MAX: WebAssembly.Global;
  traceReplica(seed: bigint, replica: bigint): void;
  selectReplica(seed: bigint, replica: bigint): void;
  uniform(vcpu: number, purpose: number, n: number): number;
  durationTicks(row: number, u: number): bigint;
}

/** An instance with a private memory, loaded with a model. */
export class MemoryFaultEngine implements Engine<null> {
  readonly layout = null; // FAULT_WORDS: the same for every model
  private readonly wasm: Exports;

  constructor(
    module: WebAssembly.Module,
    private readonly model: FaultModel,
    private readonly variants: FaultVariant[],
  ) {
    this.wasm = new WebAssembly.Instance(module, IMPORTS).exports as unknown as Exports;
    loadDurations(this.wasm, model.durations);
    const { vcpus, faults, gap, signals, latency, pages, droppedMissing, asyncShare, asyncFails } = model;
    const [plain, missing, mismatch] = pages;
    this.set({ vcpuCount: vcpus, faultCount: faults, gap, signals, latency });
    this.set({ plain, missing, mismatch, droppedMissing, asyncShare, asyncFails });
    this.set({ struck: model.struck, elsewhere: model.elsewhere, swallowed: model.swallowed });
    this.setVmm(model.vmm);
  }

  run(variant: number, seed: bigint, first: number, count: number) {
    this.setVariant(this.variants[variant]!);
    return runCounts(this.wasm, seed, first, count);
  }

  /** Every fault of one replica of at most 4096, in the order in which they were met. */
  trace(variant: number, seed: bigint, replica: number): TracedFault[] {
    this.setVariant(this.variants[variant]!);
    this.wasm.traceReplica(seed, BigInt(replica));
    const { memory, TRACE, TRACE_WORDS } = this.wasm;
    const each = Number(TRACE_WORDS.value);
    const faults = this.model.vcpus * this.model.faults;
    const words = new Uint32Array(memory.buffer, Number(TRACE.value), faults * each);
    return Array.from({ length: faults }, (_, n) => tracedFault(words.subarray(n * each, (n + 1) * each)));
  }

  get draws(): FaultDraws {
    const { wasm } = this;
    return {
      select: (seed, replica) => wasm.selectReplica(seed, BigInt(replica)),
      uniform: (vcpu, purpose, n) => wasm.uniform(vcpu, purpose, n),
      duration: (row, u) => Number(wasm.durationTicks(row, u)),
    };
  }

  private setVmm({ reaction, repeats, reasonFlags, knows, fails, unresolvable, damage }: FaultModel["vmm"]): void {
    const endless = Number(this.wasm.EXIT_MAX.value);
    this.set({ kills: Number(reaction === "kill"), repeats: reaction === "rerun" ? endless : repeats });
    this.set({ reasonFlags: Number(reasonFlags), knows, fails, unresolvable, damage });
  }

  private setVariant(variant: FaultVariant): void {
    const [fastGup, handler, emulation] = variant.paths;
    this.set({ fastGup, handler, emulation, dropped: variant.dropped, sites: this.siteBits(variant) });
    this.set({ fillsDropped: Number(variant.fillsDropped), returnsZero: Number(variant.returns === "zero") });
    this.set({ guardsLoaded: Number(variant.guards.includes("loaded")) });
    this.set({ guardsUnknown: Number(variant.guards.includes("unknown")) });
    this.set({ resets: Number(variant.reset), warns: Number(variant.warns) });
  }

  /** None where the variant wants to be asked for and user space has not. */
  private siteBits({ sites, optIn }: FaultVariant): number {
    if (optIn && !this.model.vmm.optIn) return 0;
    return sites.reduce((bits, site) => bits | (1 << FAULT_SITES.indexOf(site)), 0);
  }

  private set(values: Record<string, number>): void {
    const globals = this.wasm as unknown as Record<string, WebAssembly.Global>;
    for (const [name, value] of Object.entries(values)) globals[name]!.value = value;
  }
}

function tracedFault([vcpu, exitReason, data, ...counters]: Uint32Array): TracedFault {
  return {
    vcpu: vcpu!,
    exitReason: exitReason!,
    data: data!,
    counters: Object.fromEntries(FAULT_COUNTERS.map((name, n) => [name, counters[n]])) as TracedFault["counters"],
  };
}
