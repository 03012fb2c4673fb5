// Normal draws by inversion.

import { normalQuantile } from "../results/normal.js";

const CONFIDENCE_MOST = 1 - 1e-9;

/** Of a uniform in (0, 1). */
export function gaussian(uniform: number): number {
  const confidence = Math.min(CONFIDENCE_MOST, Math.abs(2 * uniform - 1));
  return Math.sign(uniform - 0.5) * normalQuantile(confidence);
}
