// Numbers as people read them.

/** `16.29 s`, `273 ms`, `0.35 ms`: four digits at most, never a digit of precision that a histogram has not. */
export function duration(ms: number): string {
  const { unit, show } = durationScale(ms);
  return `${show(ms)} ${unit}`;
}

/** `16.22-16.29 s`: both ends in the larger one's unit; one value where they read alike. */
export function durationInterval(low: number, high: number): string {
  const { unit, show } = durationScale(high);
  return show(low) === show(high) ? `${show(high)} ${unit}` : `${show(low)}-${show(high)} ${unit}`;
}

/** `820 ns`, `3.2 us`, `41 ms`, `16.3 s`: three digits at most. */
export function nanoseconds(ns: number): string {
  if (!Number.isFinite(ns)) return "for ever";
  const rounded = Number(ns.toPrecision(3));
  const [size, unit] = NS_UNITS.find(([least]) => rounded >= least) ?? [1, "ns"];
  return `${Number((rounded / size).toPrecision(3))} ${unit}`;
}

/** `1.2 us to 3 us`, `above 1.2 us` where nothing bounds it. */
export function nanosecondsInterval(low: number, high: number | null): string {
  return high === null || !Number.isFinite(high)
    ? `above ${nanoseconds(low)}`
    : `${nanoseconds(low)} to ${nanoseconds(high)}`;
}

const NS_UNITS: [number, string][] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "us"],
];

/** As duration(), beyond a minute and a half as timeSpan(). */
export function longDuration(ms: number): string {
  return ms < 90_000 ? duration(ms) : timeSpan(ms / 1000);
}

/** `812 bytes`, `12 kB`, `3.4 MB`: powers of a thousand. */
export function bytes(count: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let value = count;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `12 s`, `41 min`, `3.4 h`, `6.2 days`: of waiting. */
export function timeSpan(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}

/** `-15.02 s`, `+1.3 ms`, `0 ms`: how much later. */
export function difference(ms: number): string {
  return ms === 0 ? "0 ms" : `${sign(ms)}${duration(Math.abs(ms))}`;
}

/** `-15.03 to -15.01 s`, `-2 to +5 ms`; `above +3 ms` where an end is open; nothing where both are. */
export function differenceInterval(low: number | null, high: number | null): string {
  if (low === null) return high === null ? "" : `below ${difference(high)}`;
  if (high === null) return `above ${difference(low)}`;
  const { unit, show } = durationScale(Math.max(Math.abs(low), Math.abs(high)));
  const end = (ms: number) => `${sign(ms)}${show(Math.abs(ms))}`;
  return end(low) === end(high) ? `${end(low)} ${unit}` : `${end(low)} to ${end(high)} ${unit}`;
}

function sign(value: number): string {
  if (value === 0) return "";
  return value < 0 ? "-" : "+";
}

function durationScale(ms: number): { unit: string; show: (ms: number) => string } {
  if (ms < 1000) return { unit: "ms", show: (value) => digits(value, 3) };
  return { unit: "s", show: (value) => digits(value / 1000, 4) };
}

/** At most `count` significant digits, whole numbers whole, no exponent. */
function digits(value: number, count: number): string {
  if (value === 0) return "0";
  const integral = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1e-12)));
  if (integral > 4) return whole(value);
  return value.toFixed(Math.max(0, count - integral));
}

/** `0%`, `0.071%`, `0.71%`, `10.7%`, `99.98%`, `100%`: the ends are printed only where they are meant. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${100 * share}%`;
  const leadingZeros = -Math.floor(Math.log10(100 * Math.min(share, 1 - share)) + 1e-9);
  const places = share < 0.5 ? leadingZeros + 1 : leadingZeros;
  return `${(100 * share).toFixed(Math.min(8, Math.max(1, places)))}%`;
}

/** `0.6-0.8%`, `<0.04%` or `>99.96%` at the ends. */
export function percentInterval(low: number, high: number): string {
  if (low === 0) return `<${percent(high)}`;
  if (high === 1) return `>${percent(low)}`;
  return percent(low) === percent(high) ? percent(low) : `${percent(low).slice(0, -1)}-${percent(high)}`;
}

/** A mean count: `0`, `63`, `0.02`, `1,204`. */
export function count(mean: number): string {
  if (mean === 0) return "0";
  if (mean >= 100 || Number.isInteger(mean)) return whole(mean);
  return mean.toPrecision(mean < 1 ? 1 : 3);
}

/** `+63`, `-0.02`, `0`: how much more. */
export function countDifference(mean: number): string {
  return `${sign(mean)}${count(Math.abs(mean))}`;
}

/** `1,204`: a whole number. Intl says the same once its tables are loaded, which is ten milliseconds of a start. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Ends that a value lies between, of a time in milliseconds or of a number: `16.29 s`, `16.22-16.29 s`, `above 120 s`. */
export function rangeText({ low, high }: { low: number; high: number }, isTime: boolean): string {
  const show = isTime ? difference : (value: number) => String(Number(value.toPrecision(4)));
  const positive = (value: number) => show(value).replace(/^\+/, "");
  if (low === high || positive(low) === positive(high)) return positive(low);
  if (high === Number.POSITIVE_INFINITY) return low === Number.NEGATIVE_INFINITY ? "unknown" : `above ${positive(low)}`;
  if (low === Number.NEGATIVE_INFINITY) return `below ${positive(high)}`;
  if (isTime && low > 0) return durationInterval(low, high);
  return `${positive(low)} to ${positive(high)}`;
}
