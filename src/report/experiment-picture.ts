// The picture of an experiment with variants: of a sweep over delays, or of a verdict.

import type { ExperimentResult } from "../results/metrics.js";
import type { Picture } from "./report-input.js";
import { rseqPlot } from "./rseq-plot.js";
import { isJudged, verdictPlot } from "./verdict-plot.js";

/** What the pictures cannot do without. */
const NEEDED = { verdict: ["lostVms", "corruptedVms"], sweep: ["readerProgress", "visibleShare", "visiblePerSecond"] };

/** Undefined where there is none of these results. */
export function experimentPicture(result: ExperimentResult): Picture | undefined {
  const has = (names: string[]) =>
    names.every((name) => result.results.every(({ metrics }) => metrics.some((metric) => metric.name === name)));
  if (isJudged(result))
    return has(NEEDED.verdict) ? pictureOf("verdict", "Who does least harm", verdictPlot(result)) : undefined;
  const sweep = has(NEEDED.sweep) ? rseqPlot(result) : undefined;
  return sweep === undefined ? undefined : pictureOf("delays", "Over the delay between two migrations", sweep);
}

function pictureOf(name: string, title: string, svg: string): Picture {
  return { name, title, light: svg };
}
