// Speeds relative to something taken in the same rounds, which hold where rates do not: on a machine that others disturb.

import { calibrate } from "./calibration.js";
import { cpuMs, interleave, replicasFor } from "./measure.js";
import { engineFor, GROWTH, REFERENCES, title } from "./scenarios.js";

const SAMPLE_MS = 50;

/**
 * How fast `subject` is, by what `base` takes a unit over what it takes a unit itself.
 * @typedef {{ figure: string, base: Work, subject: Work }} Relation
 * @typedef {{ call: () => unknown, units: number }} Work
 */

/** Replicas of a reference in the time of one calibration: only worth comparing with itself. */
async function toCalibration(reference) {
  const subject = await replicasOf(reference, 1);
  return { figure: title(reference), base: { call: calibrate, units: 1 }, subject };
}

/** The larger scenario's speed relative to the smaller one's: 1 where cost does not grow. */
async function ofGrowth({ name, by, sizes: [small, large] }) {
  const base = await replicasOf(small, 1);
  return { figure: name, base, subject: await replicasOf(large, by) };
}

async function replicasOf(reference, unitsEach) {
  const { run } = await engineFor(reference);
  const count = await replicasFor(run, SAMPLE_MS);
  return { call: () => run(count), units: count * unitsEach };
}

export function growthRelations() {
  return inTurn(GROWTH, ofGrowth);
}

export async function allRelations() {
  return [...(await inTurn(REFERENCES, toCalibration)), ...(await growthRelations())];
}

/** Not at once: each finds out by trying how long it takes. */
async function inTurn(items, make) {
  const made = [];
  for (const item of items) made.push(await make(item));
  return made;
}

/**
 * Samples of each relation's speed, one a round.
 * @param {Relation[]} relations
 */
export async function speeds(relations, rounds) {
  const calls = relations.flatMap(({ base, subject }) => [base.call, subject.call]);
  const ms = await interleave(calls, rounds, cpuMs);
  return relations.map(({ base, subject }, n) => {
    const [baseMs, subjectMs] = [ms[2 * n], ms[2 * n + 1]];
    return subjectMs.map((one, round) => baseMs[round] / base.units / (one / subject.units));
  });
}
