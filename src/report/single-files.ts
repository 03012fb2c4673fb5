// Each picture of a report as a file of its own: SVG, or PNG drawn from it.

import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { documentSvg } from "./figures/figure.js";
import type { Group } from "./report-input.js";
import { sectionsOf } from "./sections.js";

export interface SinglePicture {
  /** Without extension. */
  name: string;
  svg: string;
}

/** Of several groups after their scenario as well. */
export function singlePictures(groups: readonly Group[]): SinglePicture[] {
  const taken = new Map<string, number>();
  return groups.flatMap((group) => {
    const prefix = groups.length === 1 ? "" : `${group.content.result.scenario.name.replace(/[^A-Za-z0-9._-]/g, "_")}-`;
    return picturesOf(group).map(({ name, svg }) => {
      const full = `${prefix}${name}`;
      const earlier = taken.get(full) ?? 0;
      taken.set(full, earlier + 1);
      return { name: earlier === 0 ? full : `${full}.${earlier + 1}`, svg };
    });
  });
}

function picturesOf(group: Group): SinglePicture[] {
  return sectionsOf(group)
    .flatMap(({ blocks }) => blocks)
    .flatMap((block): SinglePicture[] => {
      if (block.kind === "figure") return [{ name: block.figure.name, svg: documentSvg(block.figure) }];
      return block.kind === "picture" ? [{ name: block.picture.name, svg: block.picture.light }] : [];
    });
}

/** What there is to do for who wants PNG and cannot have it. */
export class NoPng extends Error {
  override name = "NoPng";
}

const ZOOM = 2; // sharp on dense screens and on paper

/** A function from SVG to PNG. @throws NoPng where resvg or any font is missing */
export async function pngRenderer(): Promise<(svg: string) => Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js").catch(() => {
    throw new NoPng("needs the package @resvg/resvg-js, which is not installed here: npm install @resvg/resvg-js");
  });
  const fonts = await fontFamily();
  return (svg) =>
    new Resvg(svg, {
      font: { loadSystemFonts: true, ...fonts },
      fitTo: { mode: "zoom", value: ZOOM },
      background: "#ffffff",
    })
      .render()
      .asPng();
}

const FONT_DIRECTORIES = [
  "/usr/share/fonts",
  "/usr/local/share/fonts",
  join(homedir(), ".fonts"),
  join(homedir(), ".local/share/fonts"),
  "/System/Library/Fonts",
  "/Library/Fonts",
  "C:\\Windows\\Fonts",
];
/** What the pictures ask for first, by the name of its file. */
const KNOWN: [RegExp, string][] = [
  [/^DejaVuSans\.ttf$/, "DejaVu Sans"],
  [/^LiberationSans-Regular\.ttf$/, "Liberation Sans"],
  [/^NotoSans-Regular\.ttf$/, "Noto Sans"],
  [/^arial\.ttf$/i, "Arial"],
];

/** A family that is there; where none of the known ones is, resvg's own choice. Without any font words would be left out. */
async function fontFamily(): Promise<{ sansSerifFamily?: string; defaultFontFamily?: string }> {
  const files = (await Promise.all(FONT_DIRECTORIES.map(fontFiles))).flat();
  if (files.length === 0)
    throw new NoPng("finds no font on this system: install one, such as fonts-dejavu-core, or write SVG");
  const family = KNOWN.find(([pattern]) => files.some((file) => pattern.test(file)))?.[1];
  return family === undefined ? {} : { sansSerifFamily: family, defaultFontFamily: family };
}

async function fontFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  return entries.map((path) => path.split(/[\\/]/).at(-1)!).filter((file) => /\.(ttf|otf|ttc)$/i.test(file));
}
