// Times and rates as people write them: `5ms`, `1m30s`, `10 minutes`, `2000/s`. Decimal fractions are exact
// (0.29 ms is 290 ticks). A tick is 1 us.

const NANOSECONDS: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  usec: 1e3,
  microsecond: 1e3,
  ms: 1e6,
  msec: 1e6,
  millisecond: 1e6,
  s: 1e9,
  sec: 1e9,
  second: 1e9,
  m: 60e9,
  min: 60e9,
  minute: 60e9,
  h: 3600e9,
  hour: 3600e9,
  d: 86400e9,
  day: 86400e9,
};
const UNIT =
  "(?:ns|[uµμ]s|usecs?|microseconds?|ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)";
const NUMBER = "(?:[0-9]{1,15}(?:\\.[0-9]{1,9})?)";

/** One or more numbers with units: `5ms`, `0.5 s`, `1h 30m`. */
export const TIME_PATTERN = new RegExp(`^${NUMBER} ?${UNIT}(?: ?${NUMBER} ?${UNIT}){0,4}$`);
export const RATE_PATTERN = new RegExp(`^${NUMBER} ?/ ?${UNIT}$`);
export const UNITS_HELP = "a number and a unit: us, ms, s, m, h";

/** Ticks of a time; undefined if it is not one. May be fractional. */
export function parseTime(value: unknown): number | undefined {
  if (value === 0) return 0;
  if (typeof value !== "string" || !TIME_PATTERN.test(value)) return undefined;
  let numerator = 0n; // in units of 1e-9 ns
  for (const [, number, unit] of value.matchAll(/([0-9.]+) ?([^0-9. ]+)/g)) {
    numerator += scaled(number ?? "") * BigInt(nanoseconds(unit ?? ""));
  }
  return quotient(numerator, 1_000_000_000_000n);
}

/** Events per second of a rate: a bare number is per second; undefined if it is not one. */
export function parseRate(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== "string" || !RATE_PATTERN.test(value)) return undefined;
  const [number = "", unit = ""] = value.split("/").map((part) => part.trim());
  return quotient(scaled(number), BigInt(nanoseconds(unit)));
}

function nanoseconds(unit: string): number {
  return NANOSECONDS[unit] ?? NANOSECONDS[unit.replace(/s$/, "")] ?? Number.NaN;
}

/** A decimal text times 1e9, exactly. */
function scaled(number: string): bigint {
  const [whole = "0", fraction = ""] = number.split(".");
  return BigInt(whole + fraction.padEnd(9, "0"));
}

function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator % denominator === 0n) return Number(numerator / denominator);
  return Number(numerator) / Number(denominator);
}

const SPELLINGS: [number, string][] = [
  [3600e6, "h"],
  [60e6, "m"],
  [1e6, "s"],
  [1e3, "ms"],
  [1, "us"],
];

/** The shortest exact spelling of a whole number of ticks. */
export function showTime(ticks: number): string {
  if (ticks === 0) return "0";
  for (const [size, unit] of SPELLINGS) if (ticks % size === 0) return `${ticks / size}${unit}`;
  return `${ticks}us`;
}
