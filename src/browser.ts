// klpsim as a library for browsers: the same functions and the same results as in Node, on Web Workers. What needs a disk, a server or
// a kernel module's file stays in Node.

export { type BrowserFiles, configure } from "./browser-files.js";
export type { AnyBytes } from "./fit/bytes.js";
export * from "./library.js";
export { builtinCases, builtinNames, builtinTests, type Case, ownCases, variantNames } from "./litmus/cases.js";
export { fixes as litmusFixes } from "./litmus/fixes.js";
export { FORMATS as REPLAY_FORMATS, type FormatName as ReplayFormat } from "./replay/formats.js";
export { type Result, recognise } from "./results/recognise.js";
export { experimentOf } from "./scenario/index.js";
export { type Simulation, simulateWhole } from "./simulate.js";
