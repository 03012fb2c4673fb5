// Texts of strangers, as terminals and pictures stand them.

// Control characters, halves of pairs, and what turns the direction of writing around.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

export function printableText(text: string, instead = "\ufffd"): string {
  return text.replace(UNPRINTABLE, instead);
}

/** Texts, wherever they stand in it, without what terminals and SVG do not stand. */
export function printable(value: unknown): unknown {
  if (typeof value === "string") return printableText(value);
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [printable(key), printable(one)]));
}
