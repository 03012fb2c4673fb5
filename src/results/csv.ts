// Tables as CSV by RFC 4180: a line of names, lines end in CR LF, a field with a comma, quote or line end in it is quoted.
// No text is a formula.

import type { Table, Value } from "./tables.js";

/** null is an empty field. */
export function toCsv({ columns, rows }: Table): string {
  const names = columns.map(({ name }) => name);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? null))];
  return lines.map((fields) => `${fields.map(field).join(",")}\r\n`).join("");
}

/** What spreadsheets take for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\uff1d\uff0b\uff0d\uff20]/;

function field(value: Value): string {
  const text = value === null ? "" : typeof value === "string" ? harmless(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text that a spreadsheet would compute gets an apostrophe before it: names may be from elsewhere. Numbers stay. */
function harmless(text: string): string {
  return FORMULA.test(text) && !isNumber(text) ? `'${text}` : text;
}

function isNumber(text: string): boolean {
  return /^[+-]?\d[\d.]*(?:e[+-]?\d+)?$/i.test(text);
}
