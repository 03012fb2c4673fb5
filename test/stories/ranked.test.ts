// Independent tasks, of which a run places only who wakes last, a trace everyone: microseconds long, so that several switch at the
// same tick, and the last of them by number of CPU is to blame.

import { describe, expect, it } from "vitest";
import { Core, compileCore } from "../../src/core.js";
import { compileScenario } from "../../src/scenario/index.js";
import { MECHANISMS } from "../../src/scenario/model.js";
import { firstDifference } from "../agreement.js";
import type { GeneratedScenario } from "../scenarios.js";

const REPLICAS = 20_000;

const phases = {
  work: { mode: "user", duration: { exponential: "1us" }, next: { read: 1, wait: 1 } },
  read: { mode: "sleep", duration: { exponential: "3us" }, stack: ["pipe_read"], next: "work" },
  wait: { mode: "sleep", duration: { exponential: "4us" }, next: "work" },
};
const { model, policies } = compileScenario({
  host: { cpus: 12, loaderCpu: "none", idleTasks: false },
  workload: { task: { kind: "user", count: 12, cpus: "one-each", behaviour: { phases } } },
  patch: { functions: ["pipe_read"] },
  policies: [{ name: "hasty", extends: "plain", rounding: "exact", lateness: "none", tryPeriod: "1ms" }],
});

it("Always: of tasks that switch at nearly the same time, a run blames those whom its replicas blame one by one", async () => {
  const core = new Core(await compileCore(), model);
  core.setPolicy(policies[0]!);
  const { index, value } = core.run(1n, 0, REPLICAS);
  const { blame: first, stuck: end } = core.layout;
  const counted = new Map(
    [...index].map((word, i) => [word, Number(value[i])]).filter(([word]) => word! >= first && word! < end) as [
      number,
      number,
    ][],
  );
  const blamed = new Map<number, number>();
  for (let replica = 0; replica < REPLICAS; replica++) {
    const { phase, mechanism } = core.trace(1n, replica).blame;
    const word = first + phase * MECHANISMS.length + mechanism;
    blamed.set(word, (blamed.get(word) ?? 0) + 1);
  }
  expect(counted).toEqual(blamed);
});

describe("Core and oracle agree", () => {
  const slow = {
    work: { mode: "user", duration: { exponential: "5ms" }, next: { read: 1, wait: 1 } },
    read: { mode: "sleep", duration: { exponential: "700ms" }, stack: ["pipe_read"], next: "work" },
    wait: { mode: "sleep", duration: { exponential: "2s" }, next: "work" },
  };

  it.each<[string, Record<string, unknown>]>([
    ["where the loader displaces one of them", { loaderCpu: 2, idleTasks: false }],
    ["where a try trusts no stack", { loaderCpu: "none", idleTasks: false, reliableStack: false }],
    ["where idle tasks wait for somebody to wake", { loaderCpu: "none", idleTasks: true }],
  ])("Always: %s", async (_, host) => {
    const module = await compileCore();
    for (let seed = 1; seed <= 100; seed++) {
      const scenario: GeneratedScenario = {
        host: { cpus: 4, ...host },
        workload: { task: { kind: "user", count: 4, cpus: "one-each", behaviour: { phases: slow } } },
        patch: { functions: ["pipe_read"] },
        admin: [],
        policies: ["linux-5.13", "plain"],
        run: { replicas: 2, seed, horizon: "20s", settle: "0us" },
      };
      expect(firstDifference(module, scenario)).toBeNull();
    }
  });
});
