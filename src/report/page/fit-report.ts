// The page of a fit, from what commands and programs have in hand.

import { createHash } from "node:crypto";
import type { FitResult } from "../../results/fit-result.js";
import { fitPageOf } from "./fit.js";
import { STYLE } from "./style.js";

/** One HTML file. `profile`: the scenario's text. */
export function fitPage(result: FitResult, profile: string): string {
  return fitPageOf(result, profile, createHash("sha256").update(STYLE).digest("base64"));
}
