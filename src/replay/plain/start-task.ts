// One task at the start: its phase, how much of it is left, and what halt polling has come to (docs/rules.md, 3).

import { saturate } from "./clock.js";
import { firstShare, START, taskUniform } from "./draws.js";
import { drawAffected, pollUpdated } from "./phase.js";
import { NEVER, type Replica, type Task } from "./state.js";
import { phaseOf, phasesOf } from "./task.js";

export function startTask(replica: Replica, task: Task, share: number): void {
  task.phase = firstShare(task.of.startShares, share).phase;
  const phase = phaseOf(replica, task);
  const { residual, total } = replica.draws.equilibrium(
    phase.duration,
    taskUniform(replica, task, START, 1),
    taskUniform(replica, task, START, 2),
  );
  task.total = total;
  task.length = residual;
  task.left = residual;
  task.state = "sleep";
  task.wakeAt = phase.mode === "sleep" ? saturate(task.cpu.start + residual) : NEVER;
  drawAffected(replica, task);
  startPoll(replica, task);
}

function startPoll(replica: Replica, task: Task): void {
  const halts = phasesOf(replica, task.of).filter((phase) => phase.halt);
  const phase = phaseOf(replica, task);
  const halt = phase.halt ? phase : halts[0];
  if (halt === undefined) return;
  for (let n = 8; n <= 23; n += 1) {
    const length = replica.draws.duration(halt.duration, taskUniform(replica, task, START, n));
    task.poll = pollUpdated(replica, task.poll, length);
  }
}
