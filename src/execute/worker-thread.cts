// The file of a pool's threads, in CommonJS on purpose: piscina loads it with require(), and Node (seen with 20.20)
// aborts the whole process when a thread is ended inside a require() of an ES module. Ending an import() is harmless.

export = import("./worker.js").then((worker) => worker.default);
