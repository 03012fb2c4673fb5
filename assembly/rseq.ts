// The rseq experiment's module: re-exports, no code (docs/rseq.md). Ticks are nanoseconds. Numbers go in, one region of counts comes out.

// The model: scalars are mutable globals under their own names, durations are written row by row.
export { setDuration, setPart } from "./distribution";
export { hz, latency, minGranularity, wakeupGranularity } from "./host";
export { setCpu, allowedCount, iterations, livelock, preemptible, balanceRate } from "./rseq/test";
export { setStep } from "./rseq/steps";

// The variant.
export {
  notifyResume,
  counted,
  movesReader,
  skipsHoles,
  getcpuIsCall,
  ratio,
  delayKind,
  delayDuration,
  delayFrom,
  delayBy,
  delayCount,
} from "./rseq/test";

// Draws, for whoever follows the same rules elsewhere.
export { selectReplica, uniform } from "./draw";
export { durationTicks, exponentialTicks } from "./distribution";

// Running and reading.
export { runReplicas, traceReplica } from "./rseq/replica";
export { TRACE, TRACE_WORDS, TRACE_MAX, traced } from "./rseq/trace";
export { COUNTS, WORDS, clearCounts } from "./rseq/tally";
