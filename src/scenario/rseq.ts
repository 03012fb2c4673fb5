// An rseq scenario -> its model and variants: numbers and durations in ticks of 1 ns.

import { DurationTable, meanTicks } from "./durations.js";
import type { Problems } from "./errors.js";
import type { ExperimentModel, ExperimentReader } from "./experiment.js";
import { compileScheduler, parseCpus } from "./host.js";
import type { DurationModel } from "./model.js";
import { type RseqScenario, rseqSchema, type TestFields } from "./rseq-schema.js";
import { STEPS, type Step } from "./rseq-words.js";
import { parseRate, parseTime } from "./units.js";
import { type Named, resolveVariants } from "./variants.js";

const TICKS_PER_MICROSECOND = 1000;

export interface RseqModel extends ExperimentModel {
  cpus: number;
  /** CPUs that the test may use, ascending. */
  allowed: number[];
  hz: number;
  preemption: "voluntary" | "full";
  latency: number; // ticks, as are all times
  minGranularity: number;
  wakeupGranularity: number; // negative: wake-ups never preempt
  balanceRate: number; // a second
  iterations: number;
  livelock: number;
  durations: DurationModel[];
  /** Row of `durations` of each step. */
  steps: Record<Step, number>;
}

export type RseqDelay =
  | { kind: "none" }
  /** Row `duration` of a table of its own. */
  | { kind: "sleep"; duration: number; durations: DurationModel[] }
  | { kind: "steps"; from: number; by: number; count: number }
  | { kind: "getcpu"; times: number };

export interface RseqVariant extends Omit<TestFields, "delay"> {
  name: string;
  delay: RseqDelay;
}

/** What the versions of the selftest differ in (KF 6.3). */
const VERSIONS: Record<RseqScenario["test"]["version"], TestFields> = {
  v1: test({ protocol: "twice", ratio: false, delay: { sleep: "10us" } }),
  v2: test({ ratio: false, delay: { sleep: "1us" } }),
  "5.15": test({}),
  "6.0": test({ moves: "reader", next: "cycle" }),
  "6.1": test({ moves: "reader", next: "cycle", getcpu: "syscall" }),
};

function test(fields: Partial<TestFields>): TestFields {
  return {
    notifyResume: "cleared",
    protocol: "counter",
    moves: "migrator",
    next: "modulo",
    getcpu: "vdso",
    ratio: true,
    delay: { steps: { from: "1us", by: "1us", count: 10 } },
    ...fields,
  };
}

/** The delays that were proposed (KF 6.4). */
export const RSEQ_VARIANTS: Record<string, Partial<TestFields>> = {
  none: { delay: "none" },
  "1us": { delay: { sleep: "1us" } },
  "1-10us": { delay: { steps: { from: "1us", by: "1us", count: 10 } } },
  "0-100us": { delay: { sleep: { uniform: [0, "100us"] } } },
  "3-getcpu": { delay: { getcpu: 3 } },
};

export const rseqReader: ExperimentReader<RseqScenario, RseqModel, RseqVariant> = {
  schema: rseqSchema,
  compile(scenario, wanted, problems) {
    const model = compileModel(scenario, problems);
    const base = { ...VERSIONS[scenario.test.version], ...given(scenario.test) };
    const entries = [...(scenario.variants ?? (scenario.sweep ? [] : Object.keys(RSEQ_VARIANTS))), ...swept(scenario)];
    const variants = resolveVariants<TestFields>(entries, { presets: RSEQ_VARIANTS, base }, wanted, problems);
    return { model, variants: variants.map(compileVariant) };
  },
};

/** The fields of a test that a scenario states. */
function given({ version: _, iterations: __, livelock: ___, ...fields }: RseqScenario["test"]): Partial<TestFields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A sweep's variants: named by the delay. */
function swept({ sweep }: RseqScenario): { name: string; delay: TestFields["delay"] }[] {
  return (sweep?.delays ?? []).map((delay) => ({
    name: String(delay).replaceAll(" ", ""),
    delay: ticks(delay) === 0 ? "none" : { sleep: delay },
  }));
}

function compileModel({ host, costs, test }: RseqScenario, problems: Problems): Omit<RseqModel, "hash"> {
  const { cpus, hz, preemption } = host;
  const allowed = host.mask === undefined ? undefined : parseCpus(host.mask, cpus, ["host", "mask"], problems);
  if (allowed !== undefined && allowed.length < 2) {
    problems.expected(["host", "mask"], "at least 2 CPUs: a test on one moves nothing", host.mask);
  }
  const { latency, minGranularity, wakeupGranularity } = compileScheduler(host.scheduler, cpus);
  const table = new DurationTable(TICKS_PER_MICROSECOND);
  const steps = Object.fromEntries(Object.keys(STEPS).map((step) => [step, table.add(costs[step as Step])])) as Record<
    Step,
    number
  >;
  checkProgress(costs, table, steps, problems);
  return {
    cpus,
    allowed: (allowed ?? Array.from({ length: cpus }, (_, cpu) => cpu)).sort((a, b) => a - b),
    hz,
    preemption,
    latency: latency * TICKS_PER_MICROSECOND,
    minGranularity: minGranularity * TICKS_PER_MICROSECOND,
    wakeupGranularity: (wakeupGranularity ?? -1) * TICKS_PER_MICROSECOND,
    balanceRate: parseRate(host.balanceRate) ?? 0,
    iterations: test.iterations,
    livelock: test.livelock,
    durations: table.rows,
    steps,
  };
}

/** Steps that all take no time would repeat themselves in one instant for ever. */
function checkProgress(
  costs: RseqScenario["costs"],
  table: DurationTable,
  steps: Record<Step, number>,
  problems: Problems,
): void {
  if (meanTicks(table.rows[steps.load]!, table.rows) > 0) return;
  problems.expected(["costs", "load"], "a time above 0: a read section takes some", costs.load);
}

function compileVariant({ delay, ...fields }: Named<TestFields>): RseqVariant {
  return { ...fields, delay: compileDelay(delay) };
}

function compileDelay(delay: TestFields["delay"]): RseqDelay {
  if (delay === "none") return { kind: "none" };
  if ("getcpu" in delay) return { kind: "getcpu", times: delay.getcpu };
  if ("steps" in delay) {
    const { from, by, count } = delay.steps;
    return { kind: "steps", from: ticks(from), by: ticks(by), count };
  }
  const table = new DurationTable(TICKS_PER_MICROSECOND);
  const row = table.add(delay.sleep);
  return { kind: "sleep", duration: row, durations: table.rows };
}

function ticks(time: string | 0): number {
  return Math.round((parseTime(time) ?? 0) * TICKS_PER_MICROSECOND);
}

/** Mean time that a KVM_RUN and its read section take a reader that nobody disturbs. */
export function undisturbedTicks({ steps, durations }: RseqModel, { getcpu, protocol }: RseqVariant): number {
  const mean = (step: Step) => meanTicks(durations[steps[step]]!, durations);
  const asked = getcpu === "vdso" ? mean("getcpu") : 2 * mean("getcpuCall");
  const read = protocol === "counter" ? 3 * mean("load") + asked : mean("load") + 2 * asked;
  return mean("enter") + mean("guest") + mean("exit") + mean("loop") + read;
}
