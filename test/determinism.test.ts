// The same scenario, seed and replicas give the same counts, to the digest: whatever the number of workers, the way
// replicas are grouped, and the build.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { Core, compileCore } from "../src/core.js";
import { type SimulateOptions, simulate } from "../src/index.js";
import { digest } from "../src/results/digest.js";
import { CountsSum } from "../src/results/merge.js";
import { loadScenario } from "../src/scenario/index.js";

/** Whoever changes a rule, a draw or an example changes these on purpose, and says so in the commit. */
const PINNED: Record<string, string[]> = {
  "busy-vcpus": ["2e198532e1daa7bb", "15f42eaaf86eaf29", "f491a507ae920b5d", "16aa6ad735ee8ab3"],
  overcommit: ["017b1ada0e6d8294", "017b1ada0e6d8294", "0bbefbb0412c2ad5"],
  "fork-storm": ["decd36c2a50120fb", "decd36c2a50120fb"],
  "patch-lite": ["65a3317bed18f499"],
  "halted-vcpus-kvm": ["7393765bf7813d3b", "09c001e887c2d902", "f1134742e3711030", "073522c558ffaf69"],
};

const REPLICAS = 64;

describe.each(Object.keys(PINNED))("examples/%s.yaml", (name) => {
  const file = `examples/${name}.yaml`;
  const scenario = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const digests = async (options: Partial<SimulateOptions>) =>
    (await simulate({ scenario, file, replicas: REPLICAS, ...options })).results.map(({ digest }) => digest);
  let expected: string[];

  beforeAll(async () => {
    expected = await digests({ workers: 0 });
  });

  it("has the pinned digests", () => {
    expect(expected.map((digest) => digest.slice(0, 16))).toEqual(PINNED[name]);
  });

  it.each([1, 2, 7])("gives them on %d workers", async (workers) => {
    expect(await digests({ workers })).toEqual(expected);
  });

  it("gives them in the debug build", async () => {
    expect(await digests({ workers: 2, build: "debug" })).toEqual(expected);
  });

  it("gives them replica by replica, last first, by an engine that switches policies each time", async () => {
    const { model, policies, seed } = loadScenario(scenario, { file });
    const core = new Core(await compileCore(), model);
    const sums = policies.map(() => new CountsSum());
    for (let replica = REPLICAS - 1; replica >= 0; replica--) {
      policies.forEach((policy, i) => {
        core.setPolicy(policy);
        sums[i].add(core.run(seed, replica, 1));
      });
    }
    expect(sums.map((sum) => digest(sum.counts()))).toEqual(expected);
  });

  it("gives others for another seed", async () => {
    expect(await digests({ workers: 0, seed: 2 })).not.toEqual(expected);
  });
});

it("kvm-final equals linux-5.19 in digest: the proposals ended there", async () => {
  const scenario = readFileSync(new URL("../examples/busy-vcpus.yaml", import.meta.url), "utf8");
  const { results } = await simulate({ scenario, replicas: REPLICAS, policies: ["linux-5.19", "kvm-final"] });
  expect(results[1].digest).toBe(results[0].digest);
});
