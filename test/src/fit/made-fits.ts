// Observations and fits made by hand, for what is made of them.

import { chainOf } from "../../../src/fit/chain.js";
import type { FittedDuration } from "../../../src/fit/fitted.js";
import type { FittedClass } from "../../../src/fit/fitted-class.js";
import { Lengths } from "../../../src/fit/lengths.js";
import type { Observed, ObservedClass, ObservedPhase } from "../../../src/fit/observed.js";

/** A phase that was seen whole `count` times for `length` ns, followed by `next`. */
export function madePhase(name: string, mode: ObservedPhase["mode"], rest: Partial<ObservedPhase> = {}, count = 100) {
  const lengths = new Lengths();
  for (let i = 0; i < count; i++) lengths.add(1e6, true, true);
  const phase: ObservedPhase = {
    name,
    mode,
    wait: mode === "sleep" ? "interruptible" : null,
    halt: false,
    call: null,
    stack: null,
    lengths,
    next: new Map(),
    interrupted: 0,
    exits: new Map(),
    ...rest,
  };
  return phase;
}

/** Seen from the first moment to the last, `tasks` times. */
export function throughout(tasks: number): Lengths {
  const lengths = new Lengths();
  for (let i = 0; i < tasks; i++) lengths.add(1e9, false, false);
  return lengths;
}

export function madeClass(name: string, phases: ObservedPhase[], rest: Partial<ObservedClass> = {}): ObservedClass {
  return {
    name,
    kind: "user",
    comms: new Map([[name, 1]]),
    tasks: 1,
    born: 0,
    ended: 0,
    cpus: new Map([[0, { tasks: 1, alone: 0 }]]),
    threadsPerProcess: null,
    phases: new Map(phases.map((phase) => [phase.name, phase])),
    runnable: new Lengths(),
    ...rest,
  };
}

export function madeObserved(classes: ObservedClass[], rest: Partial<Observed> = {}): Observed {
  const has = { switches: true, wakeups: true, calls: true, guests: false, stacks: false };
  return { window: 1e9, resolution: 1, cpus: 4, classes, busy: [0.5, 0.5, 0.5, 0.5], has, notes: [], ...rest };
}

/** Exponential, with a mean of 1 ms. */
export function madeFit(rest: Partial<FittedDuration> = {}): FittedDuration {
  const best: FittedDuration["best"] = {
    family: "exponential",
    parameters: [{ name: "mean", value: 1e6, low: 0.8e6, high: 1.3e6 }],
    logLikelihood: -100,
    aic: 202,
    law: { exponential: "1ms" },
    survival: (length) => Math.exp(-length / 1e6),
    mean: 1e6,
    draw: ([u]) => ({ exponential: `${(0.8 + 0.5 * u!).toFixed(4)}ms` }),
  };
  return {
    best,
    candidates: [best],
    goodness: { distance: 0.03, p: 0.4 },
    mean: { value: 1e6, low: 0.8e6, high: 1.3e6 },
    counts: { whole: 100, cutAtEnd: 1, cutAtStart: 0, throughout: 0 },
    curve: Array.from({ length: 20 }, (_, i) => {
      const survival = 1 - (i + 0.5) / 20;
      return { length: -1e6 * Math.log(survival), survival, low: survival * 0.9, high: Math.min(1, survival * 1.1) };
    }),
    cautions: [],
    ...rest,
  };
}

export function fitted(observed: ObservedClass, fits: Record<string, FittedDuration> = {}): FittedClass {
  const durations = new Map([...observed.phases.keys()].map((name) => [name, fits[name] ?? madeFit()]));
  return { observed, chain: chainOf(observed.phases), durations };
}
