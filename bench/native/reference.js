// The C reference as a process: what it is given, what it prints.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { modelText } from "./model.js";

const OUTPUT_MAX = 2 ** 30;
/** Numbers in a row of draws: a uniform one u, two exponential ones, one in ticks, a geometric one, exp(-u). */
export const DRAW_COLUMNS = 8;

/** Runs replicas of a model under a policy; their counts in the engine's form (src/results/counts.ts), and the CPU time. */
export function runReference(program, { model, policy, seed }, first, count) {
  const file = `${program}.model`;
  writeFileSync(file, modelText(model, policy));
  const lines = execute(program, ["run", file, seed, first, count]).toString().trim().split("\n");
  const rows = lines.map((line) => line.split(" "));
  const numbers = (name) => rows.filter((row) => row[0] === name).map((row) => row.slice(1));
  const [latencyMin, latencyMax] = extremes(numbers("latency"));
  const [lastSwitchMin, lastSwitchMax] = extremes(numbers("last_switch"));
  const counts = {
    index: Uint32Array.from(numbers("word"), ([word]) => Number(word)),
    value: BigUint64Array.from(numbers("word"), ([, value]) => BigInt(value)),
    latencyMin,
    latencyMax,
    lastSwitchMin,
    lastSwitchMax,
    worst: numbers("worst").map(([replica, ticks]) => ({
      replica: Number(replica),
      ticks: ticks < 0 ? null : Number(ticks),
    })),
  };
  return { counts, seconds: Number(numbers("seconds")[0][0]) };
}

/** Rows of draws of replica 0. */
export function drawReference(program, seed, count) {
  const bytes = execute(program, ["draws", seed, count]);
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

function extremes([row]) {
  return row === undefined ? [null, null] : row.map(Number);
}

function execute(program, args) {
  return execFileSync(program, args.map(String), { maxBuffer: OUTPUT_MAX });
}
