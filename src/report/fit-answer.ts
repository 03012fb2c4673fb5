// What klpsim fit found in one sentence, what the recording cannot tell, and what is wrong with it.

import type { FitResult } from "../results/fit-result.js";
import { sentence } from "./duration-words.js";
import { nanoseconds, whole } from "./format.js";
import type { Answer } from "./headline.js";

export function fitAnswer(result: FitResult): Answer {
  const { recording, classes, untold, notes } = result;
  const durations = classes.reduce((sum, { phases }) => sum + phases.length, 0);
  const tasks = `${counted(recording.tasks, "task")} in ${counted(classes.length, "class", "classes")}`;
  return {
    headline: `${whereWords(recording)}${tasks}, with ${counted(durations, "duration")}.`,
    findings: [...untold, ...notes].map(sentence),
    warnings: warningsOf(result),
  };
}

/** `315 ms on 2 CPUs: `, as far as the trace says. */
function whereWords({ windowNs, cpus }: FitResult["recording"]): string {
  const on = cpus > 0 ? ` on ${counted(cpus, "CPU")}` : "";
  return windowNs > 0 ? `${nanoseconds(windowNs)}${on}: ` : "";
}

function warningsOf({ traces }: FitResult): string[] {
  return traces.flatMap(({ name, unreadable, lines, lostMarks, lostEvents, clockJumps, cut, broken }) => [
    ...(unreadable > 0 ? [`${name}: ${whole(unreadable)} of ${whole(lines)} lines could not be read.`] : []),
    ...(lostMarks > 0
      ? [
          `${name}: the recorder lost ${lostEvents > 0 ? whole(lostEvents) : "some"} events; nothing is taken to last across a loss.`,
        ]
      : []),
    ...(clockJumps > 0 ? [`${name}: the clock jumped back ${counted(clockJumps, "time")}.`] : []),
    ...(broken === null ? [] : [`${name}: ${broken}.`]),
    ...(cut ? [`${name}: ends in the middle of a line.`] : []),
  ]);
}

function counted(count: number, what: string, many = `${what}s`): string {
  return `${whole(count)} ${count === 1 ? what : many}`;
}
