// prev_state of sched_switch, by letters or numbers, of every kernel that has it (include/linux/sched.h,
// include/trace/events/sched.h). Letters kept their meaning. Numbers below 64 did too; Linux 4.14 gave the others a new one:
//
//         before 4.14                                    since
//   64    dead                                           parked
//   128   a fatal signal wakes it (130: killable sleep)  idle
//   256   being woken                                    preempted, shown as R+
//   more  preempted; 1026: idle sleep                    -

import type { LeftState } from "../trace-event.js";
import { numberAt } from "./digits.js";

const LETTERS: Record<string, LeftState> = {
  R: "running",
  S: "interruptible",
  D: "uninterruptible",
  T: "stopped",
  t: "traced",
  X: "dead",
  x: "dead",
  Z: "dead",
  P: "uninterruptible", // parked: a kthread that no signal wakes
  I: "idle",
  K: "killable",
  W: "running", // being woken
  N: "running", // new
};

const UNINTERRUPTIBLE = 2;
const WAKEKILL = 128;
const NOLOAD = 1024;
const REPORTED = 63;
const PARKED = 64;
const PREEMPTED = 256;

const BY_BIT: [number, LeftState][] = [
  [1, "interruptible"],
  [UNINTERRUPTIBLE, "uninterruptible"],
  [4, "stopped"],
  [8, "traced"],
  [16, "dead"],
  [32, "dead"],
];

/** Of one trace: what its numbers mean shows from those that only kernels since 4.14 print. Until then 64 is taken for dead. */
export class LeftStates {
  private since414 = false;

  /** text[from, to), as `S`, `R+`, `D|K`, `1`. */
  of(text: string, from: number, to: number): LeftState {
    const number = numberAt(text, from);
    return Number.isNaN(number) ? stateOfLetters(text.slice(from, to)) : this.ofNumber(number);
  }

  private ofNumber(number: number): LeftState {
    if (number === WAKEKILL || number === PREEMPTED) this.since414 = true;
    if (number === PARKED) return this.since414 ? "uninterruptible" : "dead";
    if (number === WAKEKILL) return "idle";
    if (number === (UNINTERRUPTIBLE | WAKEKILL)) return "killable";
    if (number === (UNINTERRUPTIBLE | NOLOAD)) return "idle";
    if (number === 0 || number >= PREEMPTED) return "running"; // whatever it was about to do, it was preempted
    return BY_BIT.find(([bit]) => (number & REPORTED & bit) !== 0)?.[1] ?? "unknown";
  }
}

function stateOfLetters(spelled: string): LeftState {
  if (spelled.endsWith("+")) return "running";
  if (spelled === "D|K" || spelled === "K|D") return "killable";
  if (spelled === "D|N") return "idle";
  return LETTERS[spelled.charAt(0)] ?? "unknown";
}
