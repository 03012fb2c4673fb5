// Why a try could not switch somebody, in words.

import type { Replay } from "./account.js";
import type { Reason } from "./events.js";
import type { States } from "./states.js";

/** `running in the guest`, `pipe_read on the stack, asleep in read`. */
export function whyLeft(
  replay: Replay,
  states: States,
  { task, reason, functions }: { task: number; reason: Reason; functions: string[] },
): string {
  const where = whereabouts(replay, states, task);
  switch (reason) {
    case "running":
      return `running ${where}`;
    case "running in the kernel":
      return `running ${where}, where no switch from afar reaches it`;
    case "unreliable stack":
      return `its stack cannot be trusted (${where})`;
    case "preempted":
      return `preempted ${where}: frame pointers do not reach across an interrupt`;
    case "affected":
      return `${functions.join(", ") || "a function of the patch"} on the stack, ${where}`;
    case "idle":
      return where;
  }
}

export function whyIdleLeft(reason: Reason): string {
  return reason === "idle" ? "idle when the try looked" : "its stack cannot be trusted";
}

/** `asleep in read`, `waiting for its CPU in guest`. */
export function whereabouts(replay: Replay, states: States, task: number): string {
  const { state, mode, phase } = states.tasks[task]!;
  const name = replay.phases[phase]!.name;
  if (state === "sleep") return `asleep in ${name}`;
  if (state === "ready") return `waiting for its CPU in ${name}`;
  if (state === "zombie") return "dead, not reaped";
  const place = `in ${mode === "guest" ? "the guest" : mode === "user" ? "user mode" : "the kernel"}`;
  return name === mode ? place : `${place} (${name})`;
}
