// Exact laws: where tasks do not meet, the distribution of a transition is known in closed form, tails included. By default a number
// of replicas that keeps the suite quick; KLPSIM_LAW_REPLICAS=1000000 npx vitest run test/laws.test.ts runs the whole million.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Core, compileCore } from "../src/core.js";
import type { Counts } from "../src/results/counts.js";
import { compileScenario } from "../src/scenario/index.js";
import { CLOSED, type Closed, mixed, patchLiteLater, residual } from "./closed.js";

const REPLICAS = Number(process.env.KLPSIM_LAW_REPLICAS ?? 0);
const replicas = (quick: number) => REPLICAS || quick;

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileCore("release");
});

type Fields = Record<string, unknown>;

function load(fields: Fields, policy: string | Fields): Core {
  const { model, policies } = compileScenario({
    ...fields,
    policies: [typeof policy === "string" ? policy : { name: "law", ...policy }],
  });
  const core = new Core(module, model);
  core.setPolicy(policies[0]);
  return core;
}

/** What a run says about completion times, in seconds. */
class Sample {
  private readonly words = new Map<number, bigint>();
  private readonly buckets: { low: number; count: number }[] = [];

  private constructor(
    private readonly core: Core,
    readonly n: number,
  ) {}

  /** Batches as they come; the runner of the tests is heard between them. */
  static async of(core: Core, replicas: number): Promise<Sample> {
    const sample = new Sample(core, replicas);
    const batch = Math.min(Math.ceil(replicas / 3), 5000);
    for (let first = 0; first < replicas; first += batch) {
      sample.add(core.run(7n, first, Math.min(batch, replicas - first)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { layout } = core;
    expect(sample.word(layout.replicas)).toBe(replicas);
    for (let bucket = 0; bucket < layout.latency.buckets; bucket++) {
      const count = sample.word(layout.latency.counts + bucket);
      if (count > 0) sample.buckets.push({ low: core.bucketRange(bucket).low, count });
    }
    return sample;
  }

  private add(counts: Counts): void {
    for (const [i, word] of counts.index.entries())
      this.words.set(word, (this.words.get(word) ?? 0n) + counts.value[i]);
  }

  word(index: number): number {
    return Number(this.words.get(index) ?? 0n);
  }

  get censored(): number {
    return this.word(this.core.layout.censored);
  }

  get mean(): number {
    return this.word(this.core.layout.latency.sum) / 1e6 / this.n;
  }

  /** The least t in seconds, to a bucket, by which a share p has completed; infinite within the censored share. */
  quantile(p: number): number {
    let count = 0;
    for (const bucket of this.buckets) {
      count += bucket.count;
      if (count >= p * this.n) return bucket.low / 1e6;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Replicas that completed later than t seconds; exact where the bucket that holds t holds no later completion. */
  later(t: number): number {
    let count = this.censored;
    for (const bucket of this.buckets) if (bucket.low > t * 1e6) count += bucket.count;
    return count;
  }
}

/** Whether k of n is within four standard errors of n p; where the normal law fails, whether so far out is rarer than 1 in 15,000. */
function expectShare(k: number, n: number, p: number): void {
  const deviation = Math.sqrt(n * p * (1 - p));
  if (deviation >= 5) expect(Math.abs(k - n * p) / deviation).toBeLessThan(4);
  else expect(binomialTail(k, n, p)).toBeGreaterThan(3.2e-5);
}

/** The smaller of P(X <= k) and P(X >= k) for X binomial with few successes (or few failures). */
function binomialTail(k: number, n: number, p: number): number {
  if (p > 0.5) return binomialTail(n - k, n, 1 - p);
  let below = 0;
  let term = Math.exp(n * Math.log1p(-p));
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.min(1 - below, below + term);
}

/** A law over whole seconds: P(T > t) for t = 0, 1, 2, ... */
type Survival = (t: number) => number;

function expectLaw(sample: Sample, survival: Survival, last: number): void {
  for (let t = 0; t <= last; t++) expectShare(sample.later(t), sample.n, survival(t));
}

function expectMean(sample: Sample, survival: Survival, last: number): void {
  let mean = 0;
  let second = 0; // E T(T - 1) = sum of 2 t P(T > t)
  for (let t = 0; t <= last; t++) {
    mean += survival(t);
    second += 2 * t * survival(t);
  }
  const deviation = Math.sqrt(second + mean - mean * mean);
  expect(Math.abs(sample.mean - mean) / (deviation / Math.sqrt(sample.n))).toBeLessThan(4);
}

/** Each quantile is the law's, unless the law's distribution is within four standard errors of p at one of the two. */
function expectQuantiles(sample: Sample, survival: Survival): void {
  for (const p of [0.5, 0.9, 0.95, 0.99, 0.999]) {
    const close = (t: number) => Math.abs(1 - survival(t) - p) < 4 * Math.sqrt((p * (1 - p)) / sample.n);
    let law = 0;
    while (1 - survival(law) < p) law++;
    let seen = 0;
    while (sample.n - sample.later(seen) < p * sample.n) seen++;
    if (seen !== law) expect(close(Math.min(seen, law))).toBe(true);
  }
}

describe("patch-lite", () => {
  const cases: { tasks: number; quick: number; mean: number; later15: number }[] = [
    { tasks: 16, quick: 200_000, mean: 6.8202, later15: 0.007074 },
    { tasks: 256, quick: 20_000, mean: 12.3074, later15: 0.107368 },
    { tasks: 4096, quick: 1500, mean: 17.8489, later15: 0.837535 },
  ];
  for (const { tasks, quick, mean, later15 } of cases) {
    const survival: Survival = (t) => patchLiteLater(tasks, t);

    it(`Always: the law for ${tasks} tasks has mean ${mean} s and passes 15 s with probability ${later15}`, () => {
      let sum = 0;
      for (let t = 0; t < 200; t++) sum += survival(t);
      expect(sum).toBeCloseTo(mean, 4);
      expect(survival(15)).toBeCloseTo(later15, 6);
    });

    it(`Always: ${tasks} tasks complete by it: mean, P(T > t) at every try, quantiles`, async () => {
      const fields = parse(readFileSync(new URL("../examples/patch-lite.yaml", import.meta.url), "utf8")) as Fields;
      const { task } = fields.workload as { task: Fields };
      const core = load(
        { ...fields, workload: { task: { ...task, count: tasks } }, run: { horizon: "100s" } },
        "plain",
      );
      const sample = await Sample.of(core, replicas(quick));
      expect(sample.censored).toBe(0);
      expectLaw(sample, survival, 70);
      expectMean(sample, survival, 200);
      expectQuantiles(sample, survival);
    }, 3_600_000);
  }
});

/** One task alone on CPU 1; tries on CPU 0, at exactly 0, 1, 2, ... s. */
const alone = (kind: string, phases: Fields, more: Fields = {}): Fields => ({
  name: "law",
  host: { cpus: 2, loaderCpu: 0, idleTasks: false },
  workload: { task: { kind, count: 1, cpus: [1], behaviour: { phases } } },
  patch: { functions: ["f"] },
  run: { horizon: "400s" },
  ...more,
});

describe("stationary starts", () => {
  const laws: { name: string; duration: unknown; law: Closed }[] = [
    { name: "exponential", duration: { exponential: "2s" }, law: CLOSED.exponential(2) },
    { name: "uniform", duration: { uniform: ["1s", "5s"] }, law: CLOSED.uniform(1, 5) },
    { name: "lognormal", duration: { lognormal: { median: "1s", sigma: 1 } }, law: CLOSED.lognormal(1, 1) },
    { name: "weibull", duration: { weibull: { scale: "2s", shape: 0.7 } }, law: CLOSED.weibull(2, 0.7) },
    {
      name: "pareto",
      duration: { pareto: { min: "500ms", max: "60s", shape: 1.5 } },
      law: CLOSED.pareto(0.5, 60, 1.5),
    },
    {
      name: "mixture",
      duration: {
        mixture: [
          { weight: 9, duration: { exponential: "500ms" } },
          { weight: 1, duration: { uniform: ["10s", "20s"] } },
        ],
      },
      law: mixed([
        { weight: 0.9, law: CLOSED.exponential(0.5) },
        { weight: 0.1, law: CLOSED.uniform(10, 20) },
      ]),
    },
    {
      name: "empirical",
      duration: {
        empirical: [
          [0, "0s"],
          [0.5, "1s"],
          [0.9, "5s"],
          [1, "30s"],
        ],
      },
      law: mixed([
        { weight: 0.5, law: CLOSED.uniform(0, 1) },
        { weight: 0.4, law: CLOSED.uniform(1, 5) },
        { weight: 0.1, law: CLOSED.uniform(5, 30) },
      ]),
    },
  ];
  for (const { name, duration, law } of laws)
    it(`Always: a sleeper found in an affected ${name} sleep stays as its equilibrium law says`, async () => {
      const phases = {
        call: { mode: "sleep", wait: "uninterruptible", stack: ["f"], duration, next: "back" },
        back: { mode: "user", duration: "1us", next: "call" },
      };
      const sample = await Sample.of(load(alone("user", phases), "plain"), replicas(50_000));
      // At a try at t the task is still in the sleep in which it was found; otherwise it has passed through user mode.
      expectLaw(sample, (t) => (t === 0 ? 1 : 1 - residual(law, t)), 40);
    }, 600_000);

  it("Always: of a fixed sleep of 4 s a quarter remains at each second", async () => {
    const phases = {
      call: { mode: "sleep", wait: "uninterruptible", stack: ["f"], duration: "4s", next: "back" },
      back: { mode: "user", duration: "1us", next: "call" },
    };
    const sample = await Sample.of(load(alone("user", phases), "plain"), replicas(50_000));
    expectLaw(sample, (t) => (t === 0 ? 1 : Math.max(0, 1 - t / 4)), 6);
  }, 600_000);

  it("Always: a task is found in a phase with its long-run share of the time", async () => {
    // Uninterruptible: clean for 3 s, affected for 1 s, on average; try 1 fails on the affected quarter.
    const phases = {
      clean: { mode: "sleep", wait: "uninterruptible", duration: { weibull: { scale: "3s", shape: 1 } }, next: "call" },
      call: {
        mode: "sleep",
        wait: "uninterruptible",
        stack: ["f"],
        duration: { uniform: ["0s", "2s"] },
        next: "clean",
      },
    };
    const sample = await Sample.of(load(alone("user", phases), "plain"), replicas(50_000));
    expectShare(sample.later(0), sample.n, 0.25);
  }, 600_000);
});

describe("off-CPU by chance", () => {
  for (const [q, work, rest] of [
    [0.5, "10ms", "10ms"],
    [0.1, "90ms", "10ms"],
    [0.9, "5ms", "45ms"],
  ] as const)
    it(`Always: a kthread off its CPU a share ${q} of the time is switched by each try with that probability`, async () => {
      const phases = {
        work: { mode: "kernel", duration: { exponential: work }, next: "rest" },
        rest: { mode: "sleep", wait: "idle", duration: { exponential: rest }, next: "work" },
      };
      const sample = await Sample.of(load(alone("kthread", phases), "plain"), replicas(30_000));
      expectLaw(sample, (t) => (1 - q) ** (t + 1), 30);
      expectMean(sample, (t) => (1 - q) ** (t + 1), 2000);
    }, 600_000);

  it("Always: where the phases last as long as the tries' period, tries depend on each other as a two-state chain says", async () => {
    const [on, off] = [1 / 1.5, 1 / 0.5]; // rates of leaving the CPU and of coming back
    const busy = off / (on + off);
    const stays = busy + (1 - busy) * Math.exp(-(on + off));
    const phases = {
      work: { mode: "kernel", duration: { exponential: "1.5s" }, next: "rest" },
      rest: { mode: "sleep", wait: "idle", duration: { exponential: "500ms" }, next: "work" },
    };
    const sample = await Sample.of(load(alone("kthread", phases), "plain"), replicas(30_000));
    expectLaw(sample, (t) => busy * stays ** t, 40);
  }, 600_000);
});

describe("idle CPUs", () => {
  it("Always: 16 idle CPUs that reschedule as Poisson processes complete at try n with the largest of 16 exponentials", async () => {
    const host = { cpus: 16, loaderCpu: "none", idleTasks: true, idleWakeRate: 0.5 };
    const core = load({ name: "law", host, workload: {}, run: { horizon: "400s" } }, "plain");
    const sample = await Sample.of(core, replicas(50_000));
    const survival: Survival = (t) => (t === 0 ? 1 : -Math.expm1(16 * Math.log1p(-Math.exp(-t / 2))));
    expectLaw(sample, survival, 40);
    expectMean(sample, survival, 200);
  }, 600_000);
});

describe("the second try", () => {
  const IDLE = (hz: number, loaderCpu: number): Fields => ({
    name: "law",
    host: { cpus: 64, hz, loaderCpu, idleTasks: true },
    workload: {},
    run: { horizon: "10s" },
  });
  const HOST_ENTITY = 131071;

  /** When try 2 begins if try 1 ends `uptime` ticks after jiffy 0 (kernel/time/timer.c, in whole jiffies). */
  function secondTry(uptime: number, hz: number, cpu: number): number {
    const start = (jiffy: number) => Math.floor((jiffy * 1e6) / hz) - uptime;
    let now = Math.floor((uptime * hz) / 1e6) - 1;
    while (start(now + 1) <= 0) now++;
    const shifted = now + hz + 3 * cpu;
    const over = shifted % hz;
    const rounded = shifted - over + (over < Math.floor(hz / 4) ? 0 : hz) - 3 * cpu;
    const expires = rounded > now ? rounded : now + hz;
    const bits = [63, 504, 4032, 32256].findIndex((limit) => expires - now < limit) * 3;
    return start(((expires >> bits) + 1) << bits);
  }

  /** The uptime of a replica's start, in ticks: its second, and the phase in it, are drawn. */
  function uptimeOf(core: Core, replica: number): number {
    core.draws.select(7n, replica);
    const phase = Math.floor(1e6 * core.draws.uniform(HOST_ENTITY, 0, 0));
    return phase + 1e6 * Math.floor(512 * core.draws.uniform(HOST_ENTITY, 0, 2)) + 1024e6;
  }

  /** Every phase of every second is as likely as another; buckets of at most 64 jiffies repeat within 16 s. */
  function law(hz: number, cpu: number): { mean: number; variance: number } {
    const step = 100;
    const all = Float64Array.from(
      { length: 16e6 / step },
      (_, i) => secondTry(1024e6 + (i + 0.5) * step, hz, cpu) / 1e6,
    );
    const mean = all.reduce((sum, t) => sum + t, 0) / all.length;
    return { mean, variance: all.reduce((sum, t) => sum + (t - mean) ** 2, 0) / all.length };
  }

  for (const hz of [100, 250, 300, 1000])
    for (const cpu of [0, 41])
      it(`Always: at HZ=${hz} on CPU ${cpu} it is where the rounding puts it, and the phases make its law`, async () => {
        const core = load(IDLE(hz, cpu), "linux-6.1");
        for (let replica = 0; replica < 200; replica++)
          expect(core.trace(7n, replica).complete).toBe(secondTry(uptimeOf(core, replica), hz, cpu));
        const sample = await Sample.of(core, replicas(20_000));
        const { mean, variance } = law(hz, cpu);
        expect(Math.abs(sample.mean - mean) / Math.sqrt(variance / sample.n)).toBeLessThan(4);
      }, 600_000);
});

describe("settling", () => {
  it("Always: p50 and p99 are where they were at four times the settling", async () => {
    const settling = (settle?: string): Fields => ({
      name: "law",
      host: { cpus: 3, hz: 1000 },
      workload: {
        guest: { kind: "vcpu", count: 4, cpus: "spread", behaviour: "busy-guest" },
        burner: { kind: "user", count: 3, cpus: "spread", behaviour: "cpu-bound" },
        poller: { kind: "user", count: 4, cpus: "spread", behaviour: "poll-loop" },
      },
      run: { horizon: "120s", settle },
    });
    expect(compileScenario(settling()).model.settle).toBe(2e6);
    const n = replicas(3000);
    const usual = await Sample.of(load(settling(), "linux-5.13"), n);
    const longer = await Sample.of(load(settling("8s"), "linux-5.13"), n);
    for (const p of [0.5, 0.99]) {
      const t = usual.quantile(p);
      const pooled = (usual.later(t) + longer.later(t)) / (2 * n);
      const deviation = Math.sqrt(2 * n * pooled * (1 - pooled));
      expect(Math.abs(usual.later(t) - longer.later(t)) / deviation).toBeLessThan(4);
    }
  }, 600_000);
});
