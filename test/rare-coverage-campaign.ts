// How often intervals of --rare hold, at the default effort, pilot and looks included (docs/statistics.md). By hand from the project's root:
//   npx rolldown test/rare-coverage-campaign.ts --platform node --format esm --external piscina --file build/rare-coverage.mjs
//   node build/rare-coverage.mjs splitting|conditional [REPETITIONS]

import { readFileSync } from "node:fs";
import { rareTails } from "../src/analyse/rare-tails.js";
import { InProcessExecutor } from "../src/execute/in-process.js";
import { loadScenario } from "../src/scenario/index.js";
import { patchLiteLater } from "./closed.js";

const TASKS = 2;
const SECONDS = 20;
const REPORTED_EVERY = 50;

const splits = process.argv[2] !== "conditional";
const repetitions = Number(process.argv[3] ?? 500);
const truth = patchLiteLater(TASKS, SECONDS);
const text = readFileSync("examples/patch-lite.yaml", "utf8");
const set = [`workload.task.count=${TASKS}`, `host.cpus=${TASKS}`];
const compiled = loadScenario(text, { set });
let low = 0;
let high = 0;
let sum = 0;
for (let run = 1; run <= repetitions; run++) {
  const scenario = { ...compiled, seed: BigInt(run) };
  const [[tail]] = await rareTails(new InProcessExecutor(), scenario, { times: [SECONDS * 1e6], error: 0.1, splits });
  if (tail!.low! > truth) high++;
  if (tail!.high! < truth) low++;
  sum += tail!.probability! / truth;
  if (run % REPORTED_EVERY > 0 && run < repetitions) continue;
  const held = run - low - high;
  process.stdout.write(`${tail!.method}: ${held} of ${run} held, ${high} above, ${low} below, mean ${sum / run}\n`);
}
