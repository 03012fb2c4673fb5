// Workloads that fit the recording as well as the fitted one does, drawn from what is uncertain about it: a sweep over them shows how
// far the recording determines the answer. Laws by the normal approximation of their likelihood (fit-duration.ts), what follows a
// phase from a Dirichlet distribution with the counts as its parameters (Rubin, Annals of Statistics 9, 1981). Counts of tasks and
// where they run are as seen.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { ClassInput, PhaseInput } from "../scenario/schema.js";
import type { FittedClass } from "./fitted-class.js";
import type { Profile } from "./profile.js";

/** Uniforms that a law is given to draw its parameters by: more than any has. */
const UNIFORMS = 16;

/** So many drawn workloads: the same seed gives the same ones. */
export function drawnWorkloads(
  classes: readonly FittedClass[],
  { scenario }: Profile,
  count: number,
  seed: number,
): Record<string, ClassInput>[] {
  const generator = xoroshiro128plus(seed);
  const random = () => uniformFloat64(generator);
  const names = Object.keys(scenario.workload);
  const draw = () =>
    Object.fromEntries(names.map((name, i) => [name, drawnClass(scenario.workload[name]!, classes[i]!, random)]));
  return Array.from({ length: count }, draw);
}

/** The scenario's `sweep`, a point a workload: YAML in which each has a line, as JSON. */
export function sweepText(workloads: readonly object[]): string {
  const points = workloads.map((workload) => `      - ${JSON.stringify(workload)}\n`);
  return `# Workloads that fit the recording as well: klpsim sweep shows how far it determines the answer.
sweep:
  design: zip
  vary:
    workload:
${points.join("")}`;
}

function drawnClass(input: ClassInput, { durations }: FittedClass, random: () => number): ClassInput {
  const { phases = {} } = input.behaviour as { phases?: Record<string, PhaseInput> };
  const drawn = Object.entries(phases).map(([name, phase]): [string, PhaseInput] => {
    const duration = durations.get(name)!.best.draw(Array.from({ length: UNIFORMS }, random));
    const next = typeof phase.next === "object" ? drawnShares(phase.next, random) : phase.next;
    return [name, { ...phase, duration, ...(next === undefined ? {} : { next }) }];
  });
  return { ...input, behaviour: { phases: Object.fromEntries(drawn) } };
}

const DIGITS = 4;
const SHARE_LEAST = 1e-9;

/** Shares of the followers, each at least a little: none of them is impossible. */
function drawnShares(counts: Record<string, number>, random: () => number): Record<string, number> {
  const gammas = Object.entries(counts).map(([name, count]) => [name, drawGamma(count, random)] as const);
  const total = gammas.reduce((sum, [, gamma]) => sum + gamma, 0);
  const share = (gamma: number) => Math.max(SHARE_LEAST, Number((gamma / total).toPrecision(DIGITS)));
  return Object.fromEntries(gammas.map(([name, gamma]) => [name, share(gamma)]));
}

/** Of a gamma distribution with that shape and scale 1 (Marsaglia and Tsang, ACM Transactions on Mathematical Software 26, 2000). */
export function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Box and Muller's. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
