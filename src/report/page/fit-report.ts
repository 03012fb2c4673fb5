// The page of a fit, from what commands and programs have in hand.

import type { FitResult } from "../../results/fit-result.js";
import { sha256Base64 } from "../../scenario/sha256.js";
import { fitPageOf } from "./fit.js";
import { STYLE } from "./style.js";

/** One HTML file. `profile`: the scenario's text. */
export function fitPage(result: FitResult, profile: string): string {
  return fitPageOf(result, profile, sha256Base64(STYLE));
}
