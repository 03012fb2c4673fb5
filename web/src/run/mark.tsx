// A policy's mark in its colour, as plots, tables and legends have it.

import { seriesMark } from "../../../src/report/series.js";

export function Mark({ series }: { series: number }) {
  return (
    <span class={`mark series-${(series % 8) + 1}`} aria-hidden="true">
      {seriesMark(series)}
    </span>
  );
}
