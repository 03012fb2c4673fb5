// The lab's cells -> plans: each becomes the template of its workload, filled in by its rows' own parameters, under the
// policy of its kernel on its machine.

import { type Problem, ScenarioError } from "../scenario/index.js";
import { groupCells } from "./cells.js";
import { type Kernels, knownPairs, machineOf, type NamedPolicy, policyOf } from "./kernels.js";
import type { Row } from "./measurements.js";
import { type Recipe, recipeOf } from "./settings.js";
import type { Plan, Simulator } from "./simulate.js";
import type { PlannedCell } from "./validate.js";

/** Throws a ScenarioError for rows of no known kernel and variant. */
export async function planLab(rows: readonly Row[], kernels: Kernels, simulator: Simulator): Promise<PlannedCell[]> {
  const problems: Problem[] = [];
  const planned: PlannedCell[] = [];
  for (const cell of groupCells(rows, parameters)) {
    const { row } = cell;
    const policy = policyOf(kernels, row.kernel, row.variant);
    const recipe = recipeOf(row, machineOf(kernels, row.kernel, row.clock));
    if (recipe === undefined) throw new Error(`${row.file}:${row.line}: a workload without a recipe`);
    if (policy === undefined) {
      problems.push(unknownPair(row, kernels));
      continue;
    }
    const { conditions, completedMs, n, censored } = cell;
    planned.push({
      conditions,
      measured: { completedMs, n, censored },
      policy: policy.name,
      plan: await planOf(simulator, recipe, policy, row),
      ...(recipe.excluded === undefined ? {} : { excluded: recipe.excluded }),
    });
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return planned;
}

function parameters({ params }: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [`params.${name}`, value]));
}

/** A scenario that cannot be built is the row's fault, so its place comes first. */
async function planOf(
  simulator: Simulator,
  recipe: Recipe,
  policy: NamedPolicy,
  { file, line, cell }: Row,
): Promise<Plan> {
  try {
    return await simulator.plan(recipe, policy);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(
      error.problems.map((p) => ({ ...p, file, line, message: `cell ${cell} as ${recipe.template}: ${p.message}` })),
    );
  }
}

function unknownPair({ file, line, kernel, variant }: Row, kernels: Kernels): Problem {
  const bound = knownPairs(kernels);
  return {
    file,
    line,
    field: "variant",
    message: `no policy is known for kernel ${kernel}, variant ${variant}: expected ${bound}`,
    bound,
  };
}
