import { build, HistogramLogReader, listTags } from "hdr-histogram-js";
import { beforeAll, describe, expect, it } from "vitest";
import { type Latencies, toHgrm, toHlog } from "../../../src/results/hdr.js";
import { compileRun, simulateWhole } from "../../../src/simulate.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";

const PERCENTILES = [0, 10, 50, 90, 99, 99.9, 100];
const HORIZON = 30;
let all: Latencies[];

beforeAll(async () => {
  const scenario = { ...SMALL_SCENARIO, policies: ["linux-6.1", "linux-4.12", "plain"] };
  scenario.run = { ...scenario.run, horizon: "30s" }; // some are censored
  const { result, latencies } = await simulateWhole({ scenario, workers: 0 });
  expect(compileRun({ scenario }).model.horizon).toBe(30e6);
  all = result.results.map((one, i) => ({
    result: one,
    tag: one.policy,
    histogram: { point: 0, policy: one.policy, buckets: latencies[i]! },
  }));
});

/** What hdr-histogram-js makes of our buckets. */
function own({ histogram }: Latencies) {
  const hdr = build({ numberOfSignificantValueDigits: 3 });
  for (const { count, mean } of histogram.buckets) hdr.recordValueWithCount(Math.round(mean), count);
  return hdr;
}

describe("Latencies as .hlog", () => {
  it("Always: are read back by hdr-histogram-js as it would have recorded them, tag by tag", async () => {
    const text = await toHlog(all, "small", HORIZON);
    expect(listTags(text)).toEqual(all.map(({ tag }) => tag));
    const reader = new HistogramLogReader(text);
    for (const one of all) {
      const read = reader.nextIntervalHistogram()!;
      const expected = own(one);
      expect({ tag: read.tag, count: read.totalCount, mean: read.mean }).toEqual({
        tag: one.tag,
        count: one.result.replicas - one.result.censored,
        mean: expected.mean,
      });
      for (const p of PERCENTILES) expect(read.getValueAtPercentile(p)).toBe(expected.getValueAtPercentile(p));
    }
    expect(reader.nextIntervalHistogram()).toBeNull();
  });

  it("Always: give klpsim's own quantiles within its buckets, a hundredth wide, where nobody is censored", async () => {
    const complete = all.filter(({ result }) => result.censored === 0);
    expect(complete.length).toBeGreaterThan(0);
    const reader = new HistogramLogReader(await toHlog(complete, "small", HORIZON));
    for (const { result } of complete) {
      const read = reader.nextIntervalHistogram()!;
      for (const { p, value } of result.latencyMs.quantiles)
        expect(Math.abs(read.getValueAtPercentile(100 * p) / 1000 / value! - 1)).toBeLessThan(0.01);
    }
  });

  it("say units, and how many did not complete, in comments", async () => {
    const text = await toHlog(all, "small, seed 11", HORIZON);
    expect(text).toContain(
      "#small, seed 11: latencies of completed transitions in microseconds, Interval_Max in milliseconds\n",
    );
    const { result } = all.find(({ result }) => result.censored > 0)!;
    expect(text).toContain(
      `#${result.policy}: 300 transitions, ${result.censored} did not complete within 30 s and are not in it\n`,
    );
  });

  it("hold a policy under which nothing completes, empty", async () => {
    const none: Latencies = { ...all[0]!, histogram: { ...all[0]!.histogram, buckets: [] } };
    expect(new HistogramLogReader(await toHlog([none], "none", HORIZON)).nextIntervalHistogram()!.totalCount).toBe(0);
  });
});

describe("Latencies as .hgrm", () => {
  it("are the percentile distribution of hdr-histogram-js in milliseconds, below two lines of comment", async () => {
    const lines = (await toHgrm(all[0]!, "small", HORIZON)).split("\n");
    expect(lines.slice(0, 2).every((line) => line.startsWith("#"))).toBe(true);
    expect(lines.slice(2).join("\n")).toBe(own(all[0]!).outputPercentileDistribution(5, 1000));
  });
});
