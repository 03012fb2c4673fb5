// The style sheet's colours, as a canvas needs them: read again whenever the theme changes.

import { computed } from "@preact/signals";
import { isDark } from "../theme.js";

export interface Ink {
  paper: string;
  text: string;
  muted: string;
  line: string;
  limit: string;
  mono: string;
  sans: string;
  /** By a policy's place, round and round. */
  series: string[];
}

const SERIES = 8;

/** Of the theme that the document says. */
export const ink = computed<Ink>(() => {
  void isDark.value;
  return read();
});

export function seriesInk(number: number): string {
  const { series } = ink.value;
  return series[number % series.length]!;
}

/** How a policy's line is dashed, by its place: colour is never all there is. */
export function seriesDash(number: number): number[] {
  return DASHES[number % DASHES.length]!;
}

const DASHES = [[], [9, 4], [2, 3], [9, 3, 2, 3], [5, 3], [1, 3, 5, 3], [14, 4], [14, 3, 2, 3, 2, 3]];

function read(): Ink {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  return {
    paper: of("--paper", "#fff"),
    text: of("--ink", "#222"),
    muted: of("--muted", "#666"),
    line: of("--line", "#ddd"),
    limit: of("--deadline", "#7a5b00"),
    mono: of("--mono", "monospace"),
    sans: of("--sans", "sans-serif"),
    series: Array.from({ length: SERIES }, (_, i) => of(`--series-${i + 1}`, "#666")),
  };
}
