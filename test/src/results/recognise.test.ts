import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportPage } from "../../../src/report/page/report.js";
import { groupInputs } from "../../../src/report/report-input.js";
import { singlePictures } from "../../../src/report/single-files.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import { textReport } from "../../../src/report/text/text-report.js";
import { recognise } from "../../../src/results/recognise.js";
import { ScenarioError } from "../../../src/scenario/index.js";
import {
  DELAYS,
  madeCompare,
  madeExperiment,
  madeLine,
  madePolicy,
  madeRun,
  madeSweep,
  RARE,
  threePolicies,
} from "../report/made-results.js";

const kinds = {
  run: madeRun(threePolicies(40).map((one, i) => (i === 1 ? { ...one, delays: DELAYS, rare: RARE } : one))),
  compare: madeCompare(threePolicies(40)),
  sweep: madeSweep(["kvm-v2"]),
  experiment: madeExperiment(),
};

function refusal(text: string): string {
  try {
    recognise(text, "file.json");
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return "accepted";
}

/** Everything that a report is made into. */
function whole(text: string): string {
  const inputs = [{ name: "file.json", content: recognise(text, "file.json") }];
  const groups = groupInputs(inputs);
  return [
    reportPage(inputs),
    ...textReport(groups, plainTerminal(80)),
    ...singlePictures(groups).map(({ svg }) => svg),
  ].join("\n");
}

describe("recognise", () => {
  it.each(Object.entries(kinds))("recognises the JSON of %s, and keeps it", (kind, result) => {
    const text = JSON.stringify(result);
    expect(recognise(text, "file.json")).toEqual({ kind, result: JSON.parse(text) });
  });

  it.each([
    ["", "found an empty file"],
    ["not json", "found no JSON"],
    ["[1, 2]", "found a list of 2"],
    ["null", "found null"],
    ["{}", "without schemaVersion (it is empty)"],
    ['{"name": "x", "host": {}}', 'without schemaVersion (it has "name, host")'],
    ['{"tests": []}', "klpsim litmus, which has no report"],
    ['{"cells": [], "schemaVersion": 1}', "klpsim validate"],
    ['{"schemaVersion": 2}', "file.json: schemaVersion: expected"],
    ['{"schemaVersion": 1}', "file.json: results: missing: expected a list"],
  ])("refuses %s, with what was expected and found", (text, told) => {
    expect(refusal(text)).toContain(told);
  });

  it("names the field and the value that is not what it should be", () => {
    const broken = JSON.parse(JSON.stringify(kinds.run));
    broken.results[1].latencyMs.quantiles[0].value = "soon";
    expect(refusal(JSON.stringify(broken))).toMatch(
      /results\[1\]\.latencyMs\.quantiles\[0\]\.value: expected .*got "soon"/,
    );
  });

  it("refuses policies without the quantiles or thresholds that tables have columns for", () => {
    const [one, other] = threePolicies(40);
    const few = { ...one!, latencyMs: { ...one!.latencyMs, quantiles: [] } };
    expect(refusal(JSON.stringify(madeRun([few])))).toContain("quantiles for p 0.5, 0.9, 0.99 and 0.999");
    const shorter = { ...other!, exceed: other!.exceed.slice(1) };
    expect(refusal(JSON.stringify(madeRun([one!, shorter])))).toContain("the same thresholds");
  });

  it("takes control characters and turned writing out of names", () => {
    const policy = madePolicy("\x1b[31mred\u0000\u202e", [1]);
    const { result } = recognise(JSON.stringify(madeRun([policy])), "file.json");
    expect(JSON.stringify(result.scenario)).not.toContain("\\u001b");
    expect(whole(JSON.stringify(madeRun([policy])))).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
  });

  it("Never: any JSON at all makes it crash", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        expect(refusal(text)).toContain("file.json: ");
      }),
      { numRuns: 500 },
    );
  });

  it("Never: a result with any one value changed makes a report crash, or print what is no number", () => {
    const small = { ...kinds, sweep: { ...madeLine(), points: madeLine().points.slice(0, 2) } };
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.double(),
      fc.constant(0),
      fc.constantFrom(1e300, 1.7e308),
      fc.constant(null),
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(small)), fc.nat(), anything, (result, at, value) => {
        const text = JSON.stringify(withOneChanged(result, at, value));
        if (refusal(text) !== "accepted") return;
        accepted++;
        expect(whole(text)).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { seed: 6, numRuns: 120 },
    );
    expect(accepted).toBeGreaterThan(10);
  });
});

/** The n-th of its leaves, counted around, is another value. */
function withOneChanged(result: object, n: number, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(result));
  const places: [Record<string, unknown>, string][] = [];
  const collect = (one: Record<string, unknown>) => {
    for (const key of Object.keys(one)) {
      if (typeof one[key] === "object" && one[key] !== null) collect(one[key] as Record<string, unknown>);
      else places.push([one, key]);
    }
  };
  collect(copy);
  const [owner, key] = places[n % places.length]!;
  owner[key] = value;
  return copy;
}
