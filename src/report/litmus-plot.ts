// How a forbidden outcome comes about, as a picture: a column a CPU, time downwards, a box a step.

import { DARK, LIGHT, seriesColour, type Theme } from "./figures/theme.js";
import { pieces, stepText, type TimelineStep } from "./litmus-timeline.js";
import { element, svgDocument, text } from "./svg.js";

export interface LitmusPicture {
  title: string;
  /** Names, in the order of their numbers. */
  cpus: string[];
  /** One at least. */
  steps: TimelineStep[];
}

const MARGIN = 20;
const GAP = 20;
const TOP = 84; // first step
const LINE = 16;
const PADDING = 5;
const STEP_GAP = 8;
const CYCLE = 22;
const CHARACTER = 7.3; // of the monospaced face at its size
const COLUMN_MIN = 20; // characters
const COLUMN_MAX = 44;
const MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";

interface Placed {
  cpu: number;
  y: number;
  height: number;
  lines: string[];
  kind: TimelineStep["kind"];
  cycleStarts: boolean;
}

/** An SVG document. */
export function litmusSvg({ title, cpus, steps }: LitmusPicture, theme: "light" | "dark" = "light"): string {
  const colours = theme === "dark" ? DARK : LIGHT;
  const texts = steps.map(stepText);
  const characters = Math.min(COLUMN_MAX, Math.max(COLUMN_MIN, ...texts.map((words) => words.length)));
  const column = characters * CHARACTER + 4 * PADDING;
  const placed = placedSteps(steps, texts, characters);
  const bottom = placed.at(-1)!.y + placed.at(-1)!.height + STEP_GAP;
  const width = 2 * MARGIN + cpus.length * column + (cpus.length - 1) * GAP;
  const height = bottom + MARGIN;
  const left = (cpu: number) => MARGIN + cpu * (column + GAP);
  return svgDocument({
    width,
    height,
    title,
    description: `${steps.length} steps on ${cpus.length} CPUs: ${steps.map(({ cpu }, i) => `${cpus[cpu]} ${texts[i]}`).join("; ")}.`,
    children: [
      element("rect", { width, height, fill: colours.surface }),
      text(MARGIN, 28, title, { "font-size": 15, "font-weight": 600, fill: colours.ink }),
      ...cpus.flatMap((name, cpu) => lane(name, cpu, left(cpu), column, bottom, colours)),
      ...placed.flatMap((step) => box(step, left(step.cpu), column, colours)),
      ...placed.filter(({ cycleStarts }) => cycleStarts).flatMap(({ y }) => cycle(y, width, colours)),
    ],
  });
}

function placedSteps(steps: TimelineStep[], texts: string[], characters: number): Placed[] {
  let y = TOP;
  return steps.map(({ cpu, kind, cycleStarts = false }, i) => {
    const lines = pieces(texts[i]!, characters);
    const height = lines.length * LINE + 2 * PADDING;
    if (cycleStarts) y += CYCLE;
    const placed = { cpu, y, height, lines, kind, cycleStarts };
    y += height + STEP_GAP;
    return placed;
  });
}

function lane(name: string, cpu: number, x: number, column: number, bottom: number, theme: Theme): string[] {
  const middle = x + column / 2;
  return [
    text(middle, TOP - 22, `CPU${cpu} (${name})`, {
      "font-size": 13,
      "font-weight": 600,
      "text-anchor": "middle",
      fill: seriesColour(cpu, theme),
    }),
    element("path", { d: `M${middle} ${TOP - 12}V${bottom}`, stroke: theme.grid, "stroke-width": 2 }),
  ];
}

/** Dashed where the step is not the instruction's own moment. */
function box({ cpu, y, height, lines, kind }: Placed, x: number, column: number, theme: Theme): string[] {
  const dashes = kind === "execute" ? "none" : "4 3";
  const stroke = seriesColour(cpu, theme);
  return [
    element("rect", {
      x,
      y,
      width: column,
      height,
      rx: 4,
      fill: theme.surface,
      stroke,
      "stroke-width": 1.2,
      "stroke-dasharray": dashes,
    }),
    ...lines.map((line, i) =>
      text(x + 2 * PADDING, y + PADDING + 12 + i * LINE, line, {
        "font-size": 12,
        "font-family": MONO,
        "xml:space": "preserve",
        fill: theme.ink,
      }),
    ),
  ];
}

function cycle(y: number, width: number, theme: Theme): string[] {
  return [
    element("path", { d: `M${MARGIN} ${y - 8}H${width - MARGIN}`, stroke: theme.warn, "stroke-dasharray": "2 3" }),
    text(MARGIN, y - 13, "from here on, for ever:", { "font-size": 12, fill: theme.warn }),
  ];
}
