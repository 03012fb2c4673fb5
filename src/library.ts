// What klpsim is as a library, in Node and in browsers alike.

export type { BlameOptions } from "./analyse/blame.js";
export { type ExplainOptions, explain } from "./analyse/explain.js";
export { type SweepOptions, sweep } from "./analyse/sweep.js";
export { simulateUntil, type UntilOptions } from "./analyse/until.js";
export { type CompareOptions, compare } from "./compare.js";
export type { Progress } from "./execute/executor.js";
export { type Fit, type FitOptions, type FitProgress, fit, type TraceInput } from "./fit/fit.js";
export { TraceError } from "./fit/trace-error.js";
export { type Checked, check as checkLitmus } from "./litmus/check.js";
export type { Litmus, Verdict } from "./litmus/condition.js";
export { LitmusError } from "./litmus/errors.js";
export { compileLitmus } from "./litmus/module.js";
export { type ParseOptions, parse as parseLitmus } from "./litmus/parse.js";
export { MEMORY_MODELS, type MemoryModel } from "./litmus/program.js";
export type { Replay, ReplayCpu, ReplayPhase, ReplayTask, TaskAtStart } from "./replay/account.js";
export type { EventType, Reason, ReplayEvent, Step } from "./replay/events.js";
export { ReplayError, type ReplayOptions, replay } from "./replay/replay.js";
export { type TimelineOptions, timelineSvg } from "./report/timeline-plot.js";
export { fitReportHtml, reportHtml } from "./report-html.js";
export type { Explanation } from "./results/explanation.js";
export type { ClassReport, DurationReport, FitResult, PhaseReport, TraceReport } from "./results/fit-result.js";
export type { ExperimentResult, Metric, VariantResult } from "./results/metrics.js";
export type {
  BlameShare,
  CompareResult,
  Comparison,
  Difference,
  Distribution,
  Disturbance,
  Estimate,
  Exceedance,
  JudgedCondition,
  PolicyResult,
  QuantileEstimate,
  RunResult,
  Stopping,
  StuckShare,
  SweepAxis,
  SweepPoint,
  SweepResult,
  SweepSensitivity,
  WorstEntry,
} from "./results/result.js";
export {
  BEHAVIOUR_PRESETS,
  compileScenario,
  loadScenario,
  POLICY_PRESETS,
  type PolicyFile,
  type Problem,
  type Scenario,
  ScenarioError,
  scenarioJsonSchema,
} from "./scenario/index.js";
export { type SimulateOptions, simulate } from "./simulate.js";
export { type SimulateExperimentOptions, simulateExperiment } from "./simulate-experiment.js";
export { version } from "./version.js";
