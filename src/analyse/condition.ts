// Judges a condition on figures of policies. The estimates decide, as in any test of a build: who wants to be sure looks whether the
// intervals agree, or runs more replicas. What censoring hides is a range without an upper end, so that a condition holds,
// does not, or cannot be told.

import { rangeText } from "../report/format.js";
import type { JudgedCondition } from "../results/result.js";
import type { Side } from "./compare-policies.js";
import { type Measured, measure } from "./condition-figures.js";
import type { Condition, Expression } from "./condition-text.js";
import { compute, exactly, holds } from "./range.js";

export function judge(condition: Condition, sides: Side[], horizonMs: number): JudgedCondition {
  const left = evaluate(condition.left.expression, sides, horizonMs);
  const right = evaluate(condition.right.expression, sides, horizonMs);
  const verdict = holds(condition.comparator, left.estimate, right.estimate);
  const certain = verdict !== null && holds(condition.comparator, left.interval, right.interval) === verdict;
  const shown = [said(condition.left, left), said(condition.right, right)].filter((text) => text !== "");
  return {
    condition: condition.text,
    holds: verdict,
    certain,
    detail: `${shown.join(", ")}: ${inWords(verdict, certain)}`,
  };
}

function evaluate(expression: Expression, sides: Side[], horizonMs: number): Measured {
  switch (expression.of) {
    case "constant":
      return { estimate: exactly(expression.value), interval: exactly(expression.value) };
    case "figure":
      return measure(expression.figure, sides[expression.policy]!, horizonMs);
    case "operation": {
      const left = evaluate(expression.left, sides, horizonMs);
      const right = evaluate(expression.right, sides, horizonMs);
      return {
        estimate: compute(expression.operator, left.estimate, right.estimate),
        interval: compute(expression.operator, left.interval, right.interval),
      };
    }
  }
}

/** `p99 kvm-v2 = 1.27 s (1.27-1.28 s)`; nothing of what is a constant as it stands. */
function said({ text, expression }: Condition["left"], { estimate, interval }: Measured): string {
  if (expression.of === "constant") return "";
  const isTime = expression.kind === "time";
  return `${text} = ${rangeText(estimate, isTime)} (${rangeText(interval, isTime)})`;
}

function inWords(verdict: boolean | null, certain: boolean): string {
  if (verdict === null) return "cannot be told, since it is decided beyond the horizon";
  const intervals = certain ? "the 95% intervals agree" : "the 95% intervals leave it open";
  return `${verdict ? "holds" : "does not hold"}; ${intervals}`;
}
