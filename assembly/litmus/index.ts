// The litmus module's whole surface: words of a program in, counts and steps out. src/litmus/explorer.ts is what sees it.

export { PROGRAM, PROGRAM_WORDS } from "./program";
export { blocked, explore, faultyInstruction, observed, terminal } from "./explore";
export { faultyCpu } from "./step";
export { stateCount } from "./states";
export { aim, findWay, prepareWay } from "./way";
export { entry, findCycle, goRound } from "./cycle";
export { clearPath, pathLength, play, playStart } from "./path";
export { EVENTS, eventCount } from "./trail";
export { candidates, exploreExecutions, faultyAccess, faultyReader } from "./lkmm";
export { blockedCpus, eventsOfShortest, executions, finalCount, finalValue, stepCount, stepsOf } from "./lkmm-finals";
export { setMean, setWindow } from "./clock";
export { setStalls } from "./stall";
export { hitSquares, hitWeights, judge, prepareEstimate, runEstimate, squares, unfinished, weights } from "./estimate";
