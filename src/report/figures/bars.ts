// Bars in panels: a panel a policy or a kind of disturbance, a row a figure, words and numbers beside each bar. No colour says what words do not.

import { element } from "../svg.js";
import { type Drawing, fitted, SMALL, type Style, TEXT, textWidth, words } from "./figure.js";
import { seriesShape } from "./marks.js";
import { seriesColour } from "./theme.js";

export interface Row {
  label: string;
  value: number;
  /** The value as people read it. */
  text: string;
  /** Whose mark and colour; none: the first colour without a mark. */
  series?: number;
}

export interface Panel {
  title: string;
  /** Mark before the title. */
  series?: number;
  rows: Row[];
}

const ROW = 20;
const BAR = 12;
const GAP = 12;

/** Panels one below the other, side by side in two columns where there is room and reason; bars of all panels to the same scale if `most` is given. */
export function barPanels(panels: Panel[], style: Style, most?: number): Drawing {
  const columns = style.width >= 620 && panels.length > 1 ? 2 : 1;
  const width = (style.width - (columns - 1) * 28) / columns;
  const tops = new Array<number>(columns).fill(0);
  const children = panels.flatMap((panel) => {
    const column = tops.indexOf(Math.min(...tops));
    const top = tops[column]!;
    tops[column] = top + 24 + panel.rows.length * ROW + GAP;
    return [
      element(
        "g",
        { transform: `translate(${Math.round(column * (width + 28))},${top})` },
        panelOf(panel, { ...style, width }, most),
      ),
    ];
  });
  return { height: Math.max(...tops, 0), children };
}

function panelOf({ title, series, rows }: Panel, style: Style, most?: number): string[] {
  const indent = series === undefined ? 0 : 18;
  const room = textRoom(rows, style);
  return [
    ...(series === undefined ? [] : [seriesShape(series, 7, 11, style)]),
    words(style, indent, 15, fitted(title, style.width - indent, 14), { "font-weight": 600 }),
    ...rows.flatMap((row, i) =>
      bar(row, series, 24 + i * ROW, room, style, most ?? Math.max(...rows.map(({ value }) => value))),
    ),
  ];
}

interface Room {
  label: number;
  text: number;
}

/** Labels take what they need, up to half of the width. */
function textRoom(rows: Row[], { width }: Style): Room {
  const widest = (lines: string[]) => Math.max(0, ...lines.map((line) => textWidth(line, TEXT)));
  const text = widest(rows.map((row) => row.text)) + 10;
  const mark = rows.some(({ series }) => series !== undefined) ? 18 : 0;
  return { label: Math.min(width * 0.52, widest(rows.map(({ label }) => label)) + mark + 8), text };
}

function bar(
  { label, value, text, series }: Row,
  panel: number | undefined,
  top: number,
  room: Room,
  style: Style,
  most: number,
): string[] {
  const { theme, width } = style;
  const longest = Math.max(10, width - room.label - room.text);
  const length = most > 0 ? (value / most) * longest : 0;
  const middle = top + ROW / 2;
  const indent = series === undefined ? 0 : 18;
  return [
    ...(series === undefined ? [] : [seriesShape(series, 7, middle, style)]),
    words(style, indent, middle + 4, fitted(label, room.label - indent - 8), {}),
    element("rect", {
      x: room.label,
      y: middle - BAR / 2,
      width: longest,
      height: BAR,
      fill: theme.grid,
      opacity: 0.45,
    }),
    ...(length > 0
      ? [
          element("rect", {
            x: room.label,
            y: middle - BAR / 2,
            width: Math.max(1, length),
            height: BAR,
            fill: seriesColour(series ?? panel ?? 0, theme),
          }),
        ]
      : []),
    words(style, room.label + longest + 8, middle + 4, text, { "font-size": SMALL + 1 }),
  ];
}
