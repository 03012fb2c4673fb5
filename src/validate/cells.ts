// Rows -> cells: what was measured under the same conditions, and only that.

import { type Problem, ScenarioError } from "../scenario/index.js";
import type { Direction, Measurement } from "./measurements.js";

/** What names a cell. */
export interface Conditions {
  file: string;
  kernel: string;
  variant: string;
  cell: string;
  workload: string;
  cpus: number;
  tasks: number;
  clock: string;
  direction: Direction;
}

/** The rows of one file that share their conditions. */
export interface Cell<R> {
  conditions: Conditions;
  /** Any row of the cell: what its rows share besides. */
  row: R;
  /** Completion times in ms of the rows that completed. */
  completedMs: number[];
  n: number;
  censored: number;
}

/**
 * In order of appearance. `shared` gives what rows of a cell must have in common besides, by field; throws a ScenarioError
 * at each row that has not what its cell's first row has.
 */
export function groupCells<R extends Measurement & Conditions>(
  rows: readonly R[],
  shared: (row: R) => object,
): Cell<R>[] {
  const cells = new Map<string, Cell<R>>();
  const problems: Problem[] = [];
  for (const row of rows) {
    const { file, kernel, variant, cell: name, workload, cpus, tasks, clock, direction } = row;
    const conditions = { file, kernel, variant, cell: name, workload, cpus, tasks, clock, direction };
    const key = JSON.stringify({ ...conditions, workload: null });
    const cell = cells.get(key) ?? { conditions, row, completedMs: [], n: 0, censored: 0 };
    cells.set(key, cell);
    const mixed = firstDifference({ workload: cell.row.workload, ...shared(cell.row) }, { workload, ...shared(row) });
    if (mixed !== undefined) {
      const { field, first, found } = mixed;
      const message = `a mixed file: ${found} here, ${first} in line ${cell.row.line} of the same cell ${name}`;
      problems.push({ file, line: row.line, field, message });
      continue;
    }
    cell.n++;
    if (row.censored) cell.censored++;
    else cell.completedMs.push(row.transition_ms);
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return [...cells.values()];
}

/** By field name; values are scalars. */
function firstDifference(a: object, b: object): { field: string; first: string; found: string } | undefined {
  const [first, found] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const field = [...new Set([...first.keys(), ...found.keys()])].find((name) => first.get(name) !== found.get(name));
  if (field === undefined) return undefined;
  const show = (value: unknown) => JSON.stringify(value) ?? "nothing";
  return { field, first: show(first.get(field)), found: show(found.get(field)) };
}
