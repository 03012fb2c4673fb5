// What an rseq sweep shows, over the delay: how the reader gets on, and how likely the planted bug is seen, by migration and by time.

import { type ScaleLinear, scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import type { ExperimentResult, Metric } from "../results/metrics.js";
import { parseTime } from "../scenario/units.js";
import { element, svgDocument, text } from "./svg.js";

/** A variant of a sweep: its delay in us, 0 for none. */
interface Point {
  delayUs: number;
  metrics: Map<string, Metric>;
}

interface Panel {
  metric: string;
  title: string;
  colour: string;
  /** Values as they are printed at the axis. */
  shown(value: number): string;
}

const WIDTH = 760;
const HEIGHT = 620;
const PLOT = { left: 76, right: 724, top: 84, panel: 128, gap: 44 };
/** No delay has a place of its own, left of the logarithmic axis. */
const NONE_X = 92;
const AXIS_LEFT = 156;
const COLOUR = { ink: "#1f2328", faint: "#57606a", grid: "#e3e6ea" };
const percent = (value: number) => `${Number((100 * value).toPrecision(3))}%`;
const PANELS: Panel[] = [
  {
    metric: "readerProgress",
    title: "The reader's progress: KVM_RUNs against an undisturbed reader's",
    colour: "#1d4ed8",
    shown: percent,
  },
  { metric: "visibleShare", title: "Migrations after which the bug is visible", colour: "#b3400a", shown: percent },
  {
    metric: "visiblePerSecond",
    title: "The same by time: visible a second of the test",
    colour: "#8250df",
    shown: (value) => value.toLocaleString("en-US"),
  },
];

/** An SVG document; undefined where fewer than two variants are called by their delay. */
export function rseqPlot(result: ExperimentResult): string | undefined {
  const points = pointsOf(result);
  const delays = points.map(({ delayUs }) => delayUs).filter((delay) => delay > 0);
  if (delays.length < 2) return undefined;
  const log = scaleLog([Math.min(...delays), Math.max(...delays)], [AXIS_LEFT, PLOT.right]);
  const x = (delayUs: number) => (delayUs === 0 ? NONE_X : log(delayUs));
  const axis = ticksOf(Math.min(...delays), Math.max(...delays));
  return svgDocument({
    width: WIDTH,
    height: HEIGHT,
    title: `${result.scenario.name}: the delay between two migrations`,
    description: describe(points),
    children: [
      text(24, 34, `${result.scenario.name}: the delay between two migrations`, {
        "font-size": 19,
        "font-weight": 600,
      }),
      text(24, 56, `${result.replicas} test runs a delay; bars: 95% intervals`, {
        "font-size": 13,
        fill: COLOUR.faint,
      }),
      ...PANELS.flatMap((panel, n) => panelOf(panel, n, points, x, axis)),
      ...axisLabels(
        x,
        axis,
        points.some(({ delayUs }) => delayUs === 0),
      ),
    ],
  });
}

function pointsOf({ results }: ExperimentResult): Point[] {
  return results
    .flatMap(({ variant, metrics }) => {
      const delayUs = variant === "0" ? 0 : parseTime(variant);
      return delayUs === undefined ? [] : [{ delayUs, metrics: new Map(metrics.map((one) => [one.name, one])) }];
    })
    .sort((a, b) => a.delayUs - b.delayUs);
}

function describe(points: Point[]): string {
  const sentences = points.map(({ delayUs, metrics }) => {
    const value = (name: string) => metrics.get(name)?.value ?? 0;
    const delay = delayUs === 0 ? "No delay" : `${shownTime(delayUs)}`;
    return `${delay}: reader's progress ${percent(value("readerProgress"))}, bug visible after ${percent(value("visibleShare"))} of the migrations`;
  });
  return `${sentences.join(". ")}.`;
}

function panelOf(
  panel: Panel,
  number: number,
  points: Point[],
  x: (delayUs: number) => number,
  axis: number[],
): string[] {
  const top = PLOT.top + number * (PLOT.panel + PLOT.gap) + 18;
  const metrics = points.map(({ metrics }) => metrics.get(panel.metric)!);
  const most = Math.max(...metrics.map(({ value, high }) => Math.max(value ?? 0, high ?? 0)), 1e-9);
  const y = scaleLinear([0, most], [top + PLOT.panel, top]).nice(4);
  return [
    text(PLOT.left - 52, top - 12, panel.title, { "font-size": 13, "font-weight": 600, fill: panel.colour }),
    ...gridOf(panel, y, top, x, axis),
    ...points.flatMap(({ delayUs }, i) => mark(metrics[i]!, x(delayUs), y, panel.colour)),
    curve(points, metrics, x, y, panel.colour),
  ];
}

function gridOf(
  { shown }: Panel,
  y: ScaleLinear<number, number>,
  top: number,
  x: (delayUs: number) => number,
  axis: number[],
): string[] {
  const across = y
    .ticks(4)
    .flatMap((value) => [
      element("path", { d: `M${PLOT.left} ${y(value)}H${PLOT.right}`, stroke: COLOUR.grid }),
      text(PLOT.left - 8, y(value) + 4, shown(value), { "font-size": 11, "text-anchor": "end", fill: COLOUR.faint }),
    ]);
  const down = axis.map((delay) =>
    element("path", { d: `M${x(delay)} ${top}V${top + PLOT.panel}`, stroke: COLOUR.grid }),
  );
  return [...across, ...down];
}

function mark({ value, low, high }: Metric, at: number, y: ScaleLinear<number, number>, colour: string): string[] {
  if (value === null) return [];
  const bar =
    low === null || high === null ? "" : element("path", { d: `M${at} ${y(low)}V${y(high)}`, stroke: colour });
  return [bar, element("circle", { cx: at, cy: y(value), r: 3, fill: colour })];
}

/** Through the delays; what is without one stands apart. */
function curve(
  points: Point[],
  metrics: Metric[],
  x: (delayUs: number) => number,
  y: ScaleLinear<number, number>,
  colour: string,
): string {
  const along = points.flatMap(({ delayUs }, i): [number, number][] =>
    delayUs === 0 || metrics[i]!.value === null ? [] : [[x(delayUs), y(metrics[i]!.value!)]],
  );
  return element("path", { d: line()(along) ?? "", stroke: colour, "stroke-width": 2 });
}

/** Powers of ten within the axis. */
function ticksOf(least: number, most: number): number[] {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

function axisLabels(x: (delayUs: number) => number, axis: number[], hasNone: boolean): string[] {
  const y = PLOT.top + PANELS.length * (PLOT.panel + PLOT.gap) - 8;
  const label = (at: number, words: string) => text(at, y, words, { "font-size": 12, "text-anchor": "middle" });
  return [
    ...(hasNone ? [label(NONE_X, "none")] : []),
    ...axis.map((delay) => label(x(delay), shownTime(delay))),
    text(PLOT.right, y + 22, "delay", { "font-size": 12, "text-anchor": "end", fill: COLOUR.faint }),
  ];
}

function shownTime(us: number): string {
  if (us < 1) return `${Number((us * 1000).toPrecision(6))} ns`;
  return us < 1000 ? `${us} us` : `${us / 1000} ms`;
}
