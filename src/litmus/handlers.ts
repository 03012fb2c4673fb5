// Interrupt and NMI handlers: run on a CPU between any two of its steps. Each place where one may run makes an alternative program, with
// the handler written out there, so that the explorers know nothing of interrupts.

import { binary, constant, isStep, register } from "./code.js";
import { fail, type Place } from "./errors.js";
import { addressOf } from "./locations.js";
import { INSTRUCTIONS_MAX, type Instruction, type Operation } from "./program.js";

/** Alternatives of a test. */
const PROGRAMS_MAX = 256;

/** Sends an interrupt; `to` gets what nobody asks for. */
export function sending(pending: number, to: number): Operation {
  return exchange(pending, 1, to);
}

/** What an interrupt handler does first: it runs only if it was sent and interrupts are on, ordered fully after the sending. */
export function arrival(pending: number, off: number, taken: number): Operation[] {
  return [
    { op: "assume", condition: binary("==", register(off), constant(0)) },
    exchange(pending, 0, taken),
    { op: "assume", condition: register(taken) },
  ];
}

/** Fully ordered: what was before the sending is before the handler. */
function exchange(pending: number, value: number, to: number): Operation {
  const address = addressOf(pending);
  return {
    op: "rmw",
    operation: "xchg",
    register: to,
    address,
    operand: constant(value),
    expected: null,
    order: "full",
  };
}

/**
 * Each of the alternatives without the handler, and with it at each point; `off`: the register that says whether interrupts are off, for
 * a handler that heeds it.
 */
export function interrupted(
  alternatives: Instruction[][],
  handler: Instruction[],
  off: number | null,
  place: Place,
): Instruction[][] {
  const all: Instruction[][] = [];
  for (const one of alternatives) {
    all.push(...withHandler(one, handler, off, place));
    checkCount(all.length, place);
  }
  return all;
}

function withHandler(code: Instruction[], handler: Instruction[], off: number | null, place: Place): Instruction[][] {
  if (code.length + handler.length > INSTRUCTIONS_MAX)
    fail(place, `the CPU with its handler has more than ${INSTRUCTIONS_MAX} instructions`);
  const points = [...code.keys(), code.length].filter((at) => isPoint(code[at], off));
  return [code, ...points.map((at) => inserted(code, handler, at))];
}

/** Before what others may see, before interrupts change, at the end: elsewhere the handler would find and leave the same. */
function isPoint(next: Instruction | undefined, off: number | null): boolean {
  return next === undefined || isStep(next) || (next.op === "set" && next.register === off);
}

/** Who goes on at the point meets the handler first. */
function inserted(code: Instruction[], handler: Instruction[], at: number): Instruction[] {
  const moved = code.map((one) => shifted(one, (target) => (target > at ? target + handler.length : target)));
  const placed = handler.map((one) => shifted(one, (target) => target + at));
  return [...moved.slice(0, at), ...placed, ...moved.slice(at)];
}

function shifted(one: Instruction, move: (target: number) => number): Instruction {
  return "target" in one ? { ...one, target: move(one.target) } : one;
}

/** Every choice of one alternative for each CPU. */
export function combinations<T>(choices: T[][], place: Place): T[][] {
  const count = choices.reduce((product, some) => product * some.length, 1);
  checkCount(count, place);
  return choices.reduce<T[][]>((all, some) => all.flatMap((chosen) => some.map((one) => [...chosen, one])), [[]]);
}

function checkCount(programs: number, place: Place): void {
  if (programs > PROGRAMS_MAX)
    fail(place, `handlers may run at too many points: ${programs} programs, expected at most ${PROGRAMS_MAX}`);
}
