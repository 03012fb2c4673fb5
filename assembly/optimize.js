// The last step of the release build, after asc: functions inlined further, conditions that branch early, constants held in locals.

import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { branchEarly } from "./branches.js";

const FILE = new URL("../build/release.wasm", import.meta.url);

const { MutableGlobals, SignExt, BulkMemory, BulkMemoryOpt, NontrappingFPToInt, SIMD128 } = binaryen.Features;
const FEATURES = MutableGlobals | SignExt | BulkMemory | BulkMemoryOpt | NontrappingFPToInt | SIMD128;

binaryen.setOptimizeLevel(3);
binaryen.setShrinkLevel(0);
binaryen.setAlwaysInlineMaxSize(40);
binaryen.setFlexibleInlineMaxSize(80);

const inlined = binaryen.readBinary(readFileSync(FILE));
inlined.setFeatures(FEATURES);
inlined.optimize();
const module = binaryen.parseText(branchEarly(inlined.emitText()));
module.setFeatures(FEATURES);
module.optimize();
module.runPasses(["const-hoisting"]);
writeFileSync(FILE, module.emitBinary());
