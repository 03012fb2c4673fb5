// One cell as a picture: the measured transitions' empirical distribution function as steps, the simulated one as a curve with
// the exact binomial band of samples of the measured size. Time as measured: the tests round it, the picture does not.

import { type ScaleLinear, scaleLinear } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { quantileRanks } from "../results/binomial.js";
import type { Summary } from "../validate/compare.js";
import type { CellResult } from "../validate/validate.js";
import { duration, percent, whole } from "./format.js";
import { element, svgDocument, text } from "./svg.js";

/** Completion times in ms of a sample, and how many of its transitions there were. */
export interface CurveSample {
  completedMs: readonly number[];
  n: number;
}

/** An interval of time, from and to in ms, of which the plot says something. */
export interface Window {
  fromMs: number;
  toMs: number;
  label: string;
}

export interface CellPlot {
  result: CellResult;
  measured: CurveSample;
  simulated: CurveSample;
  /** After how long transitions are censored. */
  capMs: number;
  /** Faint lines this far apart; none if absent. */
  tryPeriodMs?: number;
  /** When rounds are sent. */
  rounds: readonly Window[];
}

const WIDTH = 760;
const HEIGHT = 470;
const PLOT = { left: 64, right: 640, top: 122, bottom: 410 };
const CENSORED = { left: 654, width: 42, gap: 6 };
const COLOUR = {
  ink: "#1f2328",
  faint: "#57606a",
  grid: "#e3e6ea",
  round: "#fdf3d8",
  roundInk: "#7a5b00",
  simulated: "#1d4ed8",
  band: "#dbe6fb",
  measured: "#b3400a",
};
const VERDICT_COLOUR = { agree: "#116329", rejected: "#a40e26", undecidable: "#57606a", excluded: "#57606a" };
const DOMAIN_LEAST_MS = 250; // five times the resolution, so that what it rounds away looks small
const GRID_LINES_MAX = 40;
const BAND_LEVEL = 0.99;

export function cellPlot(plot: CellPlot): string {
  const x = scaleLinear([0, lastMs(plot)], [PLOT.left, PLOT.right]);
  const y = scaleLinear([0, 1], [PLOT.bottom, PLOT.top]);
  const { result } = plot;
  return svgDocument({
    width: WIDTH,
    height: HEIGHT,
    title: titleOf(result),
    description: describe(result),
    children: [
      ...heading(result),
      ...legend(result.measured.n),
      ...grid(plot, x, y),
      ...curves(plot, x, y),
      ...roundLabels(plot, x),
      ...axes(x, y),
      ...censoredBars(plot, y),
    ],
  });
}

export function titleOf({ cell, direction }: CellResult): string {
  return `${cell}, ${direction}`;
}

/** What the picture shows, in words. */
export function describe({ measured, simulated, verdict, policy, kernel, pHolm }: CellResult): string {
  const side = ({ n, censored, medianMs }: Summary) =>
    `${whole(n)} transitions, ${medianMs === null ? "median censored" : `median ${duration(medianMs)}`}, ${percent(censored / n)} censored`;
  const judged = pHolm === null ? verdict : `${verdict}, p ${probability(pHolm)} after Holm's correction`;
  return `Distribution functions of the time to completion. Measured on ${kernel}: ${side(measured)}. Simulated under ${policy}: ${side(simulated)}. Verdict: ${judged}.`;
}

function lastMs({ result, measured, simulated, capMs }: CellPlot): number {
  if (result.measured.censored + result.simulated.censored > 0) return capMs;
  const slowest = Math.max(0, ...measured.completedMs, ...simulated.completedMs);
  return Math.max(DOMAIN_LEAST_MS, 1.03 * slowest);
}

function heading(r: CellResult): string[] {
  const machine = `${r.kernel} ${r.variant}, ${r.clock}, ${r.cpus} CPU${r.cpus === 1 ? "" : "s"}, ${r.tasks} task${r.tasks === 1 ? "" : "s"}, policy ${r.policy}`;
  const sizes = `n = ${r.measured.n} measured, ${whole(r.simulated.n)} simulated`;
  return [
    text(24, 32, titleOf(r), { "font-size": 19, "font-weight": 600 }),
    text(WIDTH - 24, 32, r.verdict, {
      "font-size": 17,
      "font-weight": 600,
      "text-anchor": "end",
      fill: VERDICT_COLOUR[r.verdict],
    }),
    text(24, 53, machine, { "font-size": 13, fill: COLOUR.faint }),
    text(24, 72, [sizes, ...testResults(r)].join("; "), {
      "font-size": 13,
      fill: COLOUR.faint,
    }),
  ];
}

/** Those that could speak. */
function testResults({ ks, censoring, pHolm }: CellResult): string[] {
  return [
    ...(ks.d === null ? [] : [`KS d ${ks.d.toFixed(2)}, p ${probability(ks.p)}`]),
    ...(censoring.p === null ? [] : [`censored share p ${probability(censoring.p)}`]),
    ...(pHolm === null ? [] : [`after Holm p ${probability(pHolm)}`]),
  ];
}

function legend(n: number): string[] {
  const at = 94;
  const label = (left: number, words: string) => text(left, at + 4, words, { "font-size": 13 });
  return [
    element("path", { d: `M24,${at}h26`, stroke: COLOUR.measured, "stroke-width": 2.5 }),
    label(56, "measured"),
    element("rect", { x: 138, y: at - 7, width: 26, height: 14, fill: COLOUR.band }),
    element("path", { d: `M138,${at}h26`, stroke: COLOUR.simulated, "stroke-width": 2 }),
    label(170, `simulated; at each time ${Math.round(100 * BAND_LEVEL)}% of samples of ${n} lie in the band`),
  ];
}

function grid({ tryPeriodMs, rounds }: CellPlot, x: Scale, y: Scale): string[] {
  const [, last] = x.domain() as [number, number];
  const height = PLOT.bottom - PLOT.top;
  const shown = rounds.filter(({ fromMs }) => fromMs < last);
  const count = tryPeriodMs === undefined ? 0 : Math.floor(last / tryPeriodMs);
  const tries = count <= GRID_LINES_MAX ? Array.from({ length: count }, (_, i) => (i + 1) * (tryPeriodMs ?? 0)) : [];
  return [
    ...shown.map(({ fromMs, toMs }) => {
      const width = Math.max(1.5, x(Math.min(toMs, last)) - x(fromMs));
      return element("rect", { x: x(fromMs), y: PLOT.top, width, height, fill: COLOUR.round });
    }),
    element("path", {
      d: [
        ...tries.map((ms) => `M${px(x(ms))},${PLOT.top}v${height}`),
        ...y.ticks(5).map((share) => `M${PLOT.left},${px(y(share))}H${PLOT.right}`),
      ].join(""),
      stroke: COLOUR.grid,
      "stroke-width": 1,
    }),
  ];
}

const LABEL_WIDTH = 52;

/** Above the plot, where there is room to the next one and to the edge. */
function roundLabels({ rounds }: CellPlot, x: Scale): string[] {
  return rounds.flatMap(({ fromMs, label }, i) => {
    const next = rounds[i + 1];
    const room = Math.min(PLOT.right, next === undefined ? PLOT.right : x(next.fromMs)) - x(fromMs);
    if (room < LABEL_WIDTH) return [];
    return [text(x(fromMs), PLOT.top - 5, label, { "font-size": 12, fill: COLOUR.roundInk })];
  });
}

type Scale = ScaleLinear<number, number>;
type Point = [ms: number, share: number];

function curves({ measured, simulated }: CellPlot, x: Scale, y: Scale): string[] {
  const [, last] = x.domain() as [number, number];
  const { n } = measured;
  const simulatedSteps = thinned(steps(simulated, last), x);
  const band = area<Point>()
    .x(([ms]) => x(ms))
    .y0(([, share]) => y(quantileRanks(n, share, BAND_LEVEL).low / n))
    .y1(([, share]) => y((quantileRanks(n, share, BAND_LEVEL).high - 1) / n))
    .curve(curveStepAfter)
    .digits(1);
  const curve = line<Point>()
    .x(([ms]) => x(ms))
    .y(([, share]) => y(share))
    .curve(curveStepAfter)
    .digits(1);
  const rug = measured.completedMs.map((ms) => `M${px(x(ms))},${PLOT.bottom}v-7`).join("");
  return [
    element("path", { d: band(simulatedSteps) ?? "", fill: COLOUR.band, "fill-opacity": 0.65 }),
    element("path", { d: curve(simulatedSteps) ?? "", stroke: COLOUR.simulated, "stroke-width": 2 }),
    element("path", {
      d: curve(steps(measured, last)) ?? "",
      stroke: COLOUR.measured,
      "stroke-width": 2.5,
      "stroke-linejoin": "round",
    }),
    element("path", { d: rug, stroke: COLOUR.measured, "stroke-width": 1.2 }),
  ];
}

/** The empirical distribution function: its value from each time on, the censored ones never complete. */
function steps({ completedMs, n }: CurveSample, last: number): Point[] {
  const sorted = [...completedMs].sort((a, b) => a - b);
  return [[0, 0], ...sorted.map((ms, i): Point => [ms, (i + 1) / n]), [last, sorted.length / n]];
}

/** At most one point a pixel: of those that fall together the last, which has counted them all. */
function thinned(points: Point[], x: Scale): Point[] {
  return points.filter(([ms], i) => {
    const next = points[i + 1];
    return i === 0 || next === undefined || Math.floor(x(next[0])) > Math.floor(x(ms));
  });
}

function axes(x: Scale, y: Scale): string[] {
  const [, last] = x.domain() as [number, number];
  const inSeconds = last >= 2000;
  const unit = inSeconds ? 1000 : 1;
  const scaled = scaleLinear([0, last / unit], x.range());
  const format = scaled.tickFormat(8);
  const label = { "font-size": 13, fill: COLOUR.ink };
  return [
    element("path", {
      d: `M${PLOT.left},${PLOT.top}V${PLOT.bottom}H${PLOT.right}${scaled
        .ticks(8)
        .map((value) => `M${px(scaled(value))},${PLOT.bottom}v5`)
        .join("")}`,
      stroke: COLOUR.ink,
      "stroke-width": 1,
    }),
    ...scaled
      .ticks(8)
      .map((value) => text(scaled(value), PLOT.bottom + 20, format(value), { ...label, "text-anchor": "middle" })),
    ...y
      .ticks(5)
      .map((share) =>
        text(PLOT.left - 9, y(share) + 4.5, `${Math.round(100 * share)}%`, { ...label, "text-anchor": "end" }),
      ),
    text(
      (PLOT.left + PLOT.right) / 2,
      HEIGHT - 18,
      `time since the start of the transition, ${inSeconds ? "s" : "ms"}`,
      {
        ...label,
        "text-anchor": "middle",
      },
    ),
    text(18, (PLOT.top + PLOT.bottom) / 2, "share complete", {
      ...label,
      "text-anchor": "middle",
      transform: `rotate(-90 18 ${(PLOT.top + PLOT.bottom) / 2})`,
    }),
  ];
}

/** At the right, where either side has any: the shares that had not completed at the cap, hanging from the top as in the plot. */
function censoredBars({ result: { measured, simulated }, capMs }: CellPlot, y: Scale): string[] {
  if (measured.censored + simulated.censored === 0) return [];
  const { left, width, gap } = CENSORED;
  const centre = left + width + gap / 2;
  const label = { "font-size": 13, "text-anchor": "middle" };
  return [
    element("path", {
      d: `M${PLOT.right},${PLOT.top}V${PLOT.bottom}`,
      stroke: COLOUR.faint,
      "stroke-width": 1,
      "stroke-dasharray": "4 3",
    }),
    ...censoredBar(left, measured, COLOUR.measured, y),
    ...censoredBar(left + width + gap, simulated, COLOUR.simulated, y),
    text(centre, PLOT.bottom + 20, "censored", label),
    text(centre, PLOT.bottom + 37, `at ${capMs / 1000} s`, label),
  ];
}

/** Its share stands below it, inside where that is the plot's edge. */
function censoredBar(left: number, { n, censored }: Summary, colour: string, y: Scale): string[] {
  const foot = y(1 - censored / n);
  const inside = foot + 18 > PLOT.bottom;
  const height = Math.max(1, foot - PLOT.top);
  return [
    element("rect", { x: left, y: PLOT.top, width: CENSORED.width, height, fill: colour }),
    text(left + CENSORED.width / 2, inside ? foot - 7 : foot + 15, percent(censored / n), {
      "font-size": 12.5,
      "text-anchor": "middle",
      fill: inside ? "#ffffff" : colour,
    }),
  ];
}

function probability(p: number | null): string {
  if (p === null) return "-";
  return p < 0.001 ? p.toExponential(0) : p.toFixed(3);
}

function px(value: number): string {
  return String(Math.round(10 * value) / 10);
}
