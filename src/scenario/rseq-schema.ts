// The words of an rseq scenario (KF 6; docs/rseq.md): a host, what its steps cost, the test, and delays to compare. Defaults are
// docs/rseq.md's, each with its source there.

import { z } from "zod";
import { commonFields, variantName } from "./experiment.js";
import { choice, expected, flag, integer, or, rate, stepDuration, time } from "./fields.js";
import { GETCPU, MOVES, NEXT_CPU, NOTIFY_RESUME, PREEMPTION, PROTOCOLS, STEPS, type Step } from "./rseq-words.js";
import { cpuList, schedulerSchema } from "./schema.js";

export const CPU_MAX = 1024;
export const ITERATIONS_MAX = 1_000_000;
const SECOND = 1e6;

const hostSchema = z.strictObject({
  cpus: integer(2, CPU_MAX).default(8).describe("CPUs of the host"),
  mask: cpuList().optional().describe("CPUs that the test may use; all if not given. Holes are allowed"),
  hz: z
    .union([z.literal(100), z.literal(250), z.literal(300), z.literal(1000)], {
      error: expected("one of 100, 250, 300, 1000"),
    })
    .default(250)
    .describe("CONFIG_HZ"),
  preemption: choice(PREEMPTION)
    .default("voluntary")
    .describe("full: an interrupt may preempt the reader in the kernel"),
  scheduler: schedulerSchema.default("cfs").describe("As in transition scenarios"),
  balanceRate: rate(1e5, "from 0 to 100000/s")
    .default("10/s")
    .describe("How often the load balancer moves a reader that is pinned nowhere, to a random other CPU (assumption)"),
});

const stepFields = Object.fromEntries(
  Object.entries(STEPS).map(([name, { default: value, about }]) => [
    name,
    stepDuration()
      .default(value as never)
      .describe(about),
  ]),
) as Record<Step, z.ZodDefault<ReturnType<typeof stepDuration>>>;

const delaySchema = z.union(
  [
    z.literal("none"),
    z.strictObject({ sleep: stepDuration().describe("usleep() of so much") }),
    z.strictObject({
      steps: z.strictObject({
        from: time({ max: SECOND, whole: false, bound: "above 0, up to 1s" }),
        by: time({ max: SECOND, whole: false, bound: "above 0, up to 1s" }),
        count: integer(1, 1000),
      }),
    }),
    z.strictObject({ getcpu: integer(1, 1000).describe("So often getcpu and a load, values discarded") }),
  ],
  { error: expected("none, {sleep: time}, {steps: {from, by, count}} or {getcpu: times}") },
);

const testFields = {
  notifyResume: choice(NOTIFY_RESUME).describe(
    "TIF_NOTIFY_RESUME before guest entry: untouched (to 5.8), cleared (5.9 to 5.14), updated (5.15 on), deferred (7.3) (KF 6.2)",
  ),
  protocol: choice(PROTOCOLS).describe(
    "counter: reads until the counter stands still; twice: no counter, getcpu twice (v1)",
  ),
  moves: choice(MOVES).describe("Whom sched_setaffinity() moves; before 6.0 the migrator, by mistake (KF 6.3)"),
  next: choice(NEXT_CPU).describe("Holes in the mask: modulo skips an iteration (v2), cycle goes on to the next CPU"),
  getcpu: choice(GETCPU).describe("How the reader asks where it is"),
  ratio: flag().describe("Whether the test fails with fewer KVM_RUNs than half the migrations (5.15 on)"),
  delay: delaySchema.describe("Between two iterations of the migrator"),
};

const partial = <T extends Record<string, z.ZodType>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, schema.optional()])) as {
    [K in keyof T]: z.ZodOptional<T[K]>;
  };

const variantSchema = z.union(
  [
    variantName(),
    z.strictObject({
      name: variantName().optional(),
      extends: variantName().optional().describe("The variant whose fields these change"),
      ...partial(testFields),
    }),
  ],
  { error: expected("the name of a variant, or {name, delay, ...}") },
);

const testSchema = z.strictObject({
  version: choice(["v1", "v2", "5.15", "6.0", "6.1"])
    .default("6.0")
    .describe("The selftest's own history: gives the fields below that are not given (KF 6.3)"),
  iterations: integer(10, ITERATIONS_MAX)
    .default(2000)
    .describe("Of the migrator, in a test run (the real one: 20,000 or 100,000)"),
  livelock: integer(1, ITERATIONS_MAX)
    .default(1000)
    .describe("So many iterations without a read section that succeeds are a livelock"),
  ...partial(testFields),
});

export const rseqSchema = z
  .strictObject({
    ...commonFields("rseq", 100),
    host: hostSchema.prefault({}).describe("CPUs and kernel configuration"),
    costs: z.strictObject(stepFields).prefault({}).describe("How long each step takes"),
    test: testSchema.prefault({}).describe("The selftest, one run of which is a replica"),
    variants: z
      .array(variantSchema, { error: expected("a list of variants") })
      .max(100, { error: expected("at most 100 variants") })
      .optional()
      .describe("Delays, or other fields of the test, to compare; without a sweep the five of KF 6.4"),
    sweep: z
      .strictObject({
        delays: z
          .array(stepTime(), { error: expected("a list of times") })
          .min(2, or(expected("at least 2 delays")))
          .max(100, or(expected("at most 100 delays"))),
      })
      .optional()
      .describe("Each a variant: usleep() of so much between two iterations, 0 for none"),
  })
  .meta({
    title: "klpsim rseq scenario",
    description: "The rseq selftest of KVM: a reader in KVM_RUN that is moved about",
  });

function stepTime() {
  const error = expected("a time up to 1s, or 0");
  return z.union([time({ max: SECOND, whole: false, bound: "up to 1s" }), z.literal(0, { error })], { error });
}

export type RseqScenario = z.infer<typeof rseqSchema>;
export type TestFields = { [K in keyof typeof testFields]: z.infer<(typeof testFields)[K]> };
