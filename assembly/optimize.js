// The last step of a release build, after asc: functions inlined further, conditions that branch early, constants held in locals:
// node assembly/optimize.js FILE. A process of its own, since asc leaves settings behind in the binaryen that it shares with others.

import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { branchEarly } from "./branches.js";

const { MutableGlobals, SignExt, BulkMemory, BulkMemoryOpt, NontrappingFPToInt, SIMD128 } = binaryen.Features;
const FEATURES = MutableGlobals | SignExt | BulkMemory | BulkMemoryOpt | NontrappingFPToInt | SIMD128;

binaryen.setOptimizeLevel(3);
binaryen.setShrinkLevel(0);
binaryen.setAlwaysInlineMaxSize(40);
binaryen.setFlexibleInlineMaxSize(80);

const file = process.argv[2];
const inlined = binaryen.readBinary(readFileSync(file));
inlined.setFeatures(FEATURES);
inlined.optimize();
const module = binaryen.parseText(branchEarly(inlined.emitText()));
module.setFeatures(FEATURES);
module.optimize();
module.runPasses(["const-hoisting"]);
writeFileSync(file, module.emitBinary());
