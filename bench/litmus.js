// States a second of CPU time that the litmus explorer meets under sc and tso, as CSV on stdout: programs of some hundred thousand
// states each, all interleavings (a reduction would spare most of them), final states read out included.

import { Bench } from "tinybench";
import { explore } from "../dist/litmus/explorer.js";
import { compileLitmus } from "../dist/litmus/module.js";
import { ADDRESS_BASE } from "../dist/litmus/program.js";
import { printFigure, printFiguresHead } from "./csv.js";
import { cpuMs, progress } from "./measure.js";

const ROUNDS = 7;

const constant = (value) => ({ kind: "constant", value });
const at = (location) => constant(ADDRESS_BASE + location);
const read = (register, location) => ({ op: "load", register, address: at(location), order: "once" });
const write = (location, value) => ({ op: "store", address: at(location), value: constant(value), order: "once" });
const increment = (register, location) => ({
  op: "rmw",
  operation: "add",
  register,
  address: at(location),
  operand: constant(1),
  expected: null,
  order: "relaxed",
});
const lock = (location) => ({ op: "lock", address: at(location) });
const unlock = (location) => ({ op: "unlock", address: at(location) });
const begin = { op: "section_begin" };
const end = { op: "section_end" };
const synchronize = { op: "synchronize" };

/** Each CPU writes its own location and reads its neighbour's, in turns. */
function ring(cpus, turns) {
  return Array.from({ length: cpus }, (_, cpu) =>
    Array.from({ length: turns }, (_, n) => [write(cpu, n + 1), read(n, (cpu + 1) % cpus)]).flat(),
  );
}

/** CPUs that count under a lock and without. */
function counters(cpus, turns) {
  return Array.from({ length: cpus }, () =>
    Array.from({ length: turns }, (_, n) => [increment(n, 0), lock(1), write(2, n), read(turns, 2), unlock(1)]).flat(),
  );
}

/** Readers in sections, and a writer that waits for them. */
function graces(readers, turns) {
  const reader = Array.from({ length: turns }, (_, n) => [begin, read(2 * n, 0), read(2 * n + 1, 1), end]).flat();
  const writer = Array.from({ length: turns }, (_, n) => [write(0, n + 1), synchronize, write(1, n + 1)]).flat();
  return [writer, ...Array.from({ length: readers }, () => reader)];
}

function program(name, locations, cpus) {
  return {
    name,
    locations: Array.from({ length: locations }, (_, n) => ({ name: `x${n}`, initial: 0 })),
    cpus: cpus.map((instructions, n) => ({
      name: `P${n}`,
      registers: Array.from(
        { length: 1 + Math.max(...instructions.map(({ register = -1 }) => register)) },
        (_, r) => `r${r}`,
      ),
      instructions: instructions.map((one, at) => ({ ...one, source: { line: at + 1, column: 1, text: one.op } })),
    })),
    observed: [],
    cycle: null,
  };
}

const PROGRAMS = [
  ["sc", program("ring of 3 CPUs, 4 turns", 3, ring(3, 4))],
  ["sc", program("lock and counter, 3 CPUs, 3 turns", 3, counters(3, 3))],
  ["tso", program("ring of 3 CPUs, 3 turns", 3, ring(3, 3))],
  ["tso", program("lock and counter, 3 CPUs, 3 turns", 3, counters(3, 3))],
  ["tso", program("grace periods, 2 readers, 3 turns", 2, graces(2, 3))],
];

const module = await compileLitmus();
printFiguresHead();
for (const [model, one] of PROGRAMS) {
  const run = () => explore(module, one, model, { reduce: false });
  const { states } = run();
  progress(`${model}, ${one.name}: ${states} states`);
  const bench = new Bench({
    iterations: ROUNDS,
    time: 0,
    warmupIterations: 2,
    warmupTime: 0,
    now: cpuMs,
    retainSamples: true,
    throws: true,
  });
  bench.add(one.name, run);
  const [{ result }] = await bench.run();
  printFigure(
    `${model}, ${one.name}`,
    "states/s",
    result.latency.samples.map((ms) => (1000 * states) / ms),
  );
}
