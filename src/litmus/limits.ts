// Bounds of the explorers that only the finished code of a CPU shows.

import { isStep } from "./code.js";
import { encode } from "./encode.js";
import { fail, type Place } from "./errors.js";
import { type Cpu, type Instruction, type Program, STEPS_MAX } from "./program.js";

/** A program's words in memory (assembly/litmus/program.ts). */
const WORDS_MAX = 1 << 16;

export function checkLimits(program: Program, places: Place[]): void {
  program.cpus.forEach((cpu, i) => {
    checkSteps(cpu, places[i]!);
    checkLoops(cpu, places[i]!);
  });
  if (encode(program).length > WORDS_MAX) fail(places[0]!, "the test's expressions are too long");
}

/** Loops count once. */
function checkSteps({ name, instructions }: Cpu, place: Place): void {
  const steps = [...instructions, null].map(() => 0);
  for (let at = instructions.length - 1; at >= 0; at--) {
    const one = instructions[at]!;
    const onwards = successors(one, at).filter((next) => next > at);
    steps[at] = (isStep(one) ? 1 : 0) + Math.max(0, ...onwards.map((next) => steps[next]!));
  }
  if (steps[0]! > STEPS_MAX) fail(place, `${name} takes ${steps[0]} steps on one path, expected at most ${STEPS_MAX}`);
}

function successors(one: Instruction, at: number): number[] {
  if (one.op === "jump") return [one.target];
  return one.op === "branch" ? [at + 1, one.target] : [at + 1];
}

/** A turn of a loop that others cannot see would never end. */
function checkLoops({ instructions }: Cpu, { file }: Place): void {
  instructions.forEach((one, at) => {
    if (one.op !== "jump" || one.target > at) return;
    if (reachesSilently(instructions, one.target, at))
      fail(
        { file, ...one.source },
        "a turn of this loop may take no step: expected an access or a barrier on every way round",
      );
  });
}

function reachesSilently(instructions: Instruction[], from: number, to: number): boolean {
  const seen = new Set<number>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const one = instructions[at];
    if (one === undefined || isStep(one) || seen.has(at)) continue;
    if (at === to) return true;
    seen.add(at);
    open.push(...successors(one, at));
  }
  return false;
}
