// The branching module's surface: the engine's own, and what a branched replica is told and tells (docs/rules.md, 13).

export * from "../index";
export { BRANCH_MAX, branchCount, foresees, isCutShort, lastTry, foreseen, setBranch } from "../branch";
export { durationBeyond, exponentialBeyond } from "../conditional";
export { equilibriumBeyond } from "../residual";
export { lastActionAt } from "../foresight";
export { hasAftermath } from "../transition";
export { countsLeft, LEFT, LEFT_NUMBERS } from "../left";
export { now } from "../runqueue";
export { beginBranch, rekey, resetKeys } from "../draw";
