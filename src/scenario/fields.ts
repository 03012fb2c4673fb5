// What a field of any experiment's scenario may hold: numbers, times, rates, names, durations, and the sentence that says so where
// it does not. Values stay as written: units are checked here and turned into ticks when a scenario is compiled.

import { z } from "zod";
import { parseRate, parseTime, RATE_PATTERN, TIME_PATTERN, UNITS_HELP } from "./units.js";

const HOUR = 3600e6;
const DAY = 24 * HOUR;
const TIME_MAX = 365 * DAY;

export const expected = (bound: string) => `expected ${bound}`;
/** A failed check ends its branch, so that a union answers with its own text and nothing is said twice. */
export const or = (error: string) => ({ error, abort: true });

export function integer(min: number, max: number, what = "a whole number") {
  const error = expected(`${what} from ${min} to ${max}`);
  return z.number({ error }).int(or(error)).min(min, or(error)).max(max, or(error));
}

export function number(min: number, max: number, what = "a number") {
  const error = expected(`${what} from ${min} to ${max}`);
  return z.number({ error }).min(min, or(error)).max(max, or(error));
}

interface TimeBounds {
  min?: number;
  max?: number;
  /** Exact times are whole ticks; the parameters of a distribution need not be. */
  whole?: boolean;
  bound: string;
}

/** A time above 0. */
export function time({ min = 0, max = TIME_MAX, whole = true, bound }: TimeBounds) {
  const error = expected(`a time ${bound} (${UNITS_HELP})`);
  return z
    .string({ error })
    .regex(TIME_PATTERN, or(error))
    .refine((value) => inside(value, min, max, whole), or(error))
    .meta({ examples: ["5ms", "2s"] });
}

/** A time that may be 0, also without a unit. */
export function timeOrZero(bounds: TimeBounds) {
  const error = expected(`a time ${bounds.bound} (${UNITS_HELP})`);
  return z.union([time(bounds), z.literal(0, { error })], { error });
}

function inside(value: string, min: number, max: number, whole: boolean): boolean {
  const ticks = parseTime(value);
  return ticks !== undefined && ticks >= min && ticks <= max && (!whole || Number.isInteger(ticks));
}

/** A parameter of a distribution: positive, below a year. */
export const span = () => time({ min: 1e-3, whole: false, bound: "above 0, up to 365 days" });
export const spanOrZero = () => timeOrZero({ whole: false, bound: "from 0 to 365 days" });

export function rate(max: number, bound: string) {
  const error = expected(`a rate ${bound} (2000/s, or 2000 for the same)`);
  const text = z
    .string({ error })
    .regex(RATE_PATTERN, or(error))
    .refine((value) => (parseRate(value) ?? -1) <= max, or(error))
    .meta({ examples: ["250/s"] });
  return z.union([z.number({ error }).min(0, or(error)).max(max, or(error)), text], { error });
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: expected(`one of ${values.join(", ")}`) });
}

export const flag = () => z.boolean({ error: expected("true or false") });

export const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
export const nameError = expected("a name of letters, digits, - and _ (at most 64, the first a letter)");
export const name = () => z.string({ error: nameError }).regex(NAME, or(nameError));

export function atMost<T extends object>(max: number, what: string) {
  return [(value: T) => Object.keys(value).length <= max, { error: expected(`at most ${max} ${what}`) }] as const;
}

export const probability = () => number(0, 1, "a probability");
export const weight = () => number(0, 1e9, "a weight");

const simpleDuration = {
  uniform: z
    .tuple([spanOrZero(), span()], { error: expected("[a, b], two times") })
    .refine(([a, b]) => (parseTime(a) ?? 0) < (parseTime(b) ?? 0), { error: expected("[a, b] with a below b") })
    .optional(),
  exponential: span().optional().describe("Mean"),
  lognormal: z.strictObject({ median: span(), sigma: number(0.001, 5) }).optional(),
  weibull: z.strictObject({ scale: span(), shape: number(0.05, 100) }).optional(),
  pareto: z
    .strictObject({ min: span(), max: span(), shape: number(0.01, 100) })
    .refine((p) => (parseTime(p.min) ?? 0) < (parseTime(p.max) ?? 0), { error: expected("min below max") })
    .optional()
    .describe("Bounded Pareto"),
};
const KINDS = "uniform, exponential, lognormal, weibull, pareto, mixture, empirical";
const onlyOne = [
  (value: object) => Object.keys(value).length === 1,
  { error: expected(`exactly one of ${KINDS}`) },
] as const;

type Times = ReturnType<typeof timeOrZero>;

/** A law of durations; `exact` is what a fixed part of a mixture may be. */
function law(exact: Times) {
  const part = z.union([exact, z.strictObject(simpleDuration).refine(...onlyOne)], {
    error: expected("a time or one of {uniform, exponential, lognormal, weibull, pareto}"),
  });
  return z
    .strictObject({
      ...simpleDuration,
      mixture: z
        .array(z.strictObject({ weight: weight(), duration: part }), {
          error: expected("a list of {weight, duration}"),
        })
        .min(1, { error: expected("at least one part") })
        .max(64, { error: expected("at most 64 parts") })
        .refine((parts) => parts.some((part) => part.weight > 0), { error: expected("a weight above 0") })
        .optional(),
      empirical: z
        .array(z.tuple([probability(), spanOrZero()], { error: expected("[p, time]") }), {
          error: expected("a list of [p, time], p from 0 to 1"),
        })
        .min(2, or(expected("at least 2 points")))
        .max(4096, or(expected("at most 4096 points")))
        .refine(isQuantileTable, { error: expected("p rising from 0 to 1, times not falling, the last above 0") })
        .optional()
        .describe("Quantile function, linear between the points"),
    })
    .refine(...onlyOne);
}

const wholeMicroseconds = timeOrZero({ bound: "from 0 to 365 days, in whole us" });

/** Of a phase of a behaviour. */
export const durationSchema = z
  .union([wholeMicroseconds, z.literal("forever"), law(wholeMicroseconds)], {
    error: expected(`a time from 0 to 365 days in whole us (${UNITS_HELP}), forever, or {one of ${KINDS}}`),
  })
  .describe("Length of a visit: CPU time, or wall time of a sleep");

/** Of a step that takes nanoseconds to seconds. */
export const stepDuration = () => {
  const exact = timeOrZero({ max: HOUR, whole: false, bound: "from 0 to 1h" });
  return z.union([exact, law(exact)], {
    error: expected(`a time from 0 to 1h (ns, ${UNITS_HELP.replace(/^.*: /, "")}) or {one of ${KINDS}}`),
  });
};

function isQuantileTable(points: [number, string | 0][]): boolean {
  const times = points.map(([, value]) => parseTime(value) ?? 0);
  const rising = points.every(
    ([p], i) => i === 0 || (p > (points[i - 1]?.[0] ?? 0) && (times[i] ?? 0) >= (times[i - 1] ?? 0)),
  );
  return rising && points[0]?.[0] === 0 && points.at(-1)?.[0] === 1 && (times.at(-1) ?? 0) > 0;
}

export type DurationInput = z.infer<typeof durationSchema>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out.
const PRINTABLE = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** What every scenario may say about itself. */
export const titleFields = {
  name: z
    .string({ error: expected("a text") })
    .min(1, { error: expected("a text") })
    .max(200, { error: expected("at most 200 characters") })
    .regex(PRINTABLE, { error: expected("a text in one line, without control characters") })
    .optional()
    .describe("Default: the file's name"),
  description: z
    .string()
    .max(10_000, { error: expected("at most 10000 characters") })
    .optional(),
};

const SEED_HELP = expected("a whole number from 0 to 18446744073709551615");

export const seed = () =>
  z
    .union(
      [
        z.number().int(or(SEED_HELP)).min(0, or(SEED_HELP)),
        z
          .string()
          .regex(/^[0-9]{1,20}$/, or(SEED_HELP))
          .refine((text) => BigInt(text) < 1n << 64n, { error: SEED_HELP }),
      ],
      { error: SEED_HELP },
    )
    .default(1)
    .describe("All chance follows from it; above 2^53 as a quoted number");

/** As results and canonical scenarios have it: a text where a number would lose digits. */
export function printedSeed(seed: bigint): number | string {
  return seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : String(seed);
}
