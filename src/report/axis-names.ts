// How tables and plots of a sweep call its paths and values.

import type { SweepAxis } from "../results/result.js";

const VALUE_WIDTH = 16;

/** Paths by their last step, or as many as tell them apart. */
export function shortPaths(axes: readonly SweepAxis[]): string[] {
  const ends = (path: string, steps: number) => path.split(".").slice(-steps).join(".");
  return axes.map(({ path }) => {
    for (let steps = 1; ; steps++) {
      const short = ends(path, steps);
      if (short === path || axes.filter((other) => ends(other.path, steps) === short).length === 1) return short;
    }
  });
}

/** A YAML value in a column; of a whole record only which one it is. */
export function shownValue(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "default");
  if (text.length <= VALUE_WIDTH) return text;
  return isRecord(value) ? `{${fingerprint(text)}}` : `${text.slice(0, VALUE_WIDTH - 3)}...`;
}

export function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Six hexadecimal digits that differ where the text does (FNV-1a, 24 of its 32 bits). */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 8).toString(16).padStart(6, "0");
}
