// Preloaded into klpsim and its threads: as many threads as DEATHS says die over one of their first LIVES batches, by DEATH: they exit, or
// need more memory than they have. Which do is settled by files in DEATHS_IN, as threads share nothing else.

const { writeFileSync } = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { join } = require("node:path");
const threads = require("node:worker_threads");

const { DEATH, DEATHS, DEATHS_IN, DEATH_SEED, LIVES } = process.env;
const HEAP_MB = 48;

/** Which death this thread dies; undefined where all have been died. */
function claim() {
  for (let death = 0; death < Number(DEATHS); death++) {
    try {
      writeFileSync(join(DEATHS_IN, `death-${death}`), "", { flag: "wx" });
      return death;
    } catch {} // another's
  }
  return undefined;
}

function die() {
  if (DEATH === "exit") process.exit(9);
  const kept = [];
  for (;;) kept.push(new Array(100_000).fill(kept.length));
}

if (threads.isMainThread) {
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, { ...options, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    }
  };
  syncBuiltinESMExports();
} else {
  const death = claim();
  if (death !== undefined) dieOver((Number(DEATH_SEED) * 7919 + death * 104_729) % Number(LIVES));
}

/** Over the batch of that number, before or after it has been simulated. */
function dieOver(fatal) {
  const { Instance } = WebAssembly;
  let batch = 0;
  function dyingInstance(module, imports) {
    const { exports } = new Instance(module, imports);
    const runReplicas = (...range) => {
      const isFatal = batch++ === fatal;
      if (isFatal && fatal % 2 === 0) die();
      exports.runReplicas(...range);
      if (isFatal) die();
    };
    return { exports: { ...exports, runReplicas } };
  }
  Object.assign(WebAssembly, { Instance: dyingInstance });
}
