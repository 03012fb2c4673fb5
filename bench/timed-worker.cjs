// The pool's own thread, which also tells how long each of its calls into the engine took, and for how many replicas (bench/pool.js).

const { BroadcastChannel } = require("node:worker_threads");

const channel = new BroadcastChannel("engine calls");
const { Instance } = WebAssembly;

/** An instance whose calls to run replicas are timed; all else that is called counts as JavaScript. */
function timedInstance(module, imports) {
  const { exports } = new Instance(module, imports);
  const runReplicas = (seed, first, replicas) => {
    const started = performance.now();
    exports.runReplicas(seed, first, replicas);
    channel.postMessage({ ms: performance.now() - started, replicas });
  };
  return { exports: { ...exports, runReplicas } };
}

Object.assign(WebAssembly, { Instance: timedInstance });
module.exports = import("../dist/execute/worker.js").then((worker) => worker.default);
