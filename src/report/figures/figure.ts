// A picture of a report: drawn at any width, in the page's colours or in its own, alone or inside a page.

import { element, escaped, svgDocument, text } from "../svg.js";
import { LIGHT, type Theme } from "./theme.js";

/** How wide a picture is to be, in CSS pixels, and in which colours. */
export interface Style {
  width: number;
  theme: Theme;
}

export interface Drawing {
  height: number;
  children: string[];
}

export interface Figure {
  /** Of its file, without extension; unique within a report. */
  name: string;
  title: string;
  /** How to read it. */
  caption: string;
  /** What it shows, in words, for who cannot see it. */
  description: string;
  draw(style: Style): Drawing;
}

export const TEXT = 12;
export const SMALL = 11;
const ALONE_WIDTH = 760;
const ALONE_MARGIN = 20;
const TITLE_HEIGHT = 44;

/** Part of a page: no document of its own, colours from the page. */
export function inlineSvg({ description, draw }: Figure, style: Style, className: string): string {
  const { height, children } = draw(style);
  const root = {
    viewBox: `0 0 ${style.width} ${Math.ceil(height)}`,
    width: style.width,
    height: Math.ceil(height),
    role: "img",
    "aria-label": description,
    class: className,
    fill: "none",
  };
  return element("svg", root, children.filter(Boolean));
}

/** A document of its own, with its title, on white. */
export function documentSvg({ title, description, draw }: Figure): string {
  const { height, children } = draw({ width: ALONE_WIDTH, theme: LIGHT });
  return svgDocument({
    width: ALONE_WIDTH + 2 * ALONE_MARGIN,
    height: Math.ceil(height) + TITLE_HEIGHT + ALONE_MARGIN,
    title,
    description,
    children: [
      text(ALONE_MARGIN, 28, fitted(title, ALONE_WIDTH, 17), { "font-size": 17, "font-weight": 600 }),
      element("g", { transform: `translate(${ALONE_MARGIN},${TITLE_HEIGHT})` }, children.filter(Boolean)),
    ],
  });
}

/** Words of the default size in the theme's ink. */
export function words(
  { theme }: Style,
  x: number,
  y: number,
  content: string,
  attributes: Record<string, string | number> = {},
): string {
  return text(x, y, content, { "font-size": TEXT, fill: theme.ink, ...attributes });
}

const NARROW = /[ .,:;'|!()[\]ijltfrI1-]/;
const WIDE = /[\u1100-\uffff]|[mwMW@%]/;

/** About how wide words are: no more, in the fonts that pages are read in. */
export function textWidth(content: string, size = TEXT): number {
  let width = 0;
  for (const char of content) width += NARROW.test(char) ? 0.42 : WIDE.test(char) ? 1 : 0.64;
  return width * size;
}

/** As much of the words as there is room for. */
export function fitted(content: string, room: number, size = TEXT): string {
  if (textWidth(content, size) <= room) return content;
  const chars = [...content];
  while (chars.length > 1 && textWidth(`${chars.join("")}…`, size) > room) chars.pop();
  return `${chars.join("")}…`;
}

/** A remark that shows under the pointer. */
export function withHint(hint: string, children: string[]): string {
  return element("g", {}, [`<title>${escaped(hint)}</title>`, ...children]);
}

/** Two decimals are enough for a screen. */
export function px(value: number): string {
  return String(Math.round(10 * value) / 10);
}
