// Lengths that the recording's clock shows as none: anything below one of its steps. A scenario needs some time in every circle of phases.

import type { DurationInput } from "../scenario/fields.js";
import { parseTime } from "../scenario/units.js";
import type { FittedDuration } from "./fitted.js";

const NS_PER_US = 1000;

/** Uniform below a step of the clock (`resolution`, ns) where the law is no time at all; else as it is. */
export function withSomeTime(fitted: FittedDuration, resolution: number): FittedDuration {
  const { best } = fitted;
  if (typeof best.law === "object" || parseTime(best.law) !== 0) return fitted;
  const law: DurationInput = { uniform: [0, `${resolution / NS_PER_US}us`] };
  return { ...fitted, best: { ...best, law, draw: () => law } };
}
