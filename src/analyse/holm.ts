/** Holm's step-down correction: the adjusted p-values, in the order given. A cell is rejected at alpha if its own is below it. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((cell, rank) => {
    least = Math.max(least, Math.min(1, pValues[cell]! * (pValues.length - rank)));
    adjusted[cell] = least;
  });
  return adjusted;
}
