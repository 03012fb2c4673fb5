// A policy's mark and colour in pictures: the shapes that series.ts has as characters, so that colour is never all there is.

import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
} from "d3-shape";
import { element } from "../svg.js";
import { fitted, px, SMALL, type Style, TEXT, textWidth, words } from "./figure.js";
import { seriesColour } from "./theme.js";

/** In the order of seriesMark(): four filled, the same hollow, four more. */
const SHAPES: { type: SymbolType; hollow?: boolean; turn?: number }[] = [
  ...[symbolCircle, symbolTriangle, symbolSquare, symbolDiamond].map((type) => ({ type })),
  ...[symbolCircle, symbolTriangle, symbolSquare, symbolDiamond].map((type) => ({ type, hollow: true })),
  { type: symbolStar },
  { type: symbolCross },
  { type: symbolCross, turn: 45 },
  { type: symbolStar, hollow: true },
];
const AREA = 52;

export function seriesShape(number: number, x: number, y: number, { theme }: Style, area = AREA): string {
  const { type, hollow = false, turn = 0 } = SHAPES[number % SHAPES.length]!;
  return element("path", {
    d: symbol(type, area)() ?? "",
    transform: `translate(${px(x)},${px(y)})${turn === 0 ? "" : ` rotate(${turn})`}`,
    fill: hollow ? theme.surface : seriesColour(number, theme),
    stroke: hollow ? seriesColour(number, theme) : theme.surface,
    "stroke-width": hollow ? 1.5 : 0.75,
  });
}

export interface LegendItem {
  series: number;
  label: string;
}

const LINE = 26;
const GAP = 18;
const ROW = 20;

/** Marks and names from left to right, in as many rows as it takes. */
export function legend(
  items: readonly LegendItem[],
  style: Style,
  top: number,
): { height: number; children: string[] } {
  const children: string[] = [];
  let x = 0;
  let y = top + ROW / 2;
  for (const { series, label } of items) {
    const shown = fitted(label, style.width - LINE - 6);
    const width = LINE + 6 + textWidth(shown, TEXT) + GAP;
    if (x > 0 && x + width - GAP > style.width) {
      x = 0;
      y += ROW;
    }
    const colour = seriesColour(series, style.theme);
    children.push(
      element("path", { d: `M${x},${y}h${LINE}`, stroke: colour, "stroke-width": 2 }),
      seriesShape(series, x + LINE / 2, y, style),
      words(style, x + LINE + 6, y + 4, shown),
    );
    x += width;
  }
  return { height: items.length === 0 ? 0 : y + ROW / 2 - top, children };
}

/** Letters that are less than the rest. */
export const QUIET = { "font-size": SMALL };
