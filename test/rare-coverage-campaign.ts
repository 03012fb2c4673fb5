// How often intervals of --rare hold, at the default effort, pilot and looks included (docs/statistics.md). By hand from the project's root:
//   npx rolldown test/rare-coverage-campaign.ts --platform node --format esm --external piscina --dir build
//   node build/rare-coverage-campaign.js tries|stragglers|conditional [REPETITIONS]

import { readFileSync } from "node:fs";
import { rareTails } from "../src/analyse/rare-tails.js";
import { InProcessExecutor } from "../src/execute/in-process.js";
import { loadScenario } from "../src/scenario/index.js";
import { PATCH_LITE, patchLiteLater, SELDOM_LONG } from "./closed.js";

const REPORTED_EVERY = 50;
const WAYS = {
  tries: { tasks: 2, seconds: 20, splits: true, ...PATCH_LITE },
  stragglers: { tasks: 16, seconds: 60, splits: true, ...SELDOM_LONG },
  conditional: { tasks: 2, seconds: 20, splits: false, ...PATCH_LITE },
};

const way = (process.argv[2] ?? "tries") as keyof typeof WAYS;
const { tasks, seconds, splits, set, sleeps } = WAYS[way];
const repetitions = Number(process.argv[3] ?? 500);
const truth = patchLiteLater(tasks, seconds, sleeps);
const text = readFileSync("examples/patch-lite.yaml", "utf8");
const compiled = loadScenario(text, { set: [`workload.task.count=${tasks}`, `host.cpus=${tasks}`, ...set] });
let low = 0;
let high = 0;
let sum = 0;
const by = new Map<string, number>();
for (let run = 1; run <= repetitions; run++) {
  const scenario = { ...compiled, seed: BigInt(run) };
  const [[tail]] = await rareTails(new InProcessExecutor(), scenario, { times: [seconds * 1e6], error: 0.1, splits });
  if (tail!.low! > truth) high++;
  if (tail!.high! < truth) low++;
  sum += tail!.probability! / truth;
  const how = tail!.branching?.by ?? tail!.method;
  by.set(how, (by.get(how) ?? 0) + 1);
  if (run % REPORTED_EVERY > 0 && run < repetitions) continue;
  const held = run - low - high;
  process.stdout.write(
    `${way} (${[...by].join(" ")}): ${held} of ${run} held, ${high} above, ${low} below, mean ${sum / run}\n`,
  );
}
