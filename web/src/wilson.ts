// Wilson's 95% interval of a share of so many: as good as the exact one of the tables to the eye, and a thousand times faster.

const NORMAL_95 = 1.959964;

export function wilson(share: number, of: number): { low: number; high: number } {
  const z2 = NORMAL_95 ** 2 / of;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (NORMAL_95 * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of))) / (1 + z2);
  return { low: share === 0 ? 0 : Math.max(0, centre - half), high: share === 1 ? 1 : Math.min(1, centre + half) };
}
