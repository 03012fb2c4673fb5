// Whether 95% intervals of paired differences hold the true difference in 95% of experiments. The truth is known in closed form:
// independent sleepers (examples/patch-lite.yaml) under policies that differ in when they look and whether they signal. Disjoint
// ranges of replicas are the experiments. And of two laws without steps: the later of two sleeps, of which they share one. A few here; the table of docs/statistics.md is written by
//   KLPSIM_COVERAGE=2000 npx vitest run test/src/analyse/paired-coverage.test.ts

import { readFileSync } from "node:fs";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { comparePolicies, sideOf } from "../../../src/analyse/compare-policies.js";
import { compare } from "../../../src/compare.js";
import { Core, compileCore } from "../../../src/core.js";
import { binomialCdf } from "../../../src/results/binomial.js";
import { newOutcomes, type Outcomes } from "../../../src/results/outcomes.js";
import type { CompareResult, Estimate } from "../../../src/results/result.js";
import { compileScenario } from "../../../src/scenario/index.js";
import { patchLiteLater } from "../../closed.js";

const REPETITIONS = Number(process.env.KLPSIM_COVERAGE ?? 60);
const REPLICAS = 400;
const TASKS = 16;
const QUANTILES = [0.5, 0.9, 0.95, 0.99];
const SEED = 20n;
/** Met at the first look by some runs, by others later. */
const RULE = "mean every-10ms ci < 5.65%";

/** What a policy does to a completion time, in milliseconds. */
interface Law {
  quantile(p: number): number;
  mean: number;
}

/** Tries at whole multiples of `periodMs`; after `signalMs` nobody sleeps. */
function tries(periodMs: number, signalMs = Infinity): Law {
  const by = (ms: number) => (ms > signalMs ? 1 : 1 - patchLiteLater(TASKS, ms / 1000));
  let mean = 0;
  for (let ms = 0; ms < 300_000; ms += periodMs) mean += periodMs * (1 - by(ms));
  const quantile = (p: number) => {
    let ms = 0;
    while (by(ms) < p) ms += periodMs;
    return ms;
  };
  return { quantile, mean };
}

/** The later of two exponential sleeps of this mean. */
function laterOfTwo(meanMs: number): Law {
  return { quantile: (p) => -meanMs * Math.log(1 - Math.sqrt(p)), mean: 1.5 * meanMs };
}

const LAWS: Record<string, Law> = {
  "every-10ms": tries(10),
  "every-1s": tries(1000),
  "every-1500ms": tries(1500),
  "signal-8s": tries(10, 8000),
  "two-sleeps-5s": laterOfTwo(5000),
  "two-sleeps-4s": laterOfTwo(4000),
};
const POLICIES = [
  { name: "every-10ms", extends: "plain", tryPeriod: "10ms" },
  { name: "every-1s", extends: "plain", tryPeriod: "1s" },
  { name: "every-1500ms", extends: "plain", tryPeriod: "1500ms" },
  { name: "signal-8s", extends: "plain", tryPeriod: "10ms", signal: "auto", signalEveryTries: 800 },
];
const PAIRS = [
  ["every-10ms", "every-1500ms"],
  ["every-1s", "every-1500ms"],
  ["every-10ms", "signal-8s"],
  ["two-sleeps-5s", "two-sleeps-4s"],
] as const;

/** How often what was estimated lay outside its interval, and on which side. */
interface Misses {
  below: number;
  above: number;
}

/** examples/patch-lite.yaml of so many tasks, under these policies. */
function sleepers(): object {
  const fields = parse(readFileSync(new URL("../../../examples/patch-lite.yaml", import.meta.url), "utf8"));
  fields.workload.task.count = TASKS;
  return { ...fields, host: { ...fields.host, cpus: TASKS }, policies: POLICIES };
}

let experiments: Record<string, Outcomes>[];
beforeAll(async () => {
  const generator = xoroshiro128plus(1);
  experiments = Array.from({ length: REPETITIONS }, () => twoSleeps(() => uniformFloat64(generator)));
  const { model, policies } = compileScenario(sleepers());
  const core = new Core(await compileCore("release"), model);
  for (const policy of policies) {
    core.setPolicy(policy);
    experiments.forEach((experiment, k) => {
      experiment[policy.name] = core.runEach(SEED, k * REPLICAS, REPLICAS).outcomes;
    });
  }
}, 3_600_000);

/** Replicas of three sleeps: one policy waits for the first two, the other for the last two, which are shorter. */
function twoSleeps(random: () => number): Record<string, Outcomes> {
  const sleep = () => -Math.log1p(-random());
  const [a, b] = [newOutcomes(REPLICAS), newOutcomes(REPLICAS)];
  for (let row = 0; row < REPLICAS; row++) {
    const [first, second, third] = [sleep(), sleep(), sleep()];
    a.complete[row] = Math.round(5e6 * Math.max(first, second));
    b.complete[row] = Math.round(4e6 * Math.max(second, third));
  }
  return { "two-sleeps-5s": a, "two-sleeps-4s": b };
}

function missesOf(truth: number, estimates: Estimate[]): Misses {
  const misses = { below: 0, above: 0 };
  for (const { low, high } of estimates) {
    if (low !== null && truth < low - 1e-9) misses.below++;
    if (high !== null && truth > high + 1e-9) misses.above++;
  }
  return misses;
}

/** What is rarer than this is taken for a fault; seeds are fixed, so that no luck comes in again. */
const RARE = 0.005;

/** Fails where so few would be rare if 93.5% were covered. */
function expectCovered({ below, above }: Misses, of = REPETITIONS): void {
  expect(binomialCdf(of - below - above, of, 0.935)).toBeGreaterThan(RARE);
}

describe.each(PAIRS)("%s against %s: the true difference lies within its 95%% interval,", (a, b) => {
  const [lawA, lawB] = [LAWS[a]!, LAWS[b]!];
  let compared: ReturnType<typeof comparePolicies>[];
  beforeAll(() => {
    compared = experiments.map((outcomes, k) =>
      comparePolicies(sideOf(a, outcomes[a]!), sideOf(b, outcomes[b]!), BigInt(k)),
    );
  }, 3_600_000);

  it("of means, as often as it should and not much more often", () => {
    const misses = missesOf(
      lawB.mean - lawA.mean,
      compared.map(({ meanMs }) => meanMs),
    );
    tell(`mean, ${a}, ${b}`, misses);
    expectCovered(misses);
    const covered = REPETITIONS - misses.below - misses.above;
    expect(1 - binomialCdf(covered - 1, REPETITIONS, 0.965)).toBeGreaterThan(RARE);
  });

  it.each(QUANTILES)("of the quantile %d", (p) => {
    const estimates = compared.map(({ quantilesMs }) => quantilesMs.find((one) => one.p === p)!);
    const misses = missesOf(lawB.quantile(p) - lawA.quantile(p), estimates);
    tell(`p${100 * p}, ${a}, ${b}`, misses);
    expectCovered(misses);
  });
});

describe("10ms against 1.5s, at whichever look a rule stops: the true difference lies within its 95% interval,", () => {
  const [a, b] = ["every-10ms", "every-1500ms"] as const;
  const repetitions = Math.ceil(REPETITIONS / 5);
  let compared: CompareResult[];
  beforeAll(async () => {
    compared = [];
    for (let seed = 1; seed <= repetitions; seed++)
      compared.push(await compare({ scenario: sleepers(), policies: [a, b], seed, until: [RULE], workers: 0 }));
  }, 3_600_000);

  it("of means and quantiles, and runs stop at more than one look", () => {
    const truths: [string, number, Estimate[]][] = [
      ["mean", LAWS[b]!.mean - LAWS[a]!.mean, compared.map(({ comparisons: [one] }) => one!.meanMs)],
      ...QUANTILES.map((p, i): [string, number, Estimate[]] => [
        `p${100 * p}`,
        LAWS[b]!.quantile(p) - LAWS[a]!.quantile(p),
        compared.map(({ comparisons: [one] }) => one!.quantilesMs[i]!),
      ]),
    ];
    for (const [figure, truth, estimates] of truths) {
      const misses = missesOf(truth, estimates);
      tell(`${figure}, ${a}, ${b}, until ${RULE}`, misses, repetitions);
      expectCovered(misses, repetitions);
    }
    expect(new Set(compared.map(({ replicas }) => replicas)).size).toBeGreaterThan(1);
  });
});

function tell(what: string, { below, above }: Misses, of = REPETITIONS): void {
  if (process.env.KLPSIM_COVERAGE === undefined) return;
  const covered = (100 * (of - below - above)) / of;
  process.stdout.write(`${what}: ${covered.toFixed(2)}% (${below} below, ${above} above)\n`);
}
