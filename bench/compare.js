// Compares measured ratios with stored ones: the whole judgement of `npm run bench:check`.

/** A fall by more than this part of the stored ratio is a regression. */
export const TOLERANCE = 0.15;

/**
 * A ratio is a speed relative to another taken beside it: less is worse.
 * @typedef {{ figure: string, value: number }} Ratio
 */

/**
 * The stored ratios that the measured ones fall short of, or lack.
 * @param {Ratio[]} stored
 * @param {Ratio[]} measured
 * @returns {{ figure: string, stored: number, measured: number | undefined }[]}
 */
export function regressions(stored, measured) {
  const now = new Map(measured.map(({ figure, value }) => [figure, value]));
  return stored
    .map(({ figure, value }) => ({ figure, stored: value, measured: now.get(figure) }))
    .filter((one) => one.measured === undefined || !(one.measured >= (1 - TOLERANCE) * one.stored));
}

/** A line for a person. */
export function explain({ figure, stored, measured }) {
  if (measured === undefined) return `${figure}: stored, but no longer measured`;
  return `${figure}: ${measured.toPrecision(3)}, ${Math.round(100 * (1 - measured / stored))}% under the stored ${stored.toPrecision(3)}`;
}
