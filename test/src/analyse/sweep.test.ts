import { describe, expect, it } from "vitest";
import { planSweep, type SweepOptions, sweep } from "../../../src/analyse/sweep.js";
import { simulate } from "../../../src/simulate.js";

const SCENARIO = `
host: {cpus: 8}
workload:
  vcpu: {kind: vcpu, count: 4, cpus: one-each, behaviour: busy-guest}
patch: {functions: [cmdline_proc_show]}
policies: [linux-6.1, plain]
run: {replicas: 20, seed: 5, horizon: 30s}
sweep:
  vary:
    workload.vcpu.count: [2, 4]
    policies[0].signalEveryTries: [3, 6]
`;

const run = (more: Partial<SweepOptions> = {}) => sweep({ scenario: SCENARIO, file: "s.yaml", workers: 0, ...more });

describe("sweep", () => {
  it("Always: each point is the run that --set would give, to the digest", async () => {
    const { points, axes, design, replicas, seed } = await run();
    expect({ design, replicas, seed }).toEqual({ design: "grid", replicas: 20, seed: 5 });
    expect(axes).toEqual([
      { path: "workload.vcpu.count", values: [2, 4] },
      { path: "policies[0].signalEveryTries", values: [3, 6] },
    ]);
    expect(points.map(({ settings }) => Object.values(settings))).toEqual([
      [2, 3],
      [2, 6],
      [4, 3],
      [4, 6],
    ]);
    for (const { settings, hash, results } of points) {
      const set = Object.entries(settings).map(([path, value]) => `${path}=${value}`);
      const alone = await simulate({ scenario: SCENARIO, file: "s.yaml", set, workers: 0 });
      expect(hash).toBe(alone.scenario.hash);
      expect(results.map(({ policy, digest }) => [policy, digest])).toEqual(
        alone.results.map(({ policy, digest }) => [policy, digest]),
      );
    }
  });

  it("Always: the model's hash knows nothing of the sweep", async () => {
    const plain = SCENARIO.slice(0, SCENARIO.indexOf("sweep:"));
    const [withSweep, without] = await Promise.all(
      [SCENARIO, plain].map((scenario) => simulate({ scenario, file: "s.yaml", workers: 0, replicas: 1 })),
    );
    expect(withSweep!.scenario).toEqual(without!.scenario);
  });

  it("Always: it is the same on any number of workers, and progress is of the whole", async () => {
    const seen: number[] = [];
    const [alone, pooled] = await Promise.all([
      run(),
      run({ workers: 2, onProgress: ({ done, total }) => seen.push(total - done) }),
    ]);
    expect({ ...pooled, timing: null }).toEqual({ ...alone, timing: null });
    expect(seen.at(-1)).toBe(0);
    expect([...seen].sort((a, b) => b - a)).toEqual(seen);
    expect(seen[0]).toBeGreaterThan(3 * 2 * 20 - 1);
  });

  it("Always: a later round moves the 99th percentile, the number of guests does not", async () => {
    const { sensitivity } = await run();
    const ratio = (path: string) => sensitivity.find((s) => s.path === path && s.figure === "p99")!.ratio!;
    expect(ratio("policies[0].signalEveryTries")).toBeGreaterThan(1.5);
    expect(ratio("workload.vcpu.count")).toBeCloseTo(1, 1);
  });

  it("Always: every point is looked at before the first is run, and a wrong one is named by path and value", async () => {
    let began = false;
    const wrong = run({ vary: ["host.cpus=4,8,5000", "host.hz=250,300"], onProgress: () => (began = true) });
    await expect(wrong).rejects.toThrow(
      "--vary host.cpus=4,8,5000: host.cpus: expected a whole number from 1 to 4096, got 5000 (at host.cpus=5000, host.hz=250)",
    );
    expect(began).toBe(false);
    await expect(run({ scenario: SCENARIO.replace("[2, 4]", "[2, 9]") })).rejects.toThrow(
      /^s\.yaml:10:\d+: workload\.vcpu\.count: expected at most 8 .*got 9 \(at workload\.vcpu\.count=9, policies/,
    );
    await expect(run({ vary: ["host.cpu=4,8"] })).rejects.toThrow("did you mean cpus?");
  });

  it("Never: more points than can be told of, and the message has the numbers", async () => {
    const vary = ["workload.vcpu.count=1..316", "host.cpus=1..317"];
    await expect(planSweep({ scenario: SCENARIO, vary })).rejects.toThrow(
      "100172 points (grid of workload.vcpu.count 316, host.cpus 317) under 2 policies are 200344",
    );
  });

  it("Never: is a path of the scenario's policies varied while others are asked for", async () => {
    await expect(run({ policies: ["linux-5.19"] })).rejects.toThrow("which --policy replaces");
  });

  it("Always: an abort ends it with its reason, between points and before the first", async () => {
    const reason = new Error("enough");
    await expect(run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const later = new AbortController();
    await expect(run({ signal: later.signal, onProgress: () => later.abort(reason) })).rejects.toBe(reason);
  });
});
