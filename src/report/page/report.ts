// The page of results, from what commands and programs have in hand.

import { createHash } from "node:crypto";
import { groupInputs, type ReportInput } from "../report-input.js";
import { pageOf } from "./page.js";
import { STYLE } from "./style.js";

/** One HTML file: results of one scenario side by side, others as parts of their own. */
export function reportPage(inputs: readonly ReportInput[]): string {
  return pageOf(groupInputs(inputs), createHash("sha256").update(STYLE).digest("base64"));
}
