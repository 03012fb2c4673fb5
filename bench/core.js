// What the engine's parts cost, in CPU time of one thread, as CSV on stdout: a draw, a duration of each kind, a straggler, an
// event of a contended CPU, a run's counts, a replica of each reference scenario.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as asc from "assemblyscript/asc";
import { Bench } from "tinybench";
import { printFigure, printFiguresHead } from "./csv.js";
import { cpuMs, progress, replicasFor } from "./measure.js";
import { CONTENDED, engineFor, eventsEach, REFERENCES, referenceTo, title } from "./scenarios.js";

const SAMPLES = 15;
const SAMPLE_MS = 50;
const DRAWS = 2 ** 19;
const EVENT_REPLICAS = 256;
const EQUILIBRIA = 2 ** 13; // Weibull's are found by bisection

printFiguresHead();
await draws();
await events();
await crossing();
const replicas = await referenceReplicas();
straggler(replicas);

/** Samples of what one of `count` things takes, in ns, by calls that do so many. */
async function nanoseconds(name, count, call) {
  progress(name);
  const bench = new Bench({ iterations: SAMPLES, time: 0, now: cpuMs, retainSamples: true, throws: true });
  bench.add(name, call);
  const [{ result }] = await bench.run();
  return result.latency.samples.map((ms) => (1e6 * ms) / count);
}

async function draws() {
  const loops = await compileLoops();
  loops.selectReplica(1n, 0n);
  const time = async (name, count, call) => printFigure(name, "ns", await nanoseconds(name, count, () => call(count)));
  await time("uniform draw", DRAWS, loops.uniforms);
  const kinds = loadDurations(loops);
  for (const [kind, name] of kinds.entries()) {
    await time(`${name} duration, its draw included`, DRAWS, (count) => loops.durations(kind, count));
    await time(`${name} equilibrium, its two draws included`, EQUILIBRIA, (count) => loops.equilibria(kind, count));
  }
  const work = kinds.indexOf("exponential");
  await time("wake-up among two guests' turns, nothing else", DRAWS, (count) =>
    loops.wakeups(220e3, work, 12_000n, count),
  );
}

/** One duration of each kind, under the kind's own number (assembly/distribution.ts); their names. */
function loadDurations(loops) {
  const ms = 1000;
  const parameters = {
    fixed: [5 * ms],
    uniform: [2 * ms, 8 * ms],
    exponential: [5 * ms],
    lognormal: [5 * ms, 1],
    weibull: [5 * ms, 0.7],
    pareto: [1 * ms, 1000 * ms, 1.5],
    mixture: [],
    empirical: [],
  };
  const names = Object.keys(parameters);
  const parts = {
    mixture: [
      [0.9, 0.9, names.indexOf("exponential")],
      [1, 1, names.indexOf("fixed")],
    ],
    empirical: [
      [0, 0, 1 * ms],
      [0.5, 0.2, 5 * ms],
      [0.9, 0.6, 20 * ms],
      [1, 1, 50 * ms],
    ],
  };
  let part = 0;
  for (const [kind, [name, [a, b = 0, c = 0]]] of Object.entries(parameters).entries()) {
    loops.setDuration(kind, kind, part, parts[name]?.length ?? 0, a, b, c);
    for (const row of parts[name] ?? []) loops.setPart(part++, ...row);
  }
  return names;
}

/** bench/draws.as.ts, compiled as the release build is. */
async function compileLoops() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { options, targets } = JSON.parse(readFileSync(`${root}/asconfig.json`, "utf8"));
  const flags = Object.entries({ ...options, ...targets.release, outFile: "loops.wasm" }).flatMap(flag);
  let binary;
  const { error, stderr } = await asc.main(["bench/draws.as.ts", ...flags, "--baseDir", root], {
    writeFile: (_name, contents) => {
      binary = contents;
    },
  });
  if (error) throw new Error(stderr.toString());
  const abort = () => {
    throw new Error("bench/draws.as.ts: aborted");
  };
  return (await WebAssembly.instantiate(binary, { env: { abort } })).instance.exports;
}

/** An option of asconfig.json as asc's command line has it. */
function flag([name, value]) {
  if (value === false) return [];
  return value === true ? [`--${name}`] : [`--${name}`, String(value)];
}

/**
 * The release build's time over the number of events that the debug build, which does the same, executes one by one. Only
 * of CPUs on which nothing else is done: elsewhere the time is that of skips by arithmetic as well, which are in no count.
 */
async function events() {
  const { run } = await engineFor(CONTENDED);
  const count = await replicasFor(run, SAMPLE_MS);
  const each = await eventsEach(CONTENDED, count);
  const samples = await nanoseconds("events", each * count, () => run(count));
  printFigure(`event executed singly, ${title(CONTENDED)}`, "ns", samples);
  for (const reference of [CONTENDED, ...REFERENCES]) {
    printFigure(`events executed singly a replica, ${title(reference)}`, "1", [
      await eventsEach(reference, EVENT_REPLICAS),
    ]);
  }
}

/** What a batch costs however little it simulates. */
async function crossing() {
  const { run } = await engineFor(referenceTo("busy-vcpus"));
  const calls = 256;
  const samples = await nanoseconds("counts", 1000 * calls, () => {
    for (let n = 0; n < calls; n++) run(0);
  });
  printFigure("counts of a run, cleared and read", "us", samples);
}

/** Samples by title. */
async function referenceReplicas() {
  const all = new Map();
  for (const reference of REFERENCES) {
    const { run } = await engineFor(reference);
    const count = await replicasFor(run, SAMPLE_MS);
    const samples = await nanoseconds(title(reference), count, () => run(count));
    all.set(title(reference), samples);
    printFigure(
      `replica, ${title(reference)}`,
      "us",
      samples.map((ns) => ns / 1000),
    );
  }
  return all;
}

/** By what a replica of patch-lite costs more with 4,096 tasks than with 256: 82% of them are left by the first try. */
function straggler(replicas) {
  const [few, many] = [256, 4096].map((count) => replicas.get(`patch-lite T=${count} plain`));
  const stragglers = 0.82 * (4096 - 256);
  printFigure(
    "straggler, patch-lite",
    "ns",
    many.map((ns, n) => (ns - few[n]) / stragglers),
  );
}
