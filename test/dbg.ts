import { readFileSync } from "node:fs";
import { Core, compileCore } from "../src/core.js";
import { compileScenario } from "../src/scenario/index.js";
import { oracle } from "./oracle.js";
import { firstDifference } from "./agreement.js";
const lines = readFileSync(process.argv[2]!, "utf8").trim().split("\n").map((l) => JSON.parse(l));
const only = process.argv[3];
const module = await compileCore();
for (const [i, l] of lines.entries()) {
  if (only !== undefined && Number(only) !== i) continue;
  const scenario = l.scenario ?? l;
  console.log(i, JSON.stringify(firstDifference(module, scenario)));
  if (only === undefined) continue;
  const { model, policies } = compileScenario(scenario);
  const core = new Core(module, model);
  const p = Number(process.argv[4] ?? 0), r = Number(process.argv[5] ?? 0);
  core.setPolicy(policies[p]!);
  console.log(JSON.stringify(scenario, null, 1));
  console.log(model.phases, model.classes);
  const e = oracle(model, policies[p]!, core.draws, BigInt(scenario.run.seed), r, (w, n, d) => { if (process.argv[6]) console.log(n, w, d); });
  console.log("core", core.trace(BigInt(scenario.run.seed), r));
  console.log("oracle", e);
}
