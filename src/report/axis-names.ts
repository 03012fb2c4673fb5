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

/** A YAML value in a column. */
export function shownValue(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "default");
  return text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH - 3)}...` : text;
}
