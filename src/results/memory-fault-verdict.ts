// Who does least harm: variants of the memory-fault interface at each pair of a verdict's rates, for each cost of a corrupted VM (docs/memory-fault.md, 6).

import type { FaultModel, FaultVariant, FaultVerdictModel } from "../scenario/memory-fault-model.js";
import type { Counts } from "./counts.js";
import { faultHarm } from "./memory-fault.js";

/** Per million faults. The harm is lost + cost x corrupted. */
export interface FaultHarm {
  variant: string;
  lost: number;
  corrupted: number;
}

export interface FaultVerdictCell {
  /** Share of the paths that no variant annotates. */
  unannotated: number;
  /** Share of plain faults on whose way a failure is dropped. */
  dropped: number;
  harm: FaultHarm[];
  /** For each cost of a corrupted VM, in lost ones: who does least harm; several where they do the same. */
  best: { cost: number; variants: string[] }[];
  /** Costs between which the side that accepts false positives does less harm than the other; `to` null: without end; null: none. */
  falsePositives: { from: number; to: number | null } | null;
}

export interface FaultVerdict {
  falsePositives: string;
  falseNegatives: string;
  cells: FaultVerdictCell[];
}

/** Nothing where the scenario asks for none. */
export function faultVerdict(
  { verdict }: FaultModel,
  variants: readonly FaultVariant[],
  counts: readonly Counts[],
): FaultVerdict | undefined {
  if (verdict === null) return undefined;
  const { falsePositives, falseNegatives } = verdict;
  const cells = new Map<string, FaultVerdictCell>();
  variants.forEach(({ cell }, i) => {
    if (cell === undefined) return;
    const { variant, unannotated, dropped } = cell;
    const key = `${unannotated} ${dropped}`;
    const found = cells.get(key) ?? { unannotated, dropped, harm: [], best: [], falsePositives: null };
    found.harm.push({ variant, ...faultHarm(counts[i]!) });
    cells.set(key, found);
  });
  return { falsePositives, falseNegatives, cells: [...cells.values()].map((cell) => judged(cell, verdict)) };
}

function judged(
  cell: FaultVerdictCell,
  { costs, falsePositives, falseNegatives }: FaultVerdictModel,
): FaultVerdictCell {
  const of = (name: string) => cell.harm.find(({ variant }) => variant === name)!;
  const best = costs.map((cost) => ({ cost, variants: leastHarm(cell.harm, cost) }));
  return { ...cell, best, falsePositives: betterCosts(of(falsePositives), of(falseNegatives)) };
}

function leastHarm(harm: readonly FaultHarm[], cost: number): string[] {
  const total = ({ lost, corrupted }: FaultHarm) => lost + cost * corrupted;
  const least = Math.min(...harm.map(total));
  return harm.filter((one) => total(one) === least).map(({ variant }) => variant);
}

/** The costs for which `a` does less harm than `b`: both are linear in the cost. */
export function betterCosts(
  a: Pick<FaultHarm, "lost" | "corrupted">,
  b: Pick<FaultHarm, "lost" | "corrupted">,
): FaultVerdictCell["falsePositives"] {
  const spared = b.lost - a.lost;
  const more = a.corrupted - b.corrupted;
  if (more > 0) return spared > 0 ? { from: 0, to: spared / more } : null;
  if (spared >= 0) return spared === 0 && more === 0 ? null : { from: 0, to: null };
  return more < 0 ? { from: spared / more, to: null } : null;
}
