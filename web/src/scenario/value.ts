// Looks into a scenario's value as the form shows it: anything may be missing or of another kind.

import type { Path } from "../../../src/scenario/errors.js";

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Own names only; undefined where there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step) ? inner[step as never] : undefined,
    value,
  );
}

/** What a text field shows of a value. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return typeof value === "object" ? "…" : String(value);
}

/** How what is typed is read; undefined takes the field out of the scenario. */
export type Reading = (text: string) => unknown;

export const asText: Reading = (text) => text.trim() || undefined;

/** A number where it is one, else the text, for the check to say what is wrong with it. */
export const asNumber: Reading = (text) => {
  const trimmed = text.trim();
  return /^-?[0-9]{1,15}(\.[0-9]{1,9})?$/.test(trimmed) ? Number(trimmed) : asText(text);
};

/** `0` is the only time without a unit. */
export const asTime: Reading = (text) => (text.trim() === "0" ? 0 : asText(text));

export const asList: Reading = (text) => {
  const items = text.split(/[\s,]+/).filter((item) => item !== "");
  return items.length === 0 ? undefined : items;
};

/** `a`, or `a 9, b 1` for weights. */
export const asNext: Reading = (text) => {
  const parts = text.split(",").map((part) => part.trim().split(/[\s:]+/));
  if (parts.length === 1 && parts[0]!.length === 1) return asText(text);
  return Object.fromEntries(parts.map(([name = "", weight = "1"]) => [name, asNumber(weight)]));
};

export function nextText(value: unknown): string {
  if (!isFields(value)) return textOf(value);
  return Object.entries(value)
    .map(([name, weight]) => `${name} ${textOf(weight)}`)
    .join(", ");
}

/** `name`, or `name-2` and so on where that is taken. */
export function freeName(name: string, taken: Fields): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!Object.hasOwn(taken, candidate)) return candidate;
  }
}
