// What the plots of a run have in common: of each policy a stepped line and the band around it.

import uPlot from "uplot";
import type { RunView } from "../protocol.js";
import type { Layer } from "./time-plot.js";

/** `view` and `isHidden` are asked whenever it is drawn. */
export type LayerOf = (
  policies: readonly string[],
  view: () => RunView,
  isHidden: (policy: string) => boolean,
) => Layer;

/** Of each policy: the line, and the low and high end of its band. */
export const SERIES = 3;
const BAND_ALPHA = 0.16;

interface Look {
  line: (policy: number) => uPlot.Series;
  band: (policy: number) => string;
}

export function banded(
  policies: readonly string[],
  isHidden: (policy: string) => boolean,
  { line, band }: Look,
): Pick<Layer, "series" | "bands" | "shown"> {
  const plain = { paths: uPlot.paths.stepped!({ align: 1 }), points: { show: false } };
  return {
    series: policies.flatMap((_, i) => [
      { ...plain, ...line(i) },
      { ...plain, width: 0 },
      { ...plain, width: 0 },
    ]),
    bands: policies.map((_, i) => ({
      series: [SERIES * i + 3, SERIES * i + 2] as [number, number],
      fill: () => faded(band(i)),
    })),
    shown: (series) => !isHidden(policies[Math.floor(series / SERIES)]!),
  };
}

function faded(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour)
    ? `${colour}${Math.round(255 * BAND_ALPHA).toString(16)}`
    : `color-mix(in srgb, ${colour} ${100 * BAND_ALPHA}%, transparent)`;
}
