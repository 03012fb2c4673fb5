// The engine in Wasm against the same engine in C: equal counts, to the last bit, and how far their pace is apart. One thread
// each, in turn, round by round; CPU time.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadScenario } from "klpsim";
import { Core, compileCore } from "../../dist/core.js";
import { cpuMs, median, progress, replicasFor } from "../measure.js";
import { CONTENDED, eventsEach, jobOf } from "../scenarios.js";
import { build, hasCompiler, TARGETS } from "./build.js";
import { countsDiffer, drawsDiffer } from "./compare.js";
import { runReference } from "./reference.js";

const USAGE = `usage: node bench/native/run.js [options]
  --check         equality alone, nothing is timed
  --rounds N      rounds of each program (5)
  --seconds S     CPU seconds of the engine a round (1)
  --out FILE      where the CSV goes (stdout)`;
const DRAWS = 2 ** 21;
const REPLICAS_CHECKED = 300;
const EVENT_REPLICAS = 256;
const PROGRAMS = ["wasm", ...TARGETS];
const COLUMNS = ["scenario", "policy", "replicas", ...PROGRAMS, ...TARGETS.map((target) => `wasm/${target}`)];

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
if (values.help || !(Number.isInteger(rounds) && rounds > 0 && seconds > 0)) {
  progress(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else if (!hasCompiler()) {
  progress("no gcc for x86-64-v2 here (apt-get install gcc libc6-dev): nothing to compare with");
  process.exitCode = 1;
} else {
  await main();
}

async function main() {
  const programs = TARGETS.map(build);
  const module = await compileCore();
  const jobs = [...loadJobs(module), await contended(module)];
  for (const program of programs) demand("draws", drawsDiffer(jobs[0].core.draws, program, 1n, DRAWS));
  for (const job of jobs) runAll(job, programs, 0, REPLICAS_CHECKED);
  progress(`equal: ${DRAWS} draws, ${REPLICAS_CHECKED} replicas of each scenario and policy`);
  if (!values.check) report(await measure(jobs, programs));
}

/** What is compared: examples under each of their policies. */
function loadJobs(module) {
  const load = (example, name = example, set = []) => {
    const file = `examples/${example}.yaml`;
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    const { model, policies, seed } = loadScenario(text, { file, set });
    const core = new Core(module, model);
    return policies.map((policy) => ({ name, model, policy, seed, core }));
  };
  const patchLite = (count) => load("patch-lite", `patch-lite T=${count}`, [`workload.task.count=${count}`]);
  return [...load("busy-vcpus"), ...load("overcommit"), ...[16, 256, 4096].flatMap(patchLite)];
}

/** CPUs on which nothing can be skipped: told by their events, `each` a replica. */
async function contended(module) {
  const { model, variants, seed } = jobOf(CONTENDED, 0);
  const each = await eventsEach(CONTENDED, EVENT_REPLICAS);
  return { name: "contended events", model, policy: variants[0], seed, core: new Core(module, model), each };
}

/** Everybody runs the same replicas, with equal counts; the CPU seconds of the engine and of each program. */
function runAll({ name, model, policy, seed, core }, programs, first, count) {
  core.setPolicy(policy);
  const before = cpuMs();
  const counts = core.run(seed, first, count);
  const seconds = (cpuMs() - before) / 1000;
  const times = programs.map((program) => {
    const reference = runReference(program, { model, policy, seed }, first, count);
    demand(`${name}, ${policy.name}`, countsDiffer(counts, reference.counts, core.layout));
    return reference.seconds;
  });
  return [seconds, ...times];
}

function demand(what, difference) {
  if (difference === undefined) return;
  progress(`${what}: ${difference}`);
  process.exit(1);
}

/** A row a job: transitions (or what there are `each` of in one) a CPU second of each program, and the engine's pace by theirs; medians of the rounds. */
async function measure(jobs, programs) {
  const counts = [];
  for (const { policy, seed, core } of jobs) {
    core.setPolicy(policy);
    counts.push(await replicasFor((count) => core.run(seed, 0, count), 1000 * seconds));
  }
  const times = jobs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    jobs.forEach((job, n) => times[n].push(runAll(job, programs, round * counts[n], counts[n])));
  }
  return jobs.map(({ name, policy, each = 1 }, n) => {
    const rates = PROGRAMS.map((_, program) => (each * counts[n]) / median(times[n].map((row) => row[program])));
    const ratios = TARGETS.map((_, target) => median(times[n].map((row) => row[1 + target] / row[0])));
    return [name, policy.name, counts[n], ...rates.map(Math.round), ...ratios.map((ratio) => ratio.toFixed(2))];
  });
}

function report(rows) {
  const widths = COLUMNS.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column])].map((cell) => `${cell}`.length)),
  );
  const line = (row) =>
    row.map((cell, n) => (n < 2 ? `${cell}`.padEnd(widths[n]) : `${cell}`.padStart(widths[n]))).join("  ");
  for (const row of [COLUMNS, ...rows]) progress(line(row));
  writeFileSync(values.out ?? process.stdout.fd, [COLUMNS, ...rows].map((row) => `${row.join(",")}\n`).join(""));
}
