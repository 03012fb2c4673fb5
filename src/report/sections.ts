// What a report says of a group of inputs, part by part, whatever it is written on: tables, pictures, sentences, provenance.

import type { ExperimentResult } from "../results/metrics.js";
import type { CompareResult, RunResult, SweepResult } from "../results/result.js";
import { isSamePair } from "./compare-table.js";
import { experimentPicture } from "./experiment-picture.js";
import { blameFigure, disturbanceFigure, stuckFigure } from "./figures/causes.js";
import { ccdfFigure } from "./figures/ccdf.js";
import { delayFigure, whatIfFigure } from "./figures/delays.js";
import { differenceFigure, fasterFigure } from "./figures/differences.js";
import type { Figure } from "./figures/figure.js";
import { heatMapFigure } from "./figures/heat-map.js";
import { histogramFigure } from "./figures/histogram.js";
import { paretoFigure } from "./figures/pareto.js";
import { lineFigure, scatterFigure } from "./figures/sweep-lines.js";
import { LIGHT } from "./figures/theme.js";
import type { Group, Picture } from "./report-input.js";
import type { ReportTable } from "./report-table.js";
import { staircaseOf } from "./staircase.js";
import { measuresOf, policiesOf } from "./sweep-measures.js";
import { comparisonTable, conditionTable, disturbanceTable } from "./tables/compare-tables.js";
import { metricTable } from "./tables/metric-tables.js";
import {
  costTable,
  delayTable,
  exceedanceTable,
  rareTable,
  stoppingSentence,
  stoppingTable,
  timeTable,
  whatIfTable,
} from "./tables/run-tables.js";
import { pointTable, sensitivityTable } from "./tables/sweep-tables.js";

export type Block =
  | { kind: "table"; table: ReportTable }
  | { kind: "figure"; figure: Figure }
  | { kind: "picture"; picture: Picture }
  | { kind: "sentence"; text: string };

export interface Section {
  title: string;
  blocks: Block[];
}

/** Those sections that have anything to say, in the order in which they are read. */
export function sectionsOf(group: Group): Section[] {
  const { kind, result } = group.content;
  const sections =
    kind === "sweep"
      ? sweepSections(result)
      : kind === "experiment"
        ? [{ title: "Metrics", blocks: experimentBlocks(result) }]
        : runSections(group, result);
  const pictures: Section = {
    title: "The slowest transition",
    blocks: (group.pictures ?? []).map((picture) => ({ kind: "picture", picture })),
  };
  return [...sections, pictures].filter(({ blocks }) => blocks.length > 0);
}

function runSections(group: Group, run: RunResult | CompareResult): Section[] {
  if (run.results.length === 0) return [];
  const { results } = run;
  return [
    ...("comparisons" in run ? [compareSection(run)] : []),
    {
      title: "How long",
      blocks: [
        ...distribution(group, run),
        ...tables(timeTable(run), exceedanceTable(run), rareTable(run)),
        ...sentences(stoppingSentence(run)),
        ...tables(stoppingTable(run)),
      ],
    },
    { title: "Held up by", blocks: figures(blameFigure(results), stuckFigure(results)) },
    {
      title: "Delays",
      blocks: [
        ...figures(delayFigure(results)),
        ...tables(delayTable(run)),
        ...figures(whatIfFigure(results)),
        ...tables(whatIfTable(run)),
      ],
    },
    { title: "Disturbance", blocks: [...figures(disturbanceFigure(results)), ...tables(costTable(run))] },
  ];
}

/** More are in the table. */
const VERDICTS_MAX = 6;

function compareSection(asked: CompareResult): Section {
  const { comparisons, pareto, results } = asked;
  const result = { ...asked, comparisons: withDeciding(asked) };
  const order = results.map(({ policy }) => policy);
  return {
    title: "Compared",
    blocks: [
      ...(comparisons.length > 1 ? sentences(...comparisons.slice(0, VERDICTS_MAX).map((one) => one.verdict)) : []),
      ...tables(conditionTable(result)),
      ...figures(
        paretoFigure(pareto, order),
        differenceFigure(result.comparisons, order),
        fasterFigure(result.comparisons),
      ),
      ...tables(comparisonTable(result), disturbanceTable(result)),
    ],
  };
}

/** The pairs asked for, after what decides if that is none of them. */
function withDeciding({ comparisons, deciding }: CompareResult): CompareResult["comparisons"] {
  return comparisons.some((one) => isSamePair(one, deciding)) ? comparisons : [deciding, ...comparisons];
}

function distribution({ latencies, horizonSeconds }: Group, { results }: RunResult): Block[] {
  const curves = results.map((result, i) => ({ result, staircase: staircaseOf(result, latencies?.[i]) }));
  const ccdf = figures(ccdfFigure(curves, horizonSeconds));
  if (latencies === undefined)
    return [
      ...ccdf,
      {
        kind: "sentence",
        text: "No histogram: the input has quantiles only. A run directory (--out) holds the whole distribution.",
      },
    ];
  if (latencies.every((buckets) => buckets.length === 0)) return ccdf;
  return [...ccdf, ...figures(histogramFigure(results, latencies))];
}

function sweepSections(sweep: SweepResult): Section[] {
  if (sweep.points.length === 0) return [];
  return [
    { title: "Over the sweep", blocks: sweepFigures(sweep) },
    { title: "Sensitivity", blocks: tables(sensitivityTable(sweep, policiesOf(sweep))) },
    { title: "Points", blocks: tables(pointTable(sweep)) },
  ];
}

/** Along one path lines, over two maps; over more, or where points lie scattered, each path by itself. */
function sweepFigures(sweep: SweepResult): Block[] {
  const measures = measuresOf(sweep);
  if (sweep.axes.length === 0) return [];
  if (sweep.axes.length === 1) return figures(lineFigure(sweep, measures));
  const levels = LIGHT.heat.length;
  if (sweep.axes.length === 2 && sweep.design === "grid")
    return figures(...measures.map((measure) => heatMapFigure(sweep, measure, levels)));
  return figures(...measures.map((measure) => scatterFigure(sweep, measure)));
}

function experimentBlocks(result: ExperimentResult): Block[] {
  if (result.results.length === 0) return [];
  const picture = experimentPicture(result);
  return [...(picture === undefined ? [] : [{ kind: "picture", picture } as const]), ...tables(metricTable(result))];
}

function sentences(...found: (string | undefined)[]): Block[] {
  return found.flatMap((text): Block[] => (text === undefined ? [] : [{ kind: "sentence", text }]));
}

function figures(...found: (Figure | undefined)[]): Block[] {
  return found.flatMap((figure): Block[] => (figure === undefined ? [] : [{ kind: "figure", figure }]));
}

function tables(...found: (ReportTable | undefined)[]): Block[] {
  return found.flatMap((table): Block[] => (table === undefined ? [] : [{ kind: "table", table }]));
}
