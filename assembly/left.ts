// Who is left at the end of a failed try, by phase, and who besides them may hold completion up: what the importance of a branch is
// told by (docs/rare.md, 1). Only the branching module has it.

import * as table from "./behaviour-table";
import { lookAhead, outlasts } from "./foresight";
import { idleTasks } from "./host";
import { PHASE_MAX } from "./memory";
import * as runqueue from "./runqueue";
import * as task from "./task";
import { presentCount, presentCpu } from "./twins";

/** Numbers of a kind: stragglers; how many of them are expected to sleep beyond the last try; the switched who are awake. */
export const LEFT_NUMBERS: u32 = 3;
/** By phase, and idle tasks behind them: LEFT_NUMBERS each. */
export const LEFT: usize = 352 << 16;
const KIND_BYTES: usize = (<usize>LEFT_NUMBERS) << 3;
if (PHASE_MAX * LEFT_NUMBERS * 8 > 2 << 16)
  ERROR("assembly/build.js: the branching module's memory does not hold every kind");

/** To be counted where the replica is followed no further? */
export let countsLeft: bool = false;

function add(kind: u32, number: u32, value: f64): void {
  const at = LEFT + <usize>kind * KIND_BYTES + ((<usize>number) << 3);
  store<f64>(at, load<f64>(at) + value);
}

/** At the end of a failed try; the next is due at `due`. */
export function countLeft(due: i64): void {
  memory.fill(LEFT, 0, <usize>(table.phaseCount + 1) * KIND_BYTES);
  lookAhead(due, 0);
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.DEAD) continue;
    const weight = <f64>runqueue.weight(task.cpuOf(t));
    const asleep = task.state(t) == task.SLEEP;
    if (!task.isSwitched(t)) {
      add(task.phase(t), 0, weight);
      if (asleep) add(task.phase(t), 1, weight * outlasts(t));
    } else if (!asleep) add(task.phase(t), 2, weight);
  }
  if (!idleTasks) return;
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!runqueue.idleSwitched(cpu)) add(table.phaseCount, 0, <f64>runqueue.weight(cpu));
  }
}
