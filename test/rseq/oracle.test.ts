// Engine and oracle agree on generated rseq scenarios, event for event: same time, same step, same flags, same CPU in user memory.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { wordsOf } from "../../src/results/metrics.js";
import { RSEQ_WORDS } from "../../src/results/rseq.js";
import { RseqEngine } from "../../src/rseq-engine.js";
import { loadExperiment } from "../../src/scenario/experiment.js";
import { rseqReader } from "../../src/scenario/rseq.js";
import { GETCPU, MOVES, NEXT_CPU, NOTIFY_RESUME, PREEMPTION, PROTOCOLS, STEPS } from "../../src/scenario/rseq-words.js";
import { compileModule } from "../../src/wasm.js";
import { rseqOracle } from "./oracle.js";

const nanoseconds = (min: number, max: number) => fc.integer({ min, max }).map((n) => `${n}ns`);
const duration = (min: number, max: number) =>
  fc.oneof(
    nanoseconds(min, max),
    nanoseconds(min, max).map((low) => ({ uniform: [low, `${max + 1}ns`] })),
    nanoseconds(1, max).map((mean) => ({ exponential: mean })),
    fc.tuple(nanoseconds(min, max), nanoseconds(1, max)).map(([a, b]) => ({
      mixture: [
        { weight: 1, duration: a },
        { weight: 2, duration: { exponential: b } },
      ],
    })),
  );
const delay = fc.oneof(
  fc.constant("none"),
  duration(1, 5000).map((sleep) => ({ sleep })),
  fc.constant({ steps: { from: "1us", by: "1us", count: 4 } }),
  fc.integer({ min: 1, max: 20 }).map((getcpu) => ({ getcpu })),
);
const host = fc.record({
  cpus: fc.constant(6),
  mask: fc.constantFrom("0-5", "0-1", "0,2,3", "1,4-5", "2-4"),
  hz: fc.constantFrom(250, 1000),
  preemption: fc.constantFrom(...PREEMPTION),
  scheduler: fc.constantFrom(
    { latency: "20us", minGranularity: "5us", wakeupGranularity: "1us" },
    { latency: 0, minGranularity: "3us", wakeupGranularity: "none" },
  ),
  balanceRate: fc.constantFrom(0, 10_000, 100_000),
});
const costs = fc.record(
  Object.fromEntries(Object.keys(STEPS).map((step) => [step, duration(step === "load" ? 1 : 0, 900)])),
  { requiredKeys: [] },
);
const test = fc.record({
  iterations: fc.constant(30),
  livelock: fc.constantFrom(2, 10),
  notifyResume: fc.constantFrom(...NOTIFY_RESUME),
  protocol: fc.constantFrom(...PROTOCOLS),
  moves: fc.constantFrom(...MOVES),
  next: fc.constantFrom(...NEXT_CPU),
  getcpu: fc.constantFrom(...GETCPU),
  ratio: fc.boolean(),
  delay,
});
const timerSlack = fc.constantFrom("0us", "2us", "50us");
const scenarios = fc.record({ host, costs, test, timerSlack }).map(({ host, costs, test, timerSlack }) => ({
  experiment: "rseq",
  host,
  costs: { timerSlack, ...costs },
  test,
  variants: [{ name: "one" }],
}));

const COUNTED = [
  "runs",
  "successes",
  "retries",
  "stale",
  "visible",
  "nanoseconds",
  "caught",
  "falseAlarms",
  "ratioAlarms",
  "livelocks",
] as const;
const TRACE_MAX = 65_536;

describe("The rseq engine", () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = await compileModule("rseq", "debug");
  });

  it("Always: does what the oracle does, event for event", () => {
    fc.assert(
      fc.property(scenarios, fc.bigInt(0n, 1n << 40n), fc.nat(1000), (scenario, seed, replica) => {
        const { model, variants } = loadExperiment(rseqReader, scenario);
        const engine = new RseqEngine(module, model, variants);
        const rows = engine.trace(0, seed, replica);
        const expected = rseqOracle(model, variants[0]!, engine.draws, seed, replica);
        expect(rows.length).toBe(Math.min(TRACE_MAX, expected.rows.length));
        const different = rows.findIndex((row, i) => row.some((word, n) => word !== expected.rows[i]![n]));
        if (different >= 0) expect(rows[different], `event ${different}`).toEqual(expected.rows[different]);
        const words = wordsOf(engine.run(0, seed, replica, 1));
        const counts = COUNTED.map((name) => [name, Number(words(RSEQ_WORDS.indexOf(name)))]);
        expect(Object.fromEntries(counts)).toEqual(expected.counts);
      }),
      { numRuns: 80, seed: 7, endOnFailure: true },
    );
  });
});
