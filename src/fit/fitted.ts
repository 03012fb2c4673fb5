// A duration with the law that was fitted to it, and all that is needed to judge it. Times are ns.

import type { DurationInput } from "../scenario/fields.js";

export type Family = "exponential" | "lognormal" | "weibull" | "pareto" | "mixture" | "empirical" | "fixed" | "forever";

export interface Parameter {
  /** As the scenario spells it: `mean`, `median`, `sigma`, `scale`, `shape`, `min`, `max`, `weight`, ... */
  name: string;
  value: number;
  /** Its 99% interval; null where there is none to give. */
  low: number | null;
  high: number | null;
}

/** One family's best. */
export interface Candidate {
  family: Family;
  parameters: Parameter[];
  /** NaN of a table, whose likelihood compares with no family's. */
  logLikelihood: number;
  aic: number;
  /** Ready for a scenario. */
  law: DurationInput;
  /** P(longer than so many ns). */
  survival(length: number): number;
  /** ns; Infinity where there is none. */
  mean: number;
  /** Parameters of other fits that are as likely, drawn from the likelihood's own normal approximation: ready for a scenario. */
  draw(uniforms: readonly number[]): DurationInput;
}

export interface FittedDuration {
  /**
   * The one to use; the first of `candidates`. The others are by AIC; before the least stands a law of fewer parameters within 2 of it, or a
   * table where no family fits.
   */
  best: Candidate;
  candidates: Candidate[];
  /** Of the best: distance of its law from the data's (Kaplan and Meier's), and how often a sample of that law is as far away; null: nothing to tell, as of tables. */
  goodness: { distance: number; p: number } | null;
  /** 99% interval of the mean, whatever the law; null: too little was seen. */
  mean: { value: number; low: number; high: number } | null;
  counts: { whole: number; cutAtEnd: number; cutAtStart: number; throughout: number };
  /** Kaplan and Meier's survival with its 95% band, for plots. */
  curve: { length: number; survival: number; low: number; high: number }[];
  /** What a reader has to know before trusting it: few data, nothing ever ended, no family fits. */
  cautions: string[];
}
