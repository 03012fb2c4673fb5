// Where every task is while a replay's events go by: what a timeline or an account needs to know of those whom an event
// does not name.

import type { ThreadFlag } from "../scenario/model.js";
import type { Replay } from "./account.js";
import type { ReplayEvent } from "./events.js";
import { WORKER } from "./events.js";

export interface TaskNow {
  /** dead: not born yet, or buried. */
  state: "running" | "ready" | "sleep" | "zombie" | "dead";
  mode: "user" | "kernel" | "guest";
  phase: number;
  cpu: number;
  affected: boolean;
  flags: Set<ThreadFlag>;
}

export class States {
  readonly tasks: TaskNow[];
  /** Who runs, by CPU: a task, WORKER or null. */
  readonly running: (number | null)[];

  constructor(replay: Replay) {
    this.tasks = replay.tasks.map(({ start }) => ({
      state: start?.state ?? "dead",
      mode: start?.mode ?? "kernel",
      phase: start?.phase ?? 0,
      cpu: start?.cpu ?? 0,
      affected: start?.affected ?? false,
      flags: new Set(),
    }));
    this.running = replay.cpus.map(({ current }) => current);
  }

  /** The event has happened. */
  apply(event: ReplayEvent): void {
    switch (event.type) {
      case "sched-in":
        this.running[event.cpu] = event.task;
        if (event.task !== WORKER) this.of(event.task).state = "running";
        break;
      case "sched-out":
        this.running[event.cpu] = null;
        if (event.task !== WORKER) this.of(event.task).state = event.to;
        break;
      case "wake-up":
        Object.assign(this.of(event.task), { state: "ready", cpu: event.cpu });
        break;
      case "migrate":
        this.of(event.task).cpu = event.to;
        break;
      case "phase":
        Object.assign(this.of(event.task), { phase: event.phase, affected: event.affected });
        break;
      case "to-user":
        this.of(event.task).mode = "user";
        break;
      case "to-kernel":
      case "guest-exit":
        this.of(event.task).mode = "kernel";
        break;
      case "guest-entry":
        this.of(event.task).mode = "guest";
        break;
      case "fork":
        Object.assign(this.of(event.task), { state: "ready", mode: "kernel", cpu: event.cpu, flags: new Set() });
        break;
      case "flag":
        if (event.set) this.of(event.task).flags.add(event.flag);
        else this.of(event.task).flags.delete(event.flag);
        break;
      case "reaped":
        this.of(event.task).state = "dead";
        break;
      default:
        break;
    }
  }

  private of(task: number): TaskNow {
    return this.tasks[task]!;
  }
}
