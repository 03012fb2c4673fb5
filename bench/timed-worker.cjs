// The pool's own thread, which also adds up how long its calls into the engine took, where bench/pool.js sees it.

const { getEnvironmentData } = require("node:worker_threads");

const inEngine = getEnvironmentData("in engine");
const { Instance } = WebAssembly;

/** An instance whose calls to run replicas are timed; all else that is called counts as JavaScript. */
function timedInstance(module, imports) {
  const { exports } = new Instance(module, imports);
  const runReplicas = (seed, first, replicas) => {
    const started = performance.now();
    exports.runReplicas(seed, first, replicas);
    inEngine[0] += performance.now() - started;
    inEngine[1]++;
  };
  return { exports: { ...exports, runReplicas } };
}

Object.assign(WebAssembly, { Instance: timedInstance });
module.exports = require("../dist/execute/worker-thread.cjs");
