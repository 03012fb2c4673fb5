// The module's whole surface: re-exports, no code. Numbers go in, one region of counts comes out.

// The model: scalars are mutable globals under their own names, tables are written row by row.
export {
  cpuCount,
  hz,
  preemption,
  reliableStack,
  loaderCpu,
  loaderCandidateCount,
  idleTasks,
  schedulerTick,
  enableGap,
  tryCostPerTask,
  hookOn,
  hookOff,
  unpatchWait,
  idleWakeRate,
  contextSwitch,
  vmExit,
  ipi,
  signalCost,
  latency,
  minGranularity,
  wakeupGranularity,
  balancePeriod,
  haltPollMax,
  haltPollStart,
  haltPollGrow,
  haltPollShrink,
  unpatching,
  replaceNops,
  patchedFunctions,
  horizon,
  settle,
  setCpu,
  setLoaderCandidate,
  setCpuSet,
  setCpuSetEntry,
  isolatedCount,
  activeCount,
  addActive,
} from "./host";
export {
  setDuration,
  setPart,
  durationTicks,
  exponentialTicks,
  equilibriumResidual,
  equilibriumTotal,
} from "./distribution";
export {
  phaseCount,
  classCount,
  hasFork,
  setPhase,
  setPhaseLinks,
  setNext,
  setShare,
  setClass,
  setClassCpuUse,
} from "./behaviour-table";
export { taskCount, setTask, switchAt, mechanism } from "./task";
export {
  signalSource,
  signalFlag,
  signalEveryTries,
  tryPeriod,
  rounding,
  lateness,
  wakeKthreads,
  guestMask,
  guestLeaves,
  guestEats,
  guestUpdates,
  updateBeforeSignal,
  wakeIdle,
  condResched,
  scheduleHook,
  forkFixed,
  vhostIsUser,
  hookPatching,
  taskWork,
  syncIsRcu,
  remote,
} from "./policy";
export { actionCount, setAction, prepareTransition, TRANSITION_END, complete, decided, tries } from "./transition";

export { rounds } from "./schedule";

// Draws, for whoever follows the same rules elsewhere.
export { selectReplica, uniform } from "./draw";

// Running and reading.
export { runReplica, runReplicas } from "./replica";
export { idleSwitchAt, idleMechanism } from "./runqueue";
export {
  eintr,
  restarts,
  guestExits,
  ipis,
  kthreadWakes,
  signalPasses,
  isolatedInterrupts,
  violations,
  warnings,
  gaveUp,
  lastSwitch,
  blamePhase,
  blameMechanism,
} from "./tally";
export {
  COUNTS,
  WORST,
  BUCKETS,
  COUNTERS_WORD,
  TRIES_WORD,
  ROUNDS_WORD,
  LATENCY_WORD,
  LAST_SWITCH_WORD,
  EXCEED_WORD,
  BLAME_WORD,
  stuckWord,
  wordCount,
  setThreshold,
  thresholdCount,
  clearCounts,
  latencyMin,
  latencyMax,
  lastSwitchMin,
  lastSwitchMax,
  worstCount,
} from "./histogram";
