// Tables as CSV by RFC 4180: a line of names, lines end in CR LF, a field with a comma, quote or line end in it is quoted.

import type { Table, Value } from "./tables.js";

/** null is an empty field. */
export function toCsv({ columns, rows }: Table): string {
  const names = columns.map(({ name }) => name);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? null))];
  return lines.map((fields) => `${fields.map(field).join(",")}\r\n`).join("");
}

function field(value: Value): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
