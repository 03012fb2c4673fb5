// Waiting until every CPU has scheduled, or was in user mode (docs/rules.md, 10).

import { type Cpu, note, type Replica, tell } from "./state.js";
import { inMode } from "./task.js";
import { wakeWorker } from "./wake.js";

export function synchronize(replica: Replica): void {
  note(replica, `synchronize: ${replica.policy.sync}`);
  const wanted = replica.cpus.filter((cpu) => cpu.online && mustSynchronize(replica, cpu));
  replica.syncing = wanted.length;
  for (const cpu of wanted) {
    const isolated = cpu.nohzFull && replica.policy.sync === "sched";
    if (isolated) replica.counters.isolatedInterrupts += 1;
    tell(replica, { type: "synchronize", cpu: cpu.number, isolated });
    wakeWorker(replica, cpu, "sync waits");
  }
  if (replica.syncing > 0) note(replica, "synchronize takes time");
}

function mustSynchronize(replica: Replica, cpu: Cpu): boolean {
  if (replica.policy.sync === "sched") return true;
  const task = cpu.current;
  return task !== null && !inMode(replica, task, "user") && !inMode(replica, task, "guest");
}
