// A user's own measurements -> plans: the scenario says what ran and under which policies; a row may say direction and cap.

import { type Compiled, type LoadOptions, loadScenario, ScenarioError } from "../scenario/index.js";
import { type Cell, type Conditions, groupCells } from "./cells.js";
import type { OwnRow } from "./measurements.js";
import type { PlannedCell } from "./validate.js";

export interface OwnScenario {
  text: string;
  file: string;
  /** Policies to take instead of the scenario's. */
  policies?: string[];
  /** Variant -> policy: rows of that variant have that one alone. */
  mapped: ReadonlyMap<string, string>;
}

export interface OwnPlan {
  planned: PlannedCell[];
  /** Where rows and scenario disagree about what nothing here depends on. */
  notes: string[];
}

type Filled = OwnRow & Conditions;

/** A cell comes up once for each of its policies. Throws a ScenarioError where the scenario or the rows are wrong. */
export function planOwn(rows: readonly OwnRow[], scenario: OwnScenario): OwnPlan {
  const defaults = conditionsOf(load(scenario));
  const cells = groupCells(
    rows.map((row): Filled => ({ ...defaults, ...row })),
    ({ cap_ms }) => (cap_ms === undefined ? {} : { cap_ms }),
  );
  const planned = cells.flatMap((cell) => planCell(cell, scenario));
  const notes = cells.flatMap(({ conditions: { file, cell, cpus } }) =>
    cpus === defaults.cpus
      ? []
      : [`${file}: cell ${cell} was measured on ${cpus} CPUs, the scenario's host has ${defaults.cpus}`],
  );
  return { planned, notes };
}

function load({ text, file, policies }: OwnScenario, options: LoadOptions = {}): Compiled {
  return loadScenario(text, { file, ...(policies === undefined ? {} : { policies }), ...options });
}

/** What a row says that says nothing. */
function conditionsOf({ model, scenario }: Compiled): Pick<Conditions, "workload" | "cpus" | "tasks" | "direction"> {
  const tasks = Object.values(scenario.workload).reduce((sum, { count = 1 }) => sum + count, 0);
  return { workload: model.name, cpus: model.host.cpus, tasks, direction: model.patch.direction };
}

function planCell({ conditions, row, completedMs, n, censored }: Cell<Filled>, scenario: OwnScenario): PlannedCell[] {
  const mapped = scenario.mapped.get(conditions.variant);
  const set = [`patch.direction=${conditions.direction}`];
  if (row.cap_ms !== undefined) set.push(`run.horizon=${Math.round(1000 * row.cap_ms)}us`);
  const compiled = atRow(row, () => load(scenario, { set, ...(mapped === undefined ? {} : { policies: [mapped] }) }));
  return compiled.policies.map((policy) => ({
    conditions,
    measured: { completedMs, n, censored },
    policy: policy.name,
    plan: {
      key: JSON.stringify([compiled.model.hash, policy, String(compiled.seed)]),
      compiled: { ...compiled, policies: [policy] },
    },
  }));
}

/** What only the row's settings make wrong is the row's fault. */
function atRow<T>({ file, line }: OwnRow, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const isSetting = (place = "") => place.startsWith("--set ");
    throw new ScenarioError(error.problems.map((p) => (isSetting(p.file) ? { ...p, file, line } : p)));
  }
}
