// What went wrong, for the page.

import { ScenarioError } from "../../../src/browser.js";
import type { Failure } from "../protocol.js";

export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) return { message: "stopped", problems: [], stopped: true };
  if (error instanceof ScenarioError) return { message: error.message, problems: error.problems, stopped: false };
  return { message: error instanceof Error ? error.message : String(error), problems: [], stopped: false };
}
