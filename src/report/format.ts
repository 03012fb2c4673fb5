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

function durationScale(ms: number): { unit: string; show: (ms: number) => string } {
  if (ms < 1000) return { unit: "ms", show: (value) => digits(value, 3) };
  return { unit: "s", show: (value) => digits(value / 1000, 4) };
}

/** At most `count` significant digits, whole numbers whole, no exponent. */
function digits(value: number, count: number): string {
  const whole = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1e-12)));
  return value.toFixed(Math.max(0, count - whole));
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
  if (mean >= 100 || Number.isInteger(mean)) return Math.round(mean).toLocaleString("en-US");
  return mean.toPrecision(mean < 1 ? 1 : 3);
}

/** `1,204`: a whole number. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
