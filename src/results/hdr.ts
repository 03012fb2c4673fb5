// Latencies in the formats of HdrHistogram: a log of histograms (.hlog), which all its readers and viewers take, and the percentile
// distribution of one (.hgrm), which its plotter takes. Recorded are the means of our buckets in whole microseconds, kept to three digits.

import type { Histogram as HdrHistogram } from "hdr-histogram-js";
import type { PolicyResult } from "./result.js";
import type { Histogram } from "./tables.js";

/** One policy's histogram, and what it does not hold. */
export interface Latencies {
  histogram: Histogram;
  result: PolicyResult;
  /** Tells apart what is in one file; without blanks or commas. */
  tag: string;
}

const DIGITS = 3;
const US_PER_MS = 1000;

async function hdrOf({ buckets }: Histogram): Promise<HdrHistogram> {
  const { build } = await import("hdr-histogram-js");
  const hdr = build({ bitBucketSize: 64, numberOfSignificantValueDigits: DIGITS });
  for (const { count, mean } of buckets) hdr.recordValueWithCount(Math.round(mean), count);
  return hdr;
}

/** An interval a policy, tagged, from 0 to the horizon. `title`: a line about all. */
export async function toHlog(all: Latencies[], title: string, horizonSeconds: number): Promise<string> {
  const { HistogramLogWriter } = await import("hdr-histogram-js");
  let text = "";
  const writer = new HistogramLogWriter((line) => {
    text += line;
  });
  writer.outputLogFormatVersion();
  writer.outputComment(`${title}: latencies of completed transitions in microseconds, Interval_Max in milliseconds`);
  for (const one of all) writer.outputComment(told(one, horizonSeconds));
  writer.outputLegend();
  for (const { histogram, tag } of all) {
    const hdr = await hdrOf(histogram);
    hdr.tag = tag;
    writer.outputIntervalHistogram(hdr, 0, horizonSeconds, US_PER_MS);
  }
  return text;
}

/** In milliseconds. */
export async function toHgrm(one: Latencies, title: string, horizonSeconds: number): Promise<string> {
  const hdr = await hdrOf(one.histogram);
  const heading = `#${title}: latencies of completed transitions in milliseconds\n#${told(one, horizonSeconds)}\n`;
  return heading + hdr.outputPercentileDistribution(5, US_PER_MS);
}

function told({ tag, result: { replicas, censored } }: Latencies, horizonSeconds: number): string {
  const rest =
    censored === 0 ? "all completed" : `${censored} did not complete within ${horizonSeconds} s and are not in it`;
  return `${tag}: ${replicas} transitions, ${rest}`;
}
