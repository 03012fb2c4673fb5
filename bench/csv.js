// The CSV of benches: figures a line, or rows of one bench's own columns. `#` begins a comment.

import { readFileSync } from "node:fs";
import { median } from "./measure.js";

export function printHead(...columns) {
  console.log(columns.join(","));
}

/** Numbers to three digits; text that holds a comma in quotes. */
export function printRow(...cells) {
  console.log(cells.map(cell).join(","));
}

function cell(value) {
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
  return value.includes(",") ? `"${value}"` : value;
}

export function printFiguresHead() {
  printHead("figure", "value", "unit", "least", "most", "rounds");
}

/** A figure by its samples: their median, the least and the greatest. */
export function printFigure(figure, unit, samples) {
  printRow(figure, median(samples), unit, Math.min(...samples), Math.max(...samples), samples.length);
}

/** The rows of a file as objects of strings. */
export function readCsv(path) {
  const lines = readFileSync(path, "utf8").split("\n");
  const [head, ...rows] = lines.filter((line) => line !== "" && !line.startsWith("#")).map(split);
  return rows.map((row) => Object.fromEntries(head.map((name, n) => [name, row[n]])));
}

function split(line) {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
}
