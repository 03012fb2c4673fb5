// Measured rows -> one result a cell (design 5). Everything is checked before anything is simulated.

import { type Problem, ScenarioError } from "../scenario/index.js";
import { type Cell, groupCells } from "./cells.js";
import { adjust, compare, ROWS_LEAST, type Summary, summarise, type Tests } from "./compare.js";
import { type Kernels, knownPairs, machineOf, type NamedPolicy, policyOf } from "./kernels.js";
import type { Row } from "./measurements.js";
import { type Recipe, recipeOf, WORKLOADS } from "./settings.js";
import type { Plan, Simulator } from "./simulate.js";

export type Verdict = "agree" | "rejected" | "excluded" | "undecidable";

export interface CellResult {
  file: string;
  kernel: string;
  variant: string;
  cell: string;
  workload: string;
  cpus: number;
  tasks: number;
  clock: string;
  direction: "patch" | "unpatch";
  policy: string;
  measured: Summary;
  simulated: Summary;
  ks: Tests["ks"];
  censoring: Tests["censoring"];
  /** After Holm's correction over the cells that count; null for those that do not. */
  pHolm: number | null;
  verdict: Verdict;
  reason: string | null;
}

export interface Validation {
  schemaVersion: 1;
  alpha: number;
  verdict: Exclude<Verdict, "excluded">;
  /** Number of rejected cells. */
  rejected: number;
  cells: CellResult[];
}

interface PlannedCell {
  cell: Cell;
  policy: NamedPolicy;
  plan: Plan;
  excluded?: string;
}

export interface ValidateOptions {
  alpha: number;
  kernels: Kernels;
  simulator: Simulator;
  signal?: AbortSignal;
  /** Called before each cell; `rate` is cells a second. */
  onProgress?: (done: number, total: number, rate: number) => void;
}

/** Throws a ScenarioError for rows that belong to no known kernel, variant or workload. */
export async function validate(rows: readonly Row[], options: ValidateOptions): Promise<Validation> {
  const { alpha, simulator, signal, onProgress } = options;
  const planned = await planCells(groupCells(rows), options);
  const results: (Omit<CellResult, "pHolm" | "verdict" | "reason"> & { tests: Tests; excluded?: string })[] = [];
  const start = performance.now();
  for (const [i, { cell, policy, plan, excluded }] of planned.entries()) {
    signal?.throwIfAborted();
    onProgress?.(i, planned.length, (1000 * i) / (performance.now() - start));
    const simulated = await simulator.sample(plan);
    const { sample } = cell;
    const tests = compare(cell, simulated);
    results.push({
      file: cell.file,
      kernel: sample.kernel,
      variant: sample.variant,
      cell: sample.cell,
      workload: sample.workload,
      cpus: sample.cpus,
      tasks: sample.tasks,
      clock: sample.params.clock,
      direction: sample.direction,
      policy: policy.name,
      measured: summarise(cell),
      simulated: summarise(simulated),
      ks: tests.ks,
      censoring: tests.censoring,
      tests,
      ...(excluded === undefined ? {} : { excluded }),
    });
    await new Promise(setImmediate); // signals and progress get their turn
  }
  return judge(results, alpha);
}

async function planCells(cells: Cell[], { kernels, simulator }: ValidateOptions): Promise<PlannedCell[]> {
  const problems: Problem[] = [];
  const planned: PlannedCell[] = [];
  for (const cell of cells) {
    const { sample } = cell;
    const policy = policyOf(kernels, sample.kernel, sample.variant);
    const recipe = recipeOf(sample, machineOf(kernels, sample.kernel, sample.params.clock));
    if (policy === undefined) problems.push(unknownPair(sample, kernels));
    if (recipe === undefined) problems.push(unknownWorkload(sample));
    if (policy === undefined || recipe === undefined) continue;
    planned.push({ cell, policy, plan: await planOf(simulator, recipe, policy, sample), ...excludedOf(recipe) });
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return planned;
}

function excludedOf({ excluded }: Recipe): { excluded?: string } {
  return excluded === undefined ? {} : { excluded };
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

function unknownWorkload({ file, line, params }: Row): Problem {
  const bound = `one of ${WORKLOADS.join(", ")}`;
  return { file, line, field: "params.wl", message: `expected ${bound}, got "${params.wl}"`, bound, value: params.wl };
}

function judge(
  results: (Omit<CellResult, "pHolm" | "verdict" | "reason"> & { tests: Tests; excluded?: string })[],
  alpha: number,
): Validation {
  const counting = results.filter(({ excluded, measured }) => excluded === undefined && measured.n >= ROWS_LEAST);
  const adjusted = new Map(adjust(counting.map(({ tests }) => tests)).map((p, i) => [counting[i], p]));
  const cells = results.map((result): CellResult => {
    const { tests: _, excluded, ...rest } = result;
    const pHolm = adjusted.get(result) ?? null;
    if (excluded !== undefined) return { ...rest, pHolm, verdict: "excluded", reason: excluded };
    if (pHolm === null) return { ...rest, pHolm, verdict: "undecidable", reason: `fewer than ${ROWS_LEAST} rows` };
    return { ...rest, pHolm, verdict: pHolm < alpha ? "rejected" : "agree", reason: null };
  });
  const rejected = cells.filter(({ verdict }) => verdict === "rejected").length;
  const verdict = rejected > 0 ? "rejected" : counting.length > 0 ? "agree" : "undecidable";
  return { schemaVersion: 1, alpha, verdict, rejected, cells };
}
