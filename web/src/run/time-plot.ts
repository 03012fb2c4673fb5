// A plot over logarithmic time that stays while its data grow: kpatch's limits and the horizon across it, a cross-hair, the width of
// whatever holds it.

import { effect, signal } from "@preact/signals";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { DEADLINES } from "../../../src/report/deadlines.js";
import { logTicks, timeLabel } from "../../../src/report/figures/axes.js";
import { whole } from "../../../src/report/format.js";
import { columnsOf, type Span, type Values } from "./columns.js";
import { ink } from "./ink.js";

/** Where the cross-hair of all plots stands. */
export const pointed = signal(75);

/** What a plot has besides its time. */
export interface Layer {
  series: uPlot.Series[];
  bands: uPlot.Band[];
  y: uPlot.Scale;
  yAxis: uPlot.Axis;
  /** CSS pixels; by how wide it is. */
  height: (width: number) => number;
  /** Above the plot: the limits are named there. */
  named: boolean;
  /** In front of everything. */
  draw?: (plot: uPlot) => void;
  /** A column of each series at each of the columns. */
  values: (columns: number[]) => Values[];
  /** Which of the series are shown. */
  shown: (series: number) => boolean;
}

export interface TimePlot {
  /** Draws what the layer's values have become. */
  update(what: { span: Span; horizonSeconds: number | null; growing: boolean }): void;
  close(): void;
}

export const LEFT = 54;
const RIGHT = 14;
const NAMES = 34;
const GROWING_MAX = 450; // columns, while there is little time to draw them
const FONT_SIZE = 12;

export function openTimePlot(host: HTMLElement, layer: Layer): TimePlot {
  let span: Span = { from: 0.1, to: 100 };
  let horizon: number | null = null;
  let isGrowing = false;
  let room = host.clientWidth;
  const size = () => {
    const width = Math.max(240, Math.floor(room));
    return { width, height: layer.height(width) };
  };
  const faint = () => ink.value.muted;
  const plot = new uPlot(
    {
      ...size(),
      legend: { show: false },
      padding: [layer.named ? NAMES : 6, RIGHT, 0, 0],
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: { show: false },
        bind: { mouseleave: () => null, dblclick: () => null },
      },
      scales: { x: { time: false, distr: 3, range: () => [span.from, span.to] }, y: layer.y },
      axes: [
        {
          stroke: faint,
          font: font(),
          size: 28,
          gap: 4,
          grid: gridLines(),
          ticks: { show: false },
          splits: () => logTicks(span.from, span.to),
          filter: (_, splits) => splits,
          values: (u, splits) => apart(u, splits),
        },
        { stroke: faint, font: font(), size: LEFT, gap: 6, grid: gridLines(), ticks: { show: false }, ...layer.yAxis },
      ],
      series: [{}, ...layer.series],
      bands: layer.bands,
      hooks: {
        drawAxes: [(u) => limits(u, span, horizon, layer.named)],
        draw: [(u) => layer.draw?.(u)],
        setCursor: [
          ({ data, cursor: { event, idx } }) => (event == null || idx == null ? undefined : tell(data[0]![idx]!)),
        ],
      },
    },
    [[span.from, span.to], ...layer.series.map(() => [null, null])],
    host,
  );

  function tell(seconds: number): void {
    pointed.value = seconds;
  }

  function point(seconds: number): void {
    const left = plot.valToPos(Math.min(span.to, Math.max(span.from, seconds)), "x");
    if (Number.isFinite(left)) plot.setCursor({ left, top: 1 }, false);
  }

  function draw(): void {
    const pixels = Math.max(100, plot.width - LEFT - RIGHT);
    const columns = columnsOf(span, isGrowing ? Math.min(GROWING_MAX, pixels) : pixels);
    const values = layer.values(columns);
    plot.batch(() => {
      layer.series.forEach((_, i) => {
        const show = layer.shown(i);
        if (plot.series[i + 1]!.show !== show) plot.setSeries(i + 1, { show }, false);
      });
      plot.setData([columns, ...values]);
    });
    point(pointed.peek());
  }

  const resized = new ResizeObserver(([entry]) => {
    const { width } = entry!.contentRect;
    if (width === 0) return; // its tab is not shown
    room = width;
    refit();
  });
  resized.observe(host);

  function refit(): boolean {
    const { width, height } = size();
    if (width === plot.width && height === plot.height) return false;
    plot.setSize({ width, height });
    draw();
    return true;
  }

  const stops = [
    effect(() => {
      ink.value;
      plot.redraw(false, false);
    }),
    effect(() => point(pointed.value)),
  ];

  return {
    update(what) {
      span = what.span;
      horizon = what.horizonSeconds;
      isGrowing = what.growing;
      if (!refit()) draw();
    },
    close() {
      resized.disconnect();
      for (const stop of stops) stop();
      plot.destroy();
    },
  };
}

/** Of a canvas, in CSS pixels. */
export function font(weight = 400): string {
  return `${weight} ${FONT_SIZE}px ${ink.peek().sans}`;
}

/** On what uPlot draws without scaling. */
export function scaledFont(weight = 400): string {
  return `${weight} ${FONT_SIZE * uPlot.pxRatio}px ${ink.peek().sans}`;
}

function gridLines(): uPlot.Axis.Grid {
  return { stroke: () => ink.value.line, width: 1 };
}

/** As many labels as do not touch. */
function apart(plot: uPlot, splits: number[]): string[] {
  let free = Number.NEGATIVE_INFINITY;
  return splits.map((seconds) => {
    const label = timeLabel(1000 * seconds);
    const at = plot.valToPos(seconds, "x");
    const half = (label.length * FONT_SIZE * 0.56) / 2;
    if (at - half < free) return "";
    free = at + half + 8;
    return label;
  });
}

/** kpatch's limits and the horizon: lines from top to bottom, named above. */
function limits(plot: uPlot, span: Span, horizon: number | null, named: boolean): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const lines = DEADLINES.map((deadline) => ({ ...deadline, colour: ink.value.limit, dash: [4, 3] }));
  if (horizon !== null)
    lines.push({ seconds: horizon, label: "horizon", short: "horizon", colour: ink.value.muted, dash: [1, 3] });
  ctx.save();
  ctx.font = scaledFont();
  ctx.textAlign = "center";
  ctx.lineWidth = 1.25 * ratio;
  const narrow = bbox.width < 460 * ratio;
  const right = bbox.left + bbox.width + RIGHT * ratio;
  const ends = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { seconds, label, short, colour, dash } of lines.sort((a, b) => a.seconds - b.seconds)) {
    if (seconds <= span.from || seconds > span.to) continue;
    const x = plot.valToPos(seconds, "x", true);
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (!named) continue;
    const text = `${narrow ? short : label} ${seconds < 1000 ? Number(seconds.toPrecision(3)) : whole(seconds)} s`;
    const half = ctx.measureText(text).width / 2;
    const at = Math.min(x, right - half);
    const row = at - half < ends[0]! ? 1 : 0;
    ends[row] = at + half + 8 * ratio;
    ctx.fillText(text, at, bbox.top - (row === 0 ? 7 : 21) * ratio);
  }
  ctx.restore();
}
