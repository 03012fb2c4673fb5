// The branching module's surface: the engine's own, and what a branched replica is told and tells (docs/rules.md, 13).

export * from "../index";
export { BRANCH_MAX, branchCount, isCutShort, lastTry, setBranch } from "../branch";
export { durationBeyond, exponentialBeyond } from "../conditional";
export { equilibriumBeyond } from "../residual";
export { now } from "../runqueue";
export { beginBranch, rekey, resetKeys } from "../draw";
