// Lengths as a recording of so long sees them: tasks that alternate between a phase of a known law and a pause, in equilibrium when the
// recording begins.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Lengths } from "../../../src/fit/lengths.js";

export type Random = () => number;

/** Draws of neighbouring seeds begin alike: the first are left out. */
const LEFT_OUT = 64;

export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1));
  for (let k = 0; k < LEFT_OUT; k++) uniformFloat64(generator);
  return () => uniformFloat64(generator);
}

/** A law to draw lengths from, plain and as a look at a random time finds them (with probability proportional to length). Any unit. */
export interface Drawn {
  mean: number;
  draw(random: Random): number;
  drawBiased(random: Random): number;
}

const exponentialDraw = (mean: number, random: Random) => -mean * Math.log(1 - random());

function normalDraw(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function exponential(mean: number): Drawn {
  return {
    mean,
    draw: (random) => exponentialDraw(mean, random),
    drawBiased: (random) => exponentialDraw(mean, random) + exponentialDraw(mean, random),
  };
}

export function lognormal(median: number, sigma: number): Drawn {
  return {
    mean: median * Math.exp(sigma ** 2 / 2),
    draw: (random) => median * Math.exp(sigma * normalDraw(random)),
    drawBiased: (random) => median * Math.exp(sigma ** 2 + sigma * normalDraw(random)),
  };
}

/** `shape` 1/2, 1 or 2: a length-biased one's power is of a gamma law of 3, 2 and 1.5. */
export function weibull(scale: number, shape: 0.5 | 1 | 2): Drawn {
  const exponentials = { 0.5: 3, 1: 2, 2: 1 }[shape];
  const biasedPower = (random: Random) => {
    let sum = shape === 2 ? normalDraw(random) ** 2 / 2 : 0;
    for (let k = 0; k < exponentials; k++) sum += exponentialDraw(1, random);
    return sum;
  };
  return {
    mean: scale * { 0.5: 2, 1: 1, 2: Math.sqrt(Math.PI) / 2 }[shape],
    draw: (random) => scale * exponentialDraw(1, random) ** (1 / shape),
    drawBiased: (random) => scale * biasedPower(random) ** (1 / shape),
  };
}

/** Bounded; shape other than 1. */
export function pareto(min: number, max: number, shape: number): Drawn {
  const inverse = (power: number, u: number) => (min ** power + u * (max ** power - min ** power)) ** (1 / power);
  const biased = 1 - shape;
  const mass = 1 - (min / max) ** shape;
  return {
    mean: ((shape / biased) * min ** shape * (max ** biased - min ** biased)) / mass,
    draw: (random) => inverse(-shape, random()),
    drawBiased: (random) => inverse(biased, random()),
  };
}

export function mixture(parts: readonly { weight: number; law: Drawn }[]): Drawn {
  const mean = parts.reduce((sum, { weight, law }) => sum + weight * law.mean, 0);
  const pick = (random: Random, share: (part: { weight: number; law: Drawn }) => number) => {
    const u = random();
    let sum = 0;
    for (const part of parts) {
      sum += share(part);
      if (u < sum) return part.law;
    }
    return parts.at(-1)!.law;
  };
  return {
    mean,
    draw: (random) => pick(random, ({ weight }) => weight).draw(random),
    drawBiased: (random) => pick(random, ({ weight, law }) => (weight * law.mean) / mean).drawBiased(random),
  };
}

/** n lengths, all from beginning to end, rounded to the clock's step. */
export function plainSample({ draw }: Drawn, n: number, random: Random, step = 1): Lengths {
  const lengths = new Lengths();
  for (let k = 0; k < n; k++) lengths.add(rounded(draw(random), step), true, true);
  return lengths;
}

/** `tasks` of the law with exponential pauses of mean `pause`, through a window of so long. */
export function throughWindow(
  law: Drawn,
  pause: number,
  window: number,
  tasks: number,
  random: Random,
  step = 1,
): Lengths {
  const lengths = new Lengths();
  for (let task = 0; task < tasks; task++) {
    let now = 0;
    if (random() < law.mean / (law.mean + pause)) {
      const residual = random() * law.drawBiased(random);
      lengths.add(rounded(Math.min(residual, window), step), false, residual < window);
      now = residual;
    }
    for (;;) {
      now += exponentialDraw(pause, random);
      if (now >= window) break;
      const length = law.draw(random);
      lengths.add(rounded(Math.min(length, window - now), step), true, now + length < window);
      now += length;
      if (now >= window) break;
    }
  }
  return lengths;
}

function rounded(length: number, step: number): number {
  return step * Math.round(length / step);
}
