// What reconstruction makes of events: classes of tasks, each with its phases, how long they last and what follows. Still
// counts; laws are fitted to them by fit-duration.ts.

import type { Mode, Wait } from "../scenario/model.js";
import type { Lengths } from "./lengths.js";

/** One kind of interval in a task's life. */
export interface ObservedPhase {
  /** Unique in its class, a phase's name in a scenario: `user`, `read`, `read-sleep`, `read-rest`, `guest`, `halt`. */
  name: string;
  mode: Mode;
  /** Of sleeps; null for others. */
  wait: Wait | null;
  halt: boolean;
  /** The system call that it is part of; null: none, or a kthread's. */
  call: string | null;
  /** Kernel functions of its stack where the trace has them, innermost first; null: it does not say. */
  stack: string[] | null;
  /** CPU time of user, kernel and guest phases, wall time of sleeps without the wait for a CPU; ns. */
  lengths: Lengths;
  /** How often which phase followed, by its name; `exit`: the task ended. */
  next: Map<string, number>;
  /** How often it ended by a call that returned -EINTR or one of the kernel's restarts. */
  interrupted: number;
  /** Guest: VM exits after which the guest was entered again without leaving to user space or halting, by reason. */
  exits: Map<string, number>;
}

export interface ObservedClass {
  /** As in a scenario: letters, digits and -. */
  name: string;
  kind: "user" | "vcpu" | "kthread";
  /** Command names of its tasks, by how many have them; empty where names were to be dropped. */
  comms: Map<string, number>;
  /** Most tasks that were alive at once: the class's count. */
  tasks: number;
  /** Tasks that came and went in the window. */
  born: number;
  ended: number;
  /** CPUs that its tasks ran on, each with how many tasks it was the only one of. */
  cpus: Map<number, { tasks: number; alone: number }>;
  /** Tasks a process; null: the trace has no process ids. */
  threadsPerProcess: number | null;
  /** By name; the first is where a task begins. */
  phases: Map<string, ObservedPhase>;
  /** Waits for a CPU: not a phase, the scheduler makes them; kept to compare. */
  runnable: Lengths;
}

/** A whole recording. */
export interface Observed {
  /** ns that the recording lasts. */
  window: number;
  /** Steps of its clock in ns: 1000 where times have six digits. */
  resolution: number;
  cpus: number;
  classes: ObservedClass[];
  /** Share of the time that each CPU was busy, by CPU. */
  busy: number[];
  /** Whether a trace of this kind had them, so that what is missing can be told. */
  has: { switches: boolean; wakeups: boolean; calls: boolean; guests: boolean; stacks: boolean };
  /** ns by which an average KVM exit, tick or call is seen apart: nothing is made of these, they are told. */
  notes: string[];
}
