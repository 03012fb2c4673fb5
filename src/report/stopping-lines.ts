// Why a run with --until stopped where it did.

import type { RunResult, Stopping } from "../results/result.js";
import { whole } from "./format.js";
import { tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

const REASONS: Record<Stopping["reason"], string> = {
  met: "every rule is met",
  replicas: "the limit of replicas; not every rule is met",
  time: "the limit of time; not every rule is met",
  censored: "a figure is in the censored share, where no number of replicas finds it",
};

/** A line why, one a rule, and how far the intervals carry; nothing of a run with a number of replicas. */
export function stoppingLines({ stopping, replicas }: RunResult, terminal: Terminal): string[] {
  if (stopping === undefined) return [];
  const { rules, looks, reason, intervals } = stopping;
  const isLimitOnly = reason === "time" && rules.length === 1;
  const columns = ["", "", ""].map((title) => ({ title, align: "left" }) as const);
  const rows = rules.flatMap((rule) => ruleRows(rule));
  return [
    "",
    `Stopped at look ${looks.length}, ${whole(replicas)} transitions a policy: ${isLimitOnly ? "the limit of time" : REASONS[reason]}.`,
    ...tableLines(columns, rows, terminal).slice(1),
    ...wrap(`Intervals: ${intervals}.`, terminal.columns).split("\n").map(terminal.dim),
  ];
}

/** A line a policy. */
function ruleRows({ rule, met, detail }: Stopping["rules"][number]): { text: string }[][] {
  const state = met ? "met" : rule.startsWith("time") ? "limit" : "open";
  return detail
    .split("; ")
    .map((part, i) => [{ text: i === 0 ? `  ${state}` : "" }, { text: i === 0 ? rule : "" }, { text: part }]);
}
