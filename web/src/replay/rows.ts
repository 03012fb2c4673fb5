// The rows of a timeline: a heading for the CPUs and for each class of tasks, and below those that are open a row for each lane.

import type { Group, ReplayView } from "./view.js";

export type Row = { kind: "group"; group: Group } | { kind: "lane"; lane: number; group: Group };

export const ROW = 20; // CSS pixels
const OPEN_MAX = 200;

export function rowsOf({ groups }: ReplayView, open: ReadonlySet<string>): Row[] {
  return groups.flatMap((group): Row[] => {
    const head: Row = { kind: "group", group };
    if (!open.has(group.name)) return [head];
    return [head, ...Array.from(group.lanes, (lane): Row => ({ kind: "lane", lane, group }))];
  });
}

/** Whose transition takes longest is to be seen at once: the classes that the second try still finds, as far as there is room. */
export function openAtFirst({ groups, tries, stragglers, tasks }: ReplayView): Set<string> {
  const [, second = tries[0]] = tries;
  const left = new Set(second === undefined ? [] : stragglers.lane.subarray(second.from, second.to));
  const late = groups.filter(({ lanes }) => lanes.some((lane) => lane < tasks.length && left.has(lane)));
  const classes = late.length > 0 ? late : groups.slice(1, 2);
  return new Set(classes.filter(({ lanes }, i) => i === 0 || lanes.length <= OPEN_MAX).map(({ name }) => name));
}
