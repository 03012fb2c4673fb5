// What a report is made of: results as files and run directories hold them, those of one scenario side by side.

import type { Result } from "../results/recognise.js";
import type { PolicyResult, RunResult, SweepPoint, SweepResult } from "../results/result.js";
import type { Bucket } from "../results/words.js";
import { groupBy } from "./group-by.js";

/** One file or run directory. */
export interface ReportInput {
  /** As it was given. */
  name: string;
  content: Result;
  /** By policy: the whole distribution of its latencies in ticks, where the input has it. */
  latencies?: Bucket[][];
  horizonSeconds?: number;
  /** The scenario as its author wrote it. */
  scenarioText?: string;
  /** Pictures drawn elsewhere, such as the timeline of the worst replica. */
  pictures?: Picture[];
}

/** SVG documents of their own, with title and description; on white where there is no dark one. */
export interface Picture {
  name: string;
  title: string;
  light: string;
  dark?: string;
}

/** Inputs of one scenario, as one. */
export interface Group extends ReportInput {
  /** Those that it is made of. */
  sources: ReportInput[];
}

/** Results of the same scenario as one, the others each by itself, in the order given. */
export function groupInputs(inputs: readonly ReportInput[]): Group[] {
  return groupBy(inputs, keyOf).map(([, same]) => join(same));
}

/** Runs are joined by scenario, sweeps by scenario and axes; nothing else is. */
function keyOf(input: ReportInput): string {
  const { kind, result } = input.content;
  if (kind === "run") return JSON.stringify([kind, result.scenario.hash]);
  if (kind === "sweep") return JSON.stringify([kind, result.scenario.hash, result.axes.map(({ path }) => path)]);
  return JSON.stringify([kind, input.name]);
}

function join(sources: ReportInput[]): Group {
  const [first] = sources as [ReportInput];
  if (sources.length === 1) return { ...first, sources };
  const { kind } = first.content;
  if (kind === "run") return joinRuns(sources);
  if (kind === "sweep") return joinSweeps(sources);
  return { ...first, sources };
}

/** A policy under its file's name where files have it in common, and different results of it. */
function joinRuns(sources: ReportInput[]): Group {
  const entries = distinct(
    sources.flatMap((source) => {
      const { results } = source.content.result as RunResult;
      return results.map((result, i) => ({ result, file: source.name, latencies: source.latencies?.[i] }));
    }),
  );
  const first = sources[0]!;
  const whole = first.content.result as RunResult;
  const latencies = entries.flatMap((entry) => (entry.latencies === undefined ? [] : [entry.latencies]));
  return {
    ...first,
    content: { kind: "run", result: { ...whole, results: entries.map(({ result }) => result) } },
    latencies: latencies.length === entries.length ? latencies : undefined,
    pictures: sources.flatMap(({ pictures = [] }) => pictures),
    sources,
  };
}

interface Entry {
  result: PolicyResult;
  file: string;
  latencies?: Bucket[];
}

/** Equal results once; a name that stands for several gets its file's. */
function distinct(entries: Entry[]): Entry[] {
  const once = groupBy(entries, ({ result: { policy, digest } }) => JSON.stringify([policy, digest])).map(
    ([, same]) => same.find(({ latencies }) => latencies !== undefined) ?? same[0]!,
  );
  const uses = new Map(groupBy(once, ({ result }) => result.policy));
  return once.map((entry) => {
    const { policy } = entry.result;
    if (uses.get(policy)!.length === 1) return entry;
    return { ...entry, result: { ...entry.result, policy: `${policy} (${entry.file})` } };
  });
}

function joinSweeps(sources: ReportInput[]): Group {
  const sweeps = sources.map(({ content }) => content.result as SweepResult);
  const all = sources.flatMap(({ name }, i) => sweeps[i]!.points.map((point) => ({ point, name })));
  const points = groupBy(all, ({ point }) => JSON.stringify(point.settings)).map(([, same]): SweepPoint => {
    const entries = same.flatMap(({ point, name }) => point.results.map((result) => ({ result, file: name })));
    return { ...same[0]!.point, results: distinct(entries).map(({ result }) => result) };
  });
  const sensitivity = sweeps.flatMap((sweep) => sweep.sensitivity);
  return { ...sources[0]!, content: { kind: "sweep", result: { ...sweeps[0]!, points, sensitivity } }, sources };
}
