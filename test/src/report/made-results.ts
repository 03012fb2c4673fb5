// Results made by hand, as the commands print them: policies from lists of latencies, comparisons and sweeps around them.

import { clopperPearson } from "../../../src/results/binomial.js";
import { describe } from "../../../src/results/distribution.js";
import type { ExperimentResult } from "../../../src/results/metrics.js";
import type {
  CompareResult,
  Comparison,
  Delays,
  Disturbance,
  PolicyResult,
  RareTail,
  RunResult,
  SweepPoint,
  SweepResult,
} from "../../../src/results/result.js";
import type { Bucket } from "../../../src/results/words.js";

const IDENTITY = {
  schemaVersion: 1,
  scenario: { name: "made", hash: "4852cfd66502201ca13d8f28bf953df2d6ac5a68b9cc1ffdd258e0689a238630" },
  seed: 1,
  engine: { version: "0.1.0", wasmSha256: "071c44ba35f18ce5e016c6e4f3ea37d602ea1290411b37b422275287e4c21013" },
} as const;
const TIMING = { wallMs: 2400, transitionsPerSecond: 8341, workers: 1 };
const NO_DISTURBANCE: Disturbance = {
  eintr: 0,
  restarts: 0,
  guestExits: 0,
  ipis: 0,
  kthreadWakes: 0,
  signalPasses: 0,
  isolatedInterrupts: 0,
};

/** Buckets of these latencies in ms, null left out. */
export function bucketsOf(latencies: readonly (number | null)[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const ms of latencies) if (ms !== null) counts.set(1000 * ms, (counts.get(1000 * ms) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([mean, count]) => ({ mean, count }));
}

/** A policy under which replicas took so many ms; null: censored. */
export function madePolicy(
  policy: string,
  latencies: readonly (number | null)[],
  more: Partial<PolicyResult> = {},
): PolicyResult {
  const ticks = latencies.flatMap((ms) => (ms === null ? [] : [Math.round(1000 * ms)]));
  const replicas = latencies.length;
  const latencyMs = describe({
    replicas,
    sum: ticks.reduce((sum, one) => sum + one, 0),
    squares: ticks.reduce((sum, one) => sum + BigInt(one) ** 2n, 0n),
    min: ticks.length === 0 ? null : ticks.reduce((a, b) => Math.min(a, b)),
    max: ticks.length === 0 ? null : ticks.reduce((a, b) => Math.max(a, b)),
    buckets: bucketsOf(latencies).map((one) => ({ ...one, from: one.mean, to: one.mean + 1, isWhole: true })),
  });
  const censored = replicas - ticks.length;
  return {
    policy,
    replicas,
    censored,
    latencyMs,
    lastSwitchMs: latencyMs,
    exceed: [1, 15, 60, 75].map((seconds) => {
      const later = censored + ticks.filter((one) => one > seconds * 1e6).length;
      return { seconds, probability: later / replicas, ...clopperPearson(later, replicas) };
    }),
    blame: ticks.length === 0 ? [] : [{ class: "vcpu", phase: "guest", mechanism: "user-exit", share: 1 }],
    stuck: censored === 0 ? [] : [{ class: "vcpu", phase: "guest", share: 1 }],
    disturbance: NO_DISTURBANCE,
    violations: 0,
    warnings: 0,
    gaveUp: 0,
    tries: { mean: 2 },
    rounds: { mean: 0 },
    worst: [{ replica: 0, latencyMs: censored > 0 ? null : Math.max(...latencies.map((ms) => ms ?? 0)) }],
    digest: `digest of ${policy} ${latencies.length} ${ticks.reduce((sum, one) => sum + one, 0)}`,
    ...more,
  };
}

/** Latencies spread evenly over a logarithmic stretch, in ms. */
export function spread(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(1000 * from * (to / from) ** ((i + 0.5) / count)) / 1000);
}

export function madeRun(results: PolicyResult[], name = "made"): RunResult {
  return {
    ...IDENTITY,
    scenario: { ...IDENTITY.scenario, name },
    replicas: results[0]?.replicas ?? 0,
    results,
    timing: TIMING,
  };
}

const exact = (a: number, b: number) => ({ a, b, value: b - a, low: b - a, high: b - a });

export function madeComparison(a: PolicyResult, b: PolicyResult): Comparison {
  const mean = (result: PolicyResult) => result.latencyMs.meanCompleted ?? 0;
  const difference = mean(b) - mean(a);
  return {
    a: a.policy,
    b: b.policy,
    replicas: a.replicas,
    censored: { both: 0, onlyA: 0, onlyB: 0 },
    meanMs: { a: mean(a), b: mean(b), value: difference, low: difference - 40, high: difference + 40 },
    quantilesMs: [0.5, 0.9, 0.95, 0.99, 0.999].map((p) => {
      const value = (result: PolicyResult) => result.latencyMs.quantiles.find((one) => one.p === p)?.value ?? null;
      const [from, to] = [value(a), value(b)];
      if (from === null || to === null) return { p, a: from, b: to, value: null, low: null, high: null };
      return { p, a: from, b: to, value: to - from, low: to - from - 80, high: to - from + 90 };
    }),
    faster: { value: 0.93, low: 0.925, high: 0.935 },
    equal: 0.04,
    slower: 0.03,
    dominance: "b",
    lead: { a: null, b: { ms: 1783, share: 1 } },
    disturbance: Object.fromEntries(
      Object.keys(NO_DISTURBANCE).map((kind) => [
        kind,
        exact(a.disturbance[kind as keyof Disturbance], b.disturbance[kind as keyof Disturbance]),
      ]),
    ) as Comparison["disturbance"],
    violations: 0,
    varianceReduction: 12.4,
    verdict: `${b.policy} is faster than ${a.policy} at every quantile: p99 by 15 s.`,
  };
}

export function madeCompare(results: PolicyResult[]): CompareResult {
  const [first, ...others] = results as [PolicyResult, ...PolicyResult[]];
  return {
    ...madeRun(results),
    comparisons: others.map((other) => madeComparison(first, other)),
    deciding: madeComparison(first, others.at(-1)!),
    pareto: results.map(({ policy, latencyMs, disturbance }, i) => ({
      policy,
      p99Ms: latencyMs.quantiles.find(({ p }) => p === 0.99)?.value ?? null,
      disturbance: disturbance.eintr + disturbance.guestExits + disturbance.ipis,
      onFront: i > 0,
    })),
    verdict: "Use the last one: it is faster than the others on all replicas and disturbs nobody.",
    failIf: [
      {
        condition: "p99 kvm-v2 > 1.1 * p99 linux-5.19",
        holds: false,
        certain: true,
        detail: "1.765 s against 18.41 s",
      },
    ],
  };
}

/** linux-5.13, linux-5.19 and kvm-v2 on busy vCPUs, about. */
export function threePolicies(replicas = 2000): PolicyResult[] {
  return [
    madePolicy("linux-5.13", new Array(replicas).fill(null), {
      disturbance: { ...NO_DISTURBANCE, guestExits: 455, ipis: 455 },
    }),
    madePolicy("linux-5.19", spread(15800, 16780, replicas), {
      disturbance: { ...NO_DISTURBANCE, eintr: 63, guestExits: 63, ipis: 63, signalPasses: 63 },
    }),
    madePolicy("kvm-v2", spread(752, 1783, replicas), { disturbance: { ...NO_DISTURBANCE, eintr: 63 } }),
  ];
}

/** Five by five: p99 grows along both axes, and is censored in the corner. */
export function madeSweep(policies = ["linux-5.19", "kvm-v2"]): SweepResult {
  const cpus = [4, 8, 16, 32, 64];
  const sleeps = ["1ms", "10ms", "100ms", "1s", "10s"];
  const points = cpus.flatMap((count, i) =>
    sleeps.map((sleep, j): SweepPoint => {
      const results = policies.map((policy, k) =>
        madePolicy(
          policy,
          i + j + k >= 8 ? new Array(200).fill(null) : spread(800, 900 * 2 ** (i + j) * (k + 1), 200),
          {
            disturbance: { ...NO_DISTURBANCE, eintr: count * (k + 1), ipis: i * j },
          },
        ),
      );
      return { settings: { "host.cpus": count, "workload.reader.sleep": sleep }, hash: `hash ${i} ${j}`, results };
    }),
  );
  return {
    ...IDENTITY,
    replicas: 200,
    design: "grid",
    axes: [
      { path: "host.cpus", values: cpus },
      { path: "workload.reader.sleep", values: sleeps },
    ],
    points,
    sensitivity: policies.flatMap((policy) =>
      ["host.cpus", "workload.reader.sleep"].map((path, i) => ({
        policy,
        path,
        figure: "p99",
        ratio: i === 0 ? 14.2 : null,
        first: { value: 0.41, low: 0.38, high: 0.44 },
        total: { value: 0.5 + i / 10, low: 0.5, high: 0.7 },
      })),
    ),
    timing: TIMING,
  };
}

/** The same, along its first axis alone. */
export function madeLine(): SweepResult {
  const sweep = madeSweep(["linux-5.19", "kvm-v2", "kvm-direct"]);
  const points = sweep.points
    .filter((_, i) => i % 5 === 1)
    .map((point) => ({ ...point, settings: { "host.cpus": point.settings["host.cpus"] } }));
  return { ...sweep, design: "zip", axes: [sweep.axes[0]!], points, sensitivity: [] };
}

/** Scattered over three paths. */
export function madeScatter(): SweepResult {
  const axes = ["host.cpus", "workload.reader.count", "policy.signalEveryTries"].map((path) => ({
    path,
    range: { low: 1, high: 100, scale: "log" as const, unit: "" },
  }));
  const points = Array.from({ length: 64 }, (_, i): SweepPoint => {
    const [x, y, z] = [(i * 37) % 64, (i * 23) % 64, (i * 11) % 64];
    const settings = { [axes[0]!.path]: 1 + x, [axes[1]!.path]: 1 + y, [axes[2]!.path]: 1 + z };
    return {
      settings,
      hash: `point ${i}`,
      results: [madePolicy("linux-6.1", spread(500 + 20 * x, 1000 * (1 + y / 4), 300))],
    };
  });
  return { ...madeSweep(), design: "sobol", axes, points };
}

export const DELAYS: Delays = {
  replicas: 2000,
  tailFrom: { p: 0.99, ms: 16740 },
  tailReplicas: 21,
  mean: { roundMs: 15200, taskMs: 2, tryMs: 980, completionMs: 88 },
  tail: { roundMs: 15700, taskMs: 4, tryMs: 1000, completionMs: 50 },
  by: [
    {
      class: "vcpu",
      phase: "guest",
      mechanism: "user-exit",
      share: 0.97,
      tailShare: 1,
      mean: { roundMs: 15000, taskMs: 2, tryMs: 950, completionMs: 80 },
      tail: { roundMs: 15700, taskMs: 4, tryMs: 1000, completionMs: 50 },
    },
    {
      class: "idle",
      phase: "idle",
      mechanism: "idle",
      share: 0.03,
      tailShare: 0,
      mean: { roundMs: 200, taskMs: 0, tryMs: 30, completionMs: 8 },
      tail: { roundMs: 0, taskMs: 0, tryMs: 0, completionMs: 0 },
    },
  ],
  whatIf: [
    {
      without: { kind: "class", name: "vcpu" },
      meanMs: { value: 14900, low: 14800, high: 15000 },
      p99Ms: { value: 15500, low: 15400, high: 15700 },
      censored: { with: 0, without: 0 },
    },
    {
      without: { kind: "function", name: "kvm_arch_vcpu_ioctl_run" },
      meanMs: { value: -3, low: -40, high: 31 },
      p99Ms: { value: 0, low: -20, high: 20 },
      censored: { with: 0, without: 0 },
    },
  ],
};

export const RARE: RareTail[] = [
  {
    seconds: 75,
    probability: 1.05e-9,
    low: 9.6e-10,
    high: 1.14e-9,
    method: "splitting",
    effectiveSampleSize: 4.1e11,
    replicas: 84_000,
    levels: [],
    example: null,
    warning: null,
  },
  {
    seconds: 60,
    probability: 3.3e-7,
    low: 1.1e-7,
    high: 9e-7,
    method: "splitting",
    effectiveSampleSize: 3e7,
    replicas: 84_000,
    levels: [],
    example: null,
    warning: "few lineages reach the last level: do not rely on the interval",
  },
];

const QUANTITIES = ["linux-4.12", "linux-5.1", "kvm-v1", "nohz-v2", "a-policy-with-a-rather-long-name-of-its-own"];

/** So many policies, some of them alike. */
export function manyPolicies(count: number): PolicyResult[] {
  return Array.from({ length: count }, (_, i) =>
    madePolicy(`${QUANTITIES[i % QUANTITIES.length]}-${i}`, spread(700 + 40 * i, 2500 + 900 * i, 300), {
      disturbance: { ...NO_DISTURBANCE, eintr: (i * 7) % 50, guestExits: (i * 13) % 200, ipis: i % 3 },
    }),
  );
}

/** Three delays of the rseq test. */
export function madeExperiment(): ExperimentResult {
  const metric = (name: string, value: number) => ({ name, value, low: 0.9 * value, high: 1.1 * value });
  return {
    ...IDENTITY,
    replicas: 40,
    results: ["0", "1us", "1ms"].map((variant, i) => ({
      variant,
      metrics: [
        metric("readerProgress", 0.3 * (i + 1)),
        metric("visibleShare", 0.06),
        metric("visiblePerSecond", 6000 / (i + 1)),
      ],
      digest: `digest of ${variant}`,
    })),
    timing: { wallMs: 900, replicasPerSecond: 133, workers: 1 },
  };
}
