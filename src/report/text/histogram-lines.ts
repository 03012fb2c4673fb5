// When transitions complete, on a terminal: a row of small bars a policy, on one logarithmic axis.

import type { PolicyResult } from "../../results/result.js";
import type { Bucket } from "../../results/words.js";
import { type BinAxis, type Bins, besides, binsOf } from "../bins.js";
import { logTicks, timeLabel } from "../figures/axes.js";
import { percent } from "../format.js";
import { seriesMark } from "../series.js";
import type { Terminal } from "../terminal.js";
import { shortened } from "./bar-lines.js";

const LEVELS = " ▁▂▃▄▅▆▇█";
const NAME_MAX = 20;

export function histogramLines(
  results: readonly PolicyResult[],
  latencies: readonly Bucket[][],
  terminal: Terminal,
): string[] {
  if (latencies.every((buckets) => buckets.length === 0)) return [];
  const names = results.map(({ policy }) => shortened(policy, NAME_MAX));
  const indent = Math.max(...names.map((name) => name.length)) + 4;
  const { axis, bins } = binsOf(results, latencies, Math.max(20, terminal.columns - indent));
  return [
    `${terminal.bold("When transitions complete")}  ${terminal.dim("(each row to its own scale)")}`,
    ...bins.flatMap((one, i) => row(one, names[i]!, i, indent, terminal)),
    ...axisLines(axis, indent),
  ];
}

function row(one: Bins, name: string, series: number, indent: number, terminal: Terminal): string[] {
  const paint = terminal.series(series);
  const most = Math.max(...one.shares);
  const told = [...(most > 0 ? [`highest ${percent(most)}`] : []), besides(one)].filter(Boolean).join(", ");
  const bars = one.shares
    .map((share) => LEVELS[share === 0 ? 0 : Math.max(1, Math.round((8 * share) / most))]!)
    .join("");
  return [
    `${paint(`${seriesMark(series)} ${name}`)}${" ".repeat(indent - name.length - 2)}${paint(bars)}`.trimEnd(),
    `${" ".repeat(indent)}${terminal.dim(told)}`,
  ];
}

function axisLines({ fromMs, toMs, count }: BinAxis, indent: number): string[] {
  const line = new Array<string>(count).fill("─");
  let labels = "";
  for (const ms of logTicks(fromMs, toMs)) {
    const at = Math.floor((count * Math.log(ms / fromMs)) / Math.log(toMs / fromMs));
    const label = timeLabel(ms);
    line[Math.min(at, count - 1)] = "┬";
    if (at < labels.length || at + label.length > count) continue;
    labels = `${labels.padEnd(at)}${label}  `;
  }
  return [`${" ".repeat(indent)}${line.join("")}`, `${" ".repeat(indent)}${labels.trimEnd()}`];
}
