// Splitting with branches by stragglers: right whatever they are thought to be worth, and what is left of a replica is what its trace says.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { BranchingCore, branchable } from "../../src/branching-core.js";
import { groupEstimate, groupTallies, relativeError } from "../../src/results/splitting.js";
import { loadScenario } from "../../src/scenario/index.js";
import { SplittingEngine } from "../../src/splitting-engine.js";
import { compileModule } from "../../src/wasm.js";
import { patchLiteLater, SELDOM_LONG } from "../closed.js";

const module = await compileModule("branching");
const NUMBERS = 3;

function patchLite(tasks: number, seconds: number, set: string[] = []) {
  const text = readFileSync("examples/patch-lite.yaml", "utf8");
  const compiled = loadScenario(text, { set: [`workload.task.count=${tasks}`, `host.cpus=${tasks}`, ...set] });
  return { model: branchable(compiled.model, seconds * 1e6), policy: compiled.policies[0]! };
}

for (const [title, columns] of [
  ["the short sleepers, who matter least", [{ column: 2 * NUMBERS, adds: 3 }]],
  ["the long sleepers, a thousand times as much", [{ column: 3 * NUMBERS, adds: 1e6 }]],
] as const) {
  it(`Always: the estimate is unbiased if branches are by ${title}`, () => {
    const { model, policy } = patchLite(16, 30, SELDOM_LONG.set);
    const importance = { base: 1, unseen: 0, columns: [...columns] };
    const levels = [3, 6, 10, 18].map((level) => ({ try: level, importance }));
    const engine = new SplittingEngine(module, model, [{ policy, levels, particles: [96, 48, 48, 64, 64] }]);
    const groups = 100;
    const estimates = groupTallies(engine.run(0, 5n, 0, groups), groups, 5).map(groupEstimate);
    const { mean, error } = relativeError(estimates)!;
    expect(error).toBeLessThan(0.15);
    expect(Math.abs(mean / patchLiteLater(16, 30, SELDOM_LONG.sleeps) - 1)).toBeLessThan(4 * error);
  });
}

it("Always: who is left of a replica at a failed try are those that its trace has not switched by then", () => {
  const text = `
host: { cpus: 4 }
workload:
  burner:
    kind: kthread
    count: 2
    behaviour:
      phases:
        burn: { mode: kernel, duration: { exponential: 2s }, next: rest }
        rest: { mode: sleep, wait: interruptible, duration: { exponential: 100ms }, next: burn }
  reader:
    kind: user
    count: 8
    behaviour:
      phases:
        think: { mode: user, duration: 2ms, next: read }
        read: { mode: sleep, wait: uninterruptible, stack: [pipe_read], duration: { exponential: 4s }, next: think }
patch: { functions: [pipe_read] }
policies: [linux-6.1]
`;
  const { model: compiled, policies } = loadScenario(text, {});
  const model = branchable(compiled, 30e6);
  const core = new BranchingCore(module, model);
  core.setPolicy(policies[0]!);
  let met = 0;
  for (let replica = 0; replica < 60; replica++) {
    if (core.follow(1n, replica, [], 3, true) !== "failed try") continue;
    const { left, now } = core;
    const stragglers = left
      .filter(({ column }) => column % NUMBERS === 0 && column < NUMBERS * model.phases.length)
      .reduce((sum, { value }) => sum + value, 0);
    const { switchAt } = core.traceBranched(1n, replica, []);
    expect(stragglers).toBe(switchAt.filter((at) => at < 0 || at > now).length);
    met++;
  }
  expect(met).toBeGreaterThan(30);
});

it("Always: a sleeper of exponential length outlasts the last try with the probability in closed form", () => {
  const { model, policy } = patchLite(64, 12);
  const core = new BranchingCore(module, model);
  core.setPolicy(policy);
  let met = 0;
  for (let replica = 0; replica < 20; replica++) {
    if (core.follow(1n, replica, [], 5, true) !== "failed try") continue;
    const numberAt = (column: number) => core.left.find((one) => one.column === column)?.value ?? 0;
    const share = numberAt(2 * NUMBERS + 1) / numberAt(2 * NUMBERS);
    const ahead = -2 * Math.log(share);
    expect(ahead).toBeGreaterThan(12 - core.now / 1e6 - 1.1);
    expect(ahead).toBeLessThan(12 - core.now / 1e6 + 1e-9);
    met++;
  }
  expect(met).toBeGreaterThan(10);
});
