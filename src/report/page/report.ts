// The page of results, from what commands and programs have in hand.

import { sha256Base64 } from "../../scenario/sha256.js";
import { groupInputs, type ReportInput } from "../report-input.js";
import { pageOf } from "./page.js";
import { STYLE } from "./style.js";

/** One HTML file: results of one scenario side by side, others as parts of their own. */
export function reportPage(inputs: readonly ReportInput[]): string {
  return pageOf(groupInputs(inputs), sha256Base64(STYLE));
}
