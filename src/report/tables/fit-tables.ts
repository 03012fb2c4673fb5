// What klpsim fit read and found, as tables: files, what could not be read, classes, phases with their laws.

import type {
  ClassReport,
  DurationReport,
  FitResult,
  LawReport,
  PhaseReport,
  TraceReport,
} from "../../results/fit-result.js";
import { familyWords } from "../duration-words.js";
import { bytes, nanoseconds, nanosecondsInterval, percent, whole } from "../format.js";
import { left, type ReportTable, right, type TableCell } from "../report-table.js";
import type { Column } from "../table.js";

export function traceTable({ traces }: FitResult): ReportTable {
  const count = (of: (trace: TraceReport) => number, warns: boolean) => (trace: TraceReport) => ({
    text: whole(of(trace)),
    warn: warns && of(trace) > 0,
  });
  const columns: [Column, (trace: TraceReport) => TableCell][] = [
    [right("size", 4), (trace) => ({ text: bytes(trace.bytes) })],
    [right("lines", 3), count((trace) => trace.lines, false)],
    [right("events"), count((trace) => trace.events, false)],
    [right("not used", 3), count((trace) => sum(Object.values(trace.unused)), false)],
    [right("unreadable"), count((trace) => trace.unreadable, true)],
    [right("lost"), lostCell],
    [right("reordered", 2), count((trace) => trace.reordered, false)],
    [right("clock jumps", 1), count((trace) => trace.clockJumps, true)],
  ];
  return {
    caption: traces.length === 1 ? "The trace" : "The traces",
    columns: [left("file"), left("format"), ...columns.map(([column]) => column)],
    rows: traces.map((trace) => [
      { text: trace.name },
      { text: trace.format },
      ...columns.map(([, cell]) => cell(trace)),
    ]),
  };
}

/** Marks, and events where they say how many. */
function lostCell({ lostMarks, lostEvents }: TraceReport): TableCell {
  if (lostMarks === 0) return { text: "0" };
  return { text: lostEvents > 0 ? whole(lostEvents) : "some", note: `at ${whole(lostMarks)} marks`, warn: true };
}

/** The first lines that could not be read; undefined: there are none. */
export function unreadableTable({ traces }: FitResult): ReportTable | undefined {
  const rows = traces.flatMap(({ name, examples }) =>
    examples.map(({ line, text, why }) => [{ text: `${name}:${line}` }, { text: why }, { text }]),
  );
  if (rows.length === 0) return undefined;
  const more = sum(traces.map(({ unreadable }) => unreadable)) - rows.length;
  return {
    caption: `Lines that could not be read${more > 0 ? `, and ${whole(more)} more` : ""}`,
    columns: [left("line"), left("why"), left("what stands there")],
    rows,
  };
}

export function classTable({ classes }: FitResult): ReportTable {
  return {
    caption: "Classes",
    columns: [left("class"), left("kind"), right("tasks"), right("CPU time"), right("phases"), left("commands", 1)],
    rows: classes.map(({ name, kind, tasks, cpuShare, phases, commands }) => [
      { text: name },
      { text: kind },
      { text: whole(tasks) },
      { text: cpuShare === null ? "" : percent(cpuShare) },
      { text: whole(phases.length) },
      { text: commandWords(commands) },
    ]),
  };
}

function commandWords(commands: ClassReport["commands"]): string {
  return Object.entries(commands)
    .map(([comm, count]) => (count === 1 ? comm : `${comm} (${whole(count)})`))
    .join(", ");
}

/** `most`: so many phases, those that take most of their class's time. */
export function phaseTable({ classes }: FitResult, most = Number.POSITIVE_INFINITY): ReportTable {
  const all = classes.flatMap((one) => one.phases.map((phase) => ({ one, phase })));
  const least = all.map(({ phase }) => phase.timeShare).sort((a, b) => b - a)[most] ?? -1;
  const shown = all.filter(({ phase }) => phase.timeShare > least);
  const left0 = all.length - shown.length;
  return {
    caption: `Phases and their laws${left0 === 0 ? "" : `, and ${whole(left0)} more that take less of their class's time`}`,
    columns: [
      left("phase"),
      right("time"),
      left("law"),
      right("seen"),
      right("cut"),
      right("mean"),
      left("99% interval", 2),
      right("off by", 3),
      right("p", 4),
      right("cautions", 1),
    ],
    rows: shown.map(({ one, phase }) => phaseRow(one, phase)),
  };
}

function phaseRow({ name }: ClassReport, { name: phase, timeShare, duration }: PhaseReport): TableCell[] {
  const { counts, meanNs, goodness, cautions } = duration;
  return [
    { text: `${name}: ${phase}` },
    { text: percent(timeShare) },
    { text: lawName(duration) },
    { text: whole(counts.whole) },
    { text: whole(counts.cutAtEnd + counts.cutAtStart + counts.throughout) },
    { text: meanNs === null ? "" : meanNs.value === null ? "for ever" : nanoseconds(meanNs.value) },
    { text: meanNs === null ? "" : nanosecondsInterval(meanNs.low, meanNs.high) },
    { text: goodness === null ? "" : String(Number(goodness.distance.toPrecision(2))) },
    { text: goodness === null ? "" : String(Number(goodness.p.toPrecision(2))) },
    { text: cautions.length === 0 ? "" : String(cautions.length), warn: cautions.length > 0 },
  ];
}

function lawName({ laws }: DurationReport): string {
  return familyWords(laws[0]?.family ?? "unknown");
}

/** The laws that were tried for one duration, the profile's first. */
export function lawTable(duration: DurationReport): ReportTable {
  return {
    caption: "Laws tried",
    columns: [left("law"), right("AIC"), left("parameters, with their 99% intervals")],
    rows: duration.laws.map((law) => [
      { text: familyWords(law.family) },
      { text: aicText(law) },
      { text: parameterWords(law) },
    ]),
  };
}

function aicText({ aic }: LawReport): string {
  return aic === null ? "" : aic.toFixed(1);
}

/** Times are ns, shapes and weights have no unit. */
const TIMES = /^(mean|median|scale|min|max|value|time)/;

function parameterWords({ parameters }: LawReport): string {
  return parameters
    .map(({ name, value, low, high }) => {
      const shown = (x: number) => (TIMES.test(name) ? nanoseconds(x) : String(Number(x.toPrecision(3))));
      if (value === null) return name;
      const interval = low === null || high === null ? "" : ` (${shown(low)} to ${shown(high)})`;
      return `${name} ${shown(value)}${interval}`;
    })
    .join(", ");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
