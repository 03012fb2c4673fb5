// Numbers, times and rates as one thing: what a range of values lies between.

import { parseRate, parseTime, showTime } from "./units.js";

export type Unit = "" | "us" | "/s";

/** So much of a unit; a bare number has none. */
export interface Quantity {
  amount: number;
  unit: Unit;
}

/** Of a value as YAML has it; undefined if it is neither a number nor a time nor a rate. */
export function quantityOf(value: unknown): Quantity | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? { amount: value, unit: "" } : undefined;
  const ticks = parseTime(value);
  if (ticks !== undefined) return { amount: ticks, unit: "us" };
  const rate = parseRate(value);
  return rate === undefined ? undefined : { amount: rate, unit: "/s" };
}

/** Ends of a range of values, and how they lie between. */
export interface Span {
  from: Quantity;
  to: Quantity;
  /** Uniform in the logarithm. */
  log: boolean;
  /** Bare numbers are whole. */
  whole: boolean;
}

const DIGITS = 9; // products of ratios and ends of ranges have no more that are meant

/** The value as a scenario spells it; times are whole microseconds. */
export function showQuantity({ amount, unit }: Quantity): number | string {
  const rounded = Number(amount.toPrecision(DIGITS));
  if (unit === "us") return showTime(Math.round(amount)).replace(/^0$/, "0us");
  return unit === "/s" ? `${rounded}/s` : rounded;
}

/** The value at `u`, from 0 to 1, of a range. */
export function valueBetween({ from: { amount: low, unit }, to: { amount: high }, log, whole }: Span, u: number) {
  const amount = log ? low * (high / low) ** u : low + u * (high - low);
  return showQuantity({ amount: whole ? Math.round(amount) : amount, unit });
}
