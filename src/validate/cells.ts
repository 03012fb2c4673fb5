// Rows -> cells: what was measured under the same conditions, and only that.

import { type Problem, ScenarioError } from "../scenario/index.js";
import type { Row } from "./measurements.js";

/** Rows of one file that share kernel, variant, cell, size, clock, direction and parameters. */
export interface Cell {
  file: string;
  /** The conditions; any row of the cell. */
  sample: Row;
  /** Completion times in ms of the rows that completed. */
  completedMs: number[];
  n: number;
  censored: number;
}

/** In order of appearance; throws a ScenarioError at a row whose parameters are not those of its cell's first row. */
export function groupCells(rows: readonly Row[]): Cell[] {
  const cells = new Map<string, Cell>();
  const problems: Problem[] = [];
  for (const row of rows) {
    const { file, kernel, variant, cell: name, cpus, tasks, direction, params } = row;
    const key = JSON.stringify([file, kernel, variant, name, cpus, tasks, params.clock, direction]);
    const cell = cells.get(key) ?? { file, sample: row, completedMs: [], n: 0, censored: 0 };
    cells.set(key, cell);
    const difference = differingField(cell.sample, row);
    if (difference !== undefined) {
      problems.push({
        file,
        line: row.line,
        field: difference.field,
        message: `a mixed file: ${difference.found} here, ${difference.first} in line ${cell.sample.line} of the same cell ${name}`,
      });
      continue;
    }
    cell.n++;
    if (row.censored) cell.censored++;
    else cell.completedMs.push(row.transition_ms);
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return [...cells.values()];
}

function differingField(a: Row, b: Row): { field: string; first: string; found: string } | undefined {
  const name = (field: string, first: unknown, found: unknown) => ({
    field,
    first: JSON.stringify(first),
    found: JSON.stringify(found),
  });
  if (a.workload !== b.workload) return name("workload", a.workload, b.workload);
  for (const field of Object.keys(a.params) as (keyof Row["params"])[])
    if (a.params[field] !== b.params[field]) return name(`params.${field}`, a.params[field], b.params[field]);
  return undefined;
}
