// Planned cells -> one result a cell (design 5).

import type { Conditions } from "./cells.js";
import { adjust, compare, ROWS_LEAST, type Summary, summarise, type Tests } from "./compare.js";
import type { Plan, Sample, Simulator } from "./simulate.js";

export type Verdict = "agree" | "rejected" | "excluded" | "undecidable";

export interface CellResult extends Conditions {
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

/** What was measured, and what is simulated for it. */
export interface PlannedCell {
  conditions: Conditions;
  measured: Sample;
  policy: string;
  plan: Plan;
  /** Why the cell does not count. */
  excluded?: string;
}

export interface ValidateOptions {
  alpha: number;
  simulator: Simulator;
  signal?: AbortSignal;
  /** Called before each cell; `rate` is cells a second. */
  onProgress?: (done: number, total: number, rate: number) => void;
}

/** Results in the order of the cells. */
export async function validate(
  planned: readonly PlannedCell[],
  { alpha, simulator, signal, onProgress }: ValidateOptions,
): Promise<Validation> {
  const results: Compared[] = [];
  const start = performance.now();
  for (const [i, { conditions, measured, policy, plan, excluded }] of planned.entries()) {
    signal?.throwIfAborted();
    onProgress?.(i, planned.length, (1000 * i) / (performance.now() - start));
    const simulated = await simulator.sample(plan);
    results.push({
      ...conditions,
      policy,
      measured: summarise(measured),
      simulated: summarise(simulated),
      ...compare(measured, simulated),
      excluded,
    });
    await new Promise(setImmediate); // signals and progress get their turn
  }
  return judge(results, alpha);
}

type Compared = Omit<CellResult, "pHolm" | "verdict" | "reason"> & { p: number; excluded: string | undefined };

function judge(results: readonly Compared[], alpha: number): Validation {
  const counting = results.filter(({ excluded, measured }) => excluded === undefined && measured.n >= ROWS_LEAST);
  const adjusted = new Map(adjust(counting).map((p, i) => [counting[i], p]));
  const cells = results.map((result): CellResult => {
    const { p: _, excluded, ...rest } = result;
    const pHolm = adjusted.get(result) ?? null;
    if (excluded !== undefined) return { ...rest, pHolm, verdict: "excluded", reason: excluded };
    if (pHolm === null) return { ...rest, pHolm, verdict: "undecidable", reason: `fewer than ${ROWS_LEAST} rows` };
    return { ...rest, pHolm, verdict: pHolm < alpha ? "rejected" : "agree", reason: null };
  });
  const rejected = cells.filter(({ verdict }) => verdict === "rejected").length;
  const verdict = rejected > 0 ? "rejected" : counting.length > 0 ? "agree" : "undecidable";
  return { schemaVersion: 1, alpha, verdict, rejected, cells };
}
