// The memory-fault experiment's module: re-exports, no code (docs/memory-fault.md). Numbers go in, one region of counts comes out.

// The model: scalars are mutable globals under their own names, durations are written row by row.
export { setDuration, setPart } from "./distribution";
export {
  vcpuCount,
  faultCount,
  gap,
  signals,
  latency,
  dropped,
  asyncShare,
  asyncFails,
  struck,
  elsewhere,
} from "./memory-fault/replica";
export { plain, missing, mismatch, fastGup, handler, emulation, droppedMissing } from "./memory-fault/pages";
export { swallowed, kills, repeats, reasonFlags, knows, fails, unresolvable, damage } from "./memory-fault/vmm";
export { EXIT_MAX } from "./memory-fault/draws";

// The variant.
export { sites, fillsDropped, returnsZero, guardsLoaded, guardsUnknown, resets, warns } from "./memory-fault/variant";

// Draws, for whoever follows the same rules elsewhere.
export { selectReplica, uniform } from "./draw";
export { durationTicks } from "./distribution";

// Running and reading.
export { runReplicas, traceReplica, TRACE, TRACE_WORDS } from "./memory-fault/replica";
export { COUNTS, WORDS, clearCounts } from "./memory-fault/tally";
