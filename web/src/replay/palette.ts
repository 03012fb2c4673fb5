// The timeline's colours: those of klpsim's own timelines (src/report/timeline-plot.ts), from the style sheet.

import { type Ink, ink } from "../run/ink.js";
import { LOOKS, type Look } from "./view.js";

export interface Palette {
  ink: Ink;
  looks: Record<Look, string>;
  try: string;
  round: string;
  end: string;
  /** As the pixels of an image, by look: as it is, and once it has switched. */
  pixels: Uint32Array;
  muted: Uint32Array;
  pending: number;
}

/** Of the style sheet, by name: --look-user and so on. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim() || "#888888";
  const looks = Object.fromEntries(LOOKS.map((look) => [look, of(`look-${look}`)])) as Record<Look, string>;
  const paper = of("paper");
  return {
    ink: ink.value,
    looks,
    try: of("mark-try"),
    round: of("mark-round"),
    end: of("mark-end"),
    pixels: Uint32Array.from(LOOKS, (look) => pixel(looks[look], paper, 1)),
    muted: Uint32Array.from(LOOKS, (look) => pixel(looks[look], paper, 0.35)),
    pending: pixel(of("mark-pending"), paper, 1),
  };
}

/** #rgb or #rrggbb over paper, little-endian RGBA. */
function pixel(colour: string, paper: string, share: number): number {
  const [full, under] = [colour, paper].map((one) => (one.length === 4 ? one.replace(/[^#]/g, "$&$&") : one));
  const part = (at: number) => {
    const [own, below] = [full, under].map((one) => Number.parseInt(one!.slice(at, at + 2), 16));
    return Math.round(share * own! + (1 - share) * below!);
  };
  return ((255 << 24) | (part(5) << 16) | (part(3) << 8) | part(1)) >>> 0;
}
