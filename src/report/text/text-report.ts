// The report on a terminal: the answer in words, the tables, and plots of characters.

import type { CompareResult, RunResult, SweepResult } from "../../results/result.js";
import { ccdfLines } from "../ccdf-plot.js";
import { compareReport } from "../compare-table.js";
import { placeName } from "../figures/causes.js";
import { coloured } from "../figures/ccdf.js";
import { percent } from "../format.js";
import { answerOf } from "../headline.js";
import { metricReport } from "../metric-table.js";
import type { Group } from "../report-input.js";
import { type ReportTable, reportTableLines } from "../report-table.js";
import { runReport } from "../run-table.js";
import { seriesMark } from "../series.js";
import { bucketsOf, staircaseOf } from "../staircase.js";
import { type Measure, measuresOf, policiesOf, valueLabel, valuesOf } from "../sweep-measures.js";
import { sweepReport } from "../sweep-table.js";
import { delayTable, stoppingTable, whatIfTable } from "../tables/run-tables.js";
import type { Terminal } from "../terminal.js";
import { wrap } from "../wrap.js";
import { barLines } from "./bar-lines.js";
import { histogramLines } from "./histogram-lines.js";

const TICKS_PER_SECOND = 1e6;
const CAUSES_MAX = 3;
const POLICIES_MAX = 12;

/** Parts are an empty line apart. */
export function textReport(groups: readonly Group[], terminal: Terminal): string[] {
  const parts = groups.flatMap((group) => [answerLines(group, terminal), ...partsOf(group, terminal)]);
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function answerLines(group: Group, { bold, warn, columns }: Terminal): string[] {
  const { headline, findings, warnings } = answerOf(group);
  const lines = (text: string, indent = 0) => wrap(text, columns, indent).split("\n");
  return [
    ...(group.content.kind === "compare" ? [] : lines(headline).map(bold)), // a comparison's tables begin with it
    ...findings.flatMap((finding) => lines(finding, 2)),
    ...warnings.flatMap((warning) => lines(`Mind: ${warning}`, 2)).map(warn),
  ];
}

function partsOf(group: Group, terminal: Terminal): string[][] {
  const { kind, result } = group.content;
  if (kind === "sweep") return sweepParts(result, terminal);
  if (kind === "experiment") return result.results.length === 0 ? [] : [metricReport(result, terminal)];
  return result.results.length === 0 ? [] : runParts(group, result, terminal);
}

function runParts(group: Group, run: RunResult | CompareResult, terminal: Terminal): string[][] {
  return [
    ...("comparisons" in run ? [compareReport(run, terminal)] : []),
    runReport(run, group.horizonSeconds, terminal),
    ...tables(terminal, stoppingTable(run)),
    curveLines(group, run, terminal),
    group.latencies === undefined ? [] : histogramLines(run.results, group.latencies, terminal),
    causeLines(run, terminal),
    ...tables(terminal, delayTable(run), whatIfTable(run)),
  ];
}

/** Of many policies the first, the quickest and the slowest. */
function curveLines({ latencies, horizonSeconds }: Group, { results }: RunResult, terminal: Terminal): string[] {
  const curves = results.map((result, i) => ({ result, staircase: staircaseOf(result, latencies?.[i]) }));
  const shown = coloured(curves).map((series) => {
    const { staircase } = curves[series]!;
    return { name: staircase.name, replicas: staircase.replicas, buckets: bucketsOf(staircase), series };
  });
  const notes = [
    ...(latencies === undefined
      ? ["Drawn from quantiles and exceedances: known at the steps, at most this between them."]
      : []),
    ...(shown.length < results.length ? [`${results.length - shown.length} more policies are in the tables.`] : []),
  ];
  const lines = ccdfLines(shown, (horizonSeconds ?? Number.POSITIVE_INFINITY) * TICKS_PER_SECOND, terminal);
  return [...lines, ...notes.flatMap((note) => wrap(note, terminal.columns).split("\n")).map(terminal.dim)];
}

/** Who switched last, or was left, under each of the first policies. */
function causeLines({ results }: RunResult, terminal: Terminal): string[] {
  const lines = results.slice(0, POLICIES_MAX).flatMap(({ policy, blame, stuck }, i) => {
    const causes = [
      ...blame.slice(0, CAUSES_MAX).map((one) => ({ label: `${placeName(one)}, ${one.mechanism}`, share: one.share })),
      ...stuck.slice(0, CAUSES_MAX).map((one) => ({ label: `left: ${placeName(one)}`, share: one.share })),
    ];
    if (causes.length === 0) return [];
    const paint = terminal.series(i);
    const bars = causes.map(({ label, share }) => ({ label, value: share, text: percent(share), paint }));
    return [paint(`${seriesMark(i)} ${policy}`), ...barLines(bars, terminal, 1)];
  });
  return lines.length === 0 ? [] : [terminal.bold("What holds transitions up"), ...lines];
}

function sweepParts(sweep: SweepResult, terminal: Terminal): string[][] {
  if (sweep.points.length === 0) return [];
  const bars = sweep.axes.length === 1 ? measuresOf(sweep).map((measure) => axisLines(sweep, measure, terminal)) : [];
  return [sweepReport(sweep, terminal), ...bars];
}

/** Along one path: a bar a value and policy. */
function axisLines(sweep: SweepResult, measure: Measure, terminal: Terminal): string[] {
  const path = sweep.axes[0]!.path;
  const values = sweep.points.flatMap(({ results }) => results.flatMap((result) => measure.of(result).value ?? []));
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const lines = policiesOf(sweep).flatMap((policy, i) => {
    const paint = terminal.series(i);
    const bars = valuesOf(sweep, path).flatMap((value) => {
      const point = sweep.points.find(({ settings }) => JSON.stringify(settings[path]) === JSON.stringify(value));
      const result = point?.results.find((one) => one.policy === policy);
      if (result === undefined) return [];
      const figure = measure.of(result).value;
      return [
        {
          label: valueLabel(value),
          value: figure ?? 0,
          text: figure === null ? measure.missing : measure.shown(figure),
          paint,
        },
      ];
    });
    return [paint(`${seriesMark(i)} ${policy}`), ...barLines(bars, terminal, most)];
  });
  return [`${terminal.bold(measure.title)}  ${terminal.dim(`by ${path}`)}`, ...lines];
}

function tables(terminal: Terminal, ...found: (ReportTable | undefined)[]): string[][] {
  return found.flatMap((table) => (table === undefined ? [] : [reportTableLines(table, terminal)]));
}
