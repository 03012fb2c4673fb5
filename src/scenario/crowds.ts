// CPUs for which tasks that do not rest compete: whoever rests there has alarms drawn by CPU, so that those of one CPU can be had
// without those of all others (docs/rules.md 3).

import { meanTicks } from "./durations.js";
import type { DurationModel, Model, PhaseModel } from "./model.js";

/** Least mean time in ticks between two alarms of a CPU, so that its cells can be counted. */
const GAP_LEAST = 1000;

export interface Crowd {
  cpu: number;
  /** Alarms a tick. */
  rate: number;
  /** Who rests there, class by class: its number, its mean rest in ticks, alarms a tick of those before, and its tasks. */
  rows: { number: number; mean: number; before: number; tasks: number[] }[];
}

/** The crowded CPUs on which somebody rests, in ascending order. */
export function crowdsOf(model: Model): Crowd[] {
  const { classes, tasks } = model;
  const runners = new Map<number, number>();
  const rows = new Map<number, Crowd["rows"]>();
  classes.forEach(({ usesCpu, resting, firstTask, count }, number) => {
    for (let task = firstTask; task < firstTask + count; task++) {
      const cpu = tasks.cpu[task] as number;
      if (resting !== null) addTo(rows, cpu, number, restingMean(model, resting.phase), task);
      else if (usesCpu) runners.set(cpu, (runners.get(cpu) ?? 0) + 1);
    }
  });
  return [...rows]
    .map(([cpu, list]) => ({ cpu, rate: accumulate(list), rows: list }))
    .filter(({ cpu, rate }) => (runners.get(cpu) ?? 0) >= 2 && 1 / rate >= GAP_LEAST)
    .sort((a, b) => a.cpu - b.cpu);
}

/** Alarms a tick of all rows together. */
function accumulate(rows: Crowd["rows"]): number {
  let rate = 0;
  for (const row of rows) {
    row.before = rate;
    rate += row.tasks.length / row.mean;
  }
  return rate;
}

function addTo(all: Map<number, Crowd["rows"]>, cpu: number, number: number, mean: number, task: number): void {
  const list = all.get(cpu) ?? [];
  all.set(cpu, list);
  const last = list.at(-1);
  if (last?.number === number) last.tasks.push(task);
  else list.push({ number, mean, before: 0, tasks: [task] });
}

function restingMean({ phases, durations }: Model, phase: number): number {
  return meanTicks(durations[(phases[phase] as PhaseModel).duration] as DurationModel, durations);
}
