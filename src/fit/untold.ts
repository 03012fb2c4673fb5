// What a recording cannot tell, in sentences: nobody is to take silence for an answer. What its kind of events leaves open is told by
// reconstruction (Observed.notes).

import { nanoseconds } from "../report/format.js";
import type { FittedClass } from "./fitted-class.js";
import type { Observed } from "./observed.js";

/** Lengths whose clock steps are so large a part of them are told. */
const COARSE = 0.1;

export function untold({ has, window, resolution }: Observed, classes: readonly FittedClass[]): string[] {
  const durations = classes.flatMap(({ durations: fitted }) => [...fitted.values()]);
  const coarse = durations.filter(({ mean }) => mean !== null && resolution > COARSE * mean.value).length;
  const found: [boolean, string][] = [
    [
      true,
      `Tasks that did nothing ${window > 0 ? `in the ${nanoseconds(window)} that it lasts` : "while it lasted"} are not in it: they sleep, and add to what a patched function on their stack would hold up.`,
    ],
    [true, "How often kernel code passes cond_resched() is in no trace: the profile says never, which is the worst."],
    [
      !has.stacks && has.calls,
      "No kernel stacks: of a system call its entry functions are known and no others, so a patched function deep inside one is not seen to be affected (perf record -g; or `affected:` by hand).",
    ],
    [
      !has.stacks && !has.calls,
      "No kernel stacks and no calls: no phase holds a function, so no patch is seen to affect anybody (perf record -g -e raw_syscalls:*; or `stack:` by hand).",
    ],
    [
      coarse > 0,
      `The clock has steps of ${nanoseconds(resolution)}: ${coarse} of ${durations.length} durations are not much longer than that (perf script --ns).`,
    ],
  ];
  return found.flatMap(([holds, words]) => (holds ? [words] : []));
}
