// Classes of tasks from a recording: tasks of one kind and name, apart where they plainly behave differently (clusters.ts), or
// as `by` says. At most as many as a scenario takes: those that least is known of become one a kind.

import { CLASS_MAX } from "../scenario/schema.js";
import { NameBook } from "./class-names.js";
import { classPhases } from "./class-phases.js";
import { clusters } from "./clusters.js";
import type { Observed, ObservedClass } from "./observed.js";
import { addLot, emptyLot, type Kind, type Lot, mostAtOnce, type Recording } from "./recording.js";
import { withSums } from "./sums.js";

export interface ClassOptions {
  /**
   * name: of one name, numbers left out, split where they plainly behave differently; behaviour: alike, whatever their names;
   * process: of one process, or of one name where the trace does not say; task: each its own.
   */
  by: "name" | "behaviour" | "process" | "task";
  /** Names of tasks are dropped: user-1, kthread-2. */
  anonymise: boolean;
}

const KINDS = 3;

export function classesOf(recording: Recording, { by, anonymise }: ClassOptions): Observed {
  const { window, resolution, cpus, busy, has, sums } = recording;
  const notes = [...recording.notes];
  const lots = withSums(recording.lots, sums, has, notes);
  const groups = fewEnough(grouped(lots, by).map(joined), notes);
  const book = new NameBook();
  const classes = groups.map((lot) => {
    const name = anonymise ? book.numbered(lot.kind) : book.name(lot.pattern);
    return observedClass(lot, name, anonymise, notes);
  });
  const some = classes.filter(({ phases }) => phases.size > 0);
  if (some.length < classes.length)
    notes.push(
      `${classes.length - some.length} classes left out: of their tasks no more is known than waits for a CPU`,
    );
  return { window, resolution, cpus, classes: some, busy, has, notes };
}

function grouped(lots: readonly Lot[], by: ClassOptions["by"]): Lot[][] {
  if (by === "task") return lots.map((lot) => [lot]);
  const groups = new Map<string, Lot[]>();
  for (const lot of lots) {
    const key = by === "behaviour" ? lot.kind : `${lot.kind} ${(by === "process" && processOf(lot)) || lot.pattern}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [lot]);
    else group.push(lot);
  }
  if (by === "process") return [...groups.values()];
  return [...groups.values()].flatMap((group) => clusters(group, by === "behaviour"));
}

function processOf({ processes }: Lot): string {
  return processes?.size === 1 ? `of ${[...processes][0]!}` : "";
}

/** One lot, named as the one that most is known of. */
function joined(lots: Lot[]): Lot {
  if (lots.length === 1) return lots[0]!;
  const most = lots.reduce((a, b) => (b.account.known > a.account.known ? b : a));
  const all = emptyLot(most.kind, most.pattern);
  for (const lot of lots) addLot(all, lot);
  return all;
}

function fewEnough(lots: Lot[], notes: string[]): Lot[] {
  const sorted = lots.sort((a, b) => b.account.known - a.account.known);
  if (sorted.length <= CLASS_MAX) return sorted;
  const kept = sorted.slice(0, CLASS_MAX - KINDS);
  const rest = sorted.slice(CLASS_MAX - KINDS);
  const others = new Map<Kind, Lot>();
  for (const lot of rest) {
    if (!others.has(lot.kind)) others.set(lot.kind, emptyLot(lot.kind, "other"));
    addLot(others.get(lot.kind)!, lot);
  }
  const known = (some: readonly Lot[]) => some.reduce((sum, { account }) => sum + account.known, 0);
  const share = ((100 * known(rest)) / known(sorted)).toPrecision(2);
  notes.push(`${rest.length} classes beyond ${CLASS_MAX - KINDS} became \`other\`: ${share}% of the tasks' time`);
  return [...kept, ...others.values()];
}

function observedClass(lot: Lot, name: string, anonymise: boolean, notes: string[]): ObservedClass {
  const { kind, account, comms, cpus, spans, born, ended, processes } = lot;
  const { phases, pooled } = classPhases(account, kind);
  if (pooled.count > 0)
    notes.push(
      `${pooled.count} phases of ${name} became \`other\`: ${(100 * pooled.share).toPrecision(2)}% of its time`,
    );
  const tasks = Math.max(1, mostAtOnce(spans));
  const perProcess =
    processes === null || processes.size === 0 ? null : Math.max(1, Math.round(tasks / processes.size));
  return {
    name,
    kind,
    comms: anonymise ? new Map() : comms,
    tasks,
    born,
    ended,
    cpus,
    threadsPerProcess: perProcess,
    phases,
    runnable: account.runnable,
  };
}
