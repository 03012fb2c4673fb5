// How a run is parted and how long it takes, for a terminal.

import type { Estimate } from "../results/result.js";
import type { WorkPlan } from "../results/work-plan.js";
import { bytes, durationInterval, longDuration, percent, whole } from "./format.js";
import { seriesMark } from "./series.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

const WIDTH_MAX = 100;

/** Lines of text. */
export function planReport(plan: WorkPlan, terminal: Terminal): string[] {
  const advice = wrap(adviceText(plan), Math.min(terminal.columns, WIDTH_MAX)).split("\n");
  return [
    `${terminal.bold(plan.scenario.name)}  ${sizeText(plan)}`,
    "",
    ...tableLines(
      POLICY_COLUMNS,
      plan.policies.map((_, i) => policyRow(plan, i, terminal)),
      terminal,
    ),
    "",
    ...tableLines(
      CORES_COLUMNS,
      plan.timing.byCores.map((row) => coresRow(plan, row)),
      terminal,
    ),
    "",
    ...advice,
  ];
}

function sizeText({ policies, points, replicas, shards, timing }: WorkPlan): string {
  const under = policies.length === 1 ? "1 policy" : `each of ${policies.length} policies`;
  const at = points === 1 ? "" : ` at each of ${whole(points)} points`;
  const files = `${shards === 1 ? "1 shard" : `${whole(shards)} shards`} of about ${bytes(timing.bytes)} in all`;
  return `${whole(replicas)} transitions under ${under}${at}: ${files}`;
}

const POLICY_COLUMNS: Column[] = [
  { title: "policy", align: "left" },
  { title: "shards", align: "right" },
  { title: "replicas each", align: "right", drop: 1 },
  { title: "a shard takes", align: "right" },
  { title: "95%", align: "right", drop: 2 },
];

function policyRow({ policies, timing }: WorkPlan, number: number, terminal: Terminal): Cell[] {
  const { policy, shards, fewest, most } = policies[number]!;
  const { shardMs } = timing.policies[number]!;
  return [
    { text: `${seriesMark(number)} ${policy}`, paint: terminal.series(number) },
    { text: whole(shards) },
    { text: fewest === most ? whole(most) : `${whole(fewest)}-${whole(most)}` },
    { text: longDuration(shardMs.value ?? 0) },
    { text: intervalText(shardMs), paint: terminal.dim },
  ];
}

function intervalText({ low, high }: Estimate): string {
  return low === null || high === null ? "" : durationInterval(Math.max(0, low), high);
}

const CORES_COLUMNS: Column[] = [
  { title: "cores", align: "right" },
  { title: "takes", align: "right" },
  { title: "at work", align: "right" },
];

function coresRow({ timing }: WorkPlan, { cores, ms }: { cores: number; ms: number }): Cell[] {
  return [{ text: whole(cores) }, { text: longDuration(ms) }, { text: percent(busy(timing, cores, ms)) }];
}

/** The share of the cores' time in which they work. */
function busy({ workMs }: WorkPlan["timing"], cores: number, ms: number): number {
  return Math.min(1, (workMs.value ?? 0) / (cores * ms));
}

function adviceText({ timing }: WorkPlan): string {
  const { cores, wholeMs, usefulCores, better } = timing;
  const ms = wholeMs.value ?? 0;
  const takes = `On ${coresText(cores)} the whole takes ${longDuration(ms)} (95%: ${intervalText(wholeMs)}), as measured on one core of this machine.`;
  if (better !== null) {
    const idle = `Its cores would be at work for ${percent(busy(timing, cores, ms))} of that: shards are too few or too long for so many.`;
    return `${takes} ${idle} --shards ${better.shards} takes ${longDuration(better.wholeMs)}.`;
  }
  if (usefulCores < cores) return `${takes} More than ${coresText(usefulCores)} gain nothing.`;
  return `${takes} Up to ${coresText(usefulCores)} make it shorter.`;
}

function coresText(cores: number): string {
  return cores === 1 ? "1 core" : `${whole(cores)} cores`;
}
