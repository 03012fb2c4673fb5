// What `replay --format ftrace` writes of a known host, `fit` reads back: the same host within its intervals.

import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { sweep } from "../../src/analyse/sweep.js";
import { type Fit, fit as fitTraces } from "../../src/fit/fit.js";
import { simulate } from "../../src/simulate.js";
import { type Compared, comparedParameters } from "../src/fit/compare-fits.js";
import { type KnownHost, knownHost, recorded } from "../src/fit/known-host.js";

const HOSTS = 20;
const SECONDS = 30;
const DRAWS = 12;
const REPLICAS = 500; // of a drawn workload; of the host itself four times as many
const POLICY = "linux-6.4";
const QUANTILES = [0.5, 0.99];

async function fitted(host: KnownHost): Promise<Fit> {
  const text = new TextEncoder().encode(`${(await recorded(host, SECONDS)).join("\n")}\n`);
  const bytes = (async function* () {
    yield text;
  })();
  const { hz } = host.host;
  return fitTraces([{ name: host.name, bytes }], { hz, draws: DRAWS });
}

interface Predicted {
  what: string;
  truth: number;
  low: number;
  high: number;
}

/** Quantiles of the known host's transitions, and where the drawn workloads have them. */
async function predicted(host: KnownHost, profile: string): Promise<Predicted[]> {
  const run = { policies: [POLICY], workers: availableParallelism() };
  const truth = (await simulate({ ...run, replicas: 4 * REPLICAS, scenario: JSON.stringify(host) })).results[0]!
    .latencyMs;
  const set = [`patch.functions=[${host.patch.functions}]`];
  const { points } = await sweep({ ...run, replicas: REPLICAS, scenario: profile, set });
  return QUANTILES.map((p) => {
    const of = points.map(({ results }) => results[0]!.latencyMs.quantiles.find((one) => one.p === p)!);
    return {
      what: `${host.name}: p${100 * p}`,
      truth: truth.quantiles.find((one) => one.p === p)!.value!,
      low: Math.min(...of.map(({ low }) => low ?? 0)),
      high: Math.max(...of.map(({ high }) => high ?? Number.POSITIVE_INFINITY)),
    };
  });
}

describe(`A known host, recorded for ${SECONDS} s and fitted`, () => {
  const compared: Compared[] = [];
  const figures: Predicted[] = [];

  it.each(Array.from({ length: HOSTS }, (_, number) => number))(
    "Always: number %i has its classes, tasks, kinds and waits back, all of its phases and their stacks",
    async (number) => {
      const host = knownHost(number);
      const { profile, result } = await fitted(host);
      const found = Object.fromEntries(result.classes.map(({ name, kind, tasks }) => [name, { kind, tasks }]));
      const known = Object.entries(host.workload).map(([name, { kind, count }]) => [name, { kind, tasks: count }]);
      expect(found).toEqual(Object.fromEntries(known));
      const stacks = result.classes.flatMap(({ phases }) => phases.flatMap(({ stack }) => stack));
      expect(stacks).toEqual(expect.arrayContaining(["pipe_read", "do_epoll_wait"]));
      expect(result.traces[0]!.unreadable).toBe(0);
      compared.push(...comparedParameters(host, result));
      figures.push(...(await predicted(host, profile)));
    },
  );

  it("Always: at least 95% of all parameters are inside their 99% intervals", () => {
    const outside = compared.filter(({ inside }) => !inside);
    console.log(`${compared.length - outside.length} of ${compared.length} parameters inside their 99% intervals`);
    expect(compared.length).toBe(15 * HOSTS);
    expect(outside.length, JSON.stringify(outside, null, 1)).toBeLessThanOrEqual(0.05 * compared.length);
  });

  it("Always: p50 and p99 of the host's transitions are where the workloads drawn from the fit have them", () => {
    for (const { what, truth, low, high } of figures) console.log(`${what}: ${truth} ms, predicted ${low} to ${high}`);
    expect(figures.length).toBe(QUANTILES.length * HOSTS);
    expect(figures.filter(({ truth, low, high }) => truth < low || truth > high)).toEqual([]);
  });
});
