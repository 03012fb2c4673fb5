// Transitions that others have reported (examples/reported/cases.yaml) against the model: how probable each is in the scenario that
// represents it, and in those that differ by what the report does not say. A report that some of them contradict and others do not
// decides nothing about the model.

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { resolutionMs } from "../analyse/resolution.js";
import { clopperPearson } from "../results/binomial.js";
import type { PolicyResult } from "../results/result.js";
import { parseTime } from "../scenario/units.js";
import { simulate } from "../simulate.js";

const time = z.string().refine((text) => parseTime(text) !== undefined, { error: "expected a time" });

const caseSchema = z
  .strictObject({
    report: z.string(),
    source: z.string(),
    /** The scenario's file, without .yaml; the case's own name by default. */
    scenario: z.string().optional(),
    latency: time.optional(),
    round: time.optional(),
    later: time.optional(),
    between: z.tuple([time, time]).optional(),
    stamps: time.default("1us"),
    unknown: z.record(z.string(), z.array(z.string())),
    record: z.string().optional(),
    missing: z.string().optional(),
  })
  .refine(({ latency, round, later, between }) => [latency, round, later, between].filter(Boolean).length === 1, {
    error: "expected one of latency, round, later, between",
  });

export type ReportedCase = z.infer<typeof caseSchema> & { name: string };
export type ReportedVerdict = "consistent" | "inconsistent" | "not decidable";

/** A share of the replicas, with its 95% interval. */
export interface Share {
  share: number;
  low: number;
  high: number;
}

export interface Reading {
  /** What is taken to have been so. */
  unknown: string;
  /** Probability of something at least as extreme as the report: of a time twice the smaller tail, of an event its own. */
  extreme: Share;
  /** Of a time: probability of one that the report's clock and klpsim's resolution cannot tell from it. */
  near?: Share;
  consistent: boolean;
}

export interface Judged {
  reported: ReportedCase;
  verdict: ReportedVerdict;
  readings: Reading[];
}

const ALPHA = 0.01;

export function readCases(text: string): ReportedCase[] {
  const cases = z.record(z.string(), caseSchema).parse(parse(text));
  return Object.entries(cases).map(([name, one]) => ({ name, ...one }));
}

/** Judges cases one by one, each reading by `replicas` transitions. */
export async function* judgeCases(directory: URL, replicas: number): AsyncGenerator<Judged> {
  for (const reported of readCases(await readFile(new URL("cases.yaml", directory), "utf8"))) {
    const file = `${reported.scenario ?? reported.name}.yaml`;
    const scenario = await readFile(new URL(file, directory), "utf8");
    const readings: Reading[] = [];
    for (const [unknown, set] of Object.entries(reported.unknown)) {
      const run = async (more: string) => {
        const { results } = await simulate({ scenario, file, set: [...set, more], replicas, workers: 0 });
        return results[0]!;
      };
      readings.push({ unknown, ...(await read(reported, replicas, run)) });
    }
    yield { reported, verdict: verdictOf(readings), readings };
  }
}

/** Runs the scenario with one more setting. */
type Run = (setting: string) => Promise<PolicyResult>;
/** How many of the replicas were later than a bound. */
type Late = (bound: number) => Promise<number>;

async function read(reported: ReportedCase, replicas: number, run: Run): Promise<Omit<Reading, "unknown">> {
  const share = (hits: number): Share => ({ share: hits / replicas, ...clopperPearson(hits, replicas) });
  const { later, between, latency, round, stamps } = reported;
  if (later !== undefined || between !== undefined) {
    const [from, to] = later === undefined ? between!.map(ticks) : [ticks(later)];
    const hits = (await completed(run)(from!)) - (to === undefined ? 0 : await completed(run)(to));
    const extreme = share(hits);
    return { extreme, consistent: extreme.high >= ALPHA };
  }
  const seen = ticks((latency ?? round)!);
  const step = Math.max(ticks(stamps), 1000 * resolutionMs(seen / 1000));
  const late = latency === undefined ? signalled(run) : completed(run);
  const notBelow = await late(Math.max(1, seen - step));
  const above = await late(seen + step);
  const extreme = twice(share(Math.min(notBelow, replicas - above)));
  const near = share(notBelow - above);
  return { extreme, near, consistent: extreme.high >= ALPHA && near.share > 0 };
}

function completed(run: Run): Late {
  return async (bound) => {
    const { replicas, exceed } = await run(`run.exceed=[${bound}us]`);
    return Math.round(exceed[0]!.probability! * replicas);
  };
}

/** A run that ends at the bound has had the first round in as many replicas as it had rounds. */
function signalled(run: Run): Late {
  return async (bound) => {
    const { replicas, rounds } = await run(`run.horizon=${bound}us`);
    return Math.round((1 - rounds.mean) * replicas);
  };
}

function twice({ share, low, high }: Share): Share {
  return { share: Math.min(1, 2 * share), low: Math.min(1, 2 * low), high: Math.min(1, 2 * high) };
}

function verdictOf(readings: Reading[]): ReportedVerdict {
  if (readings.every(({ consistent }) => consistent)) return "consistent";
  return readings.some(({ consistent }) => consistent) ? "not decidable" : "inconsistent";
}

function ticks(text: string): number {
  return parseTime(text)!;
}
