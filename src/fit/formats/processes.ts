// Tells once of each thread which process it is of.

import type { TraceSink } from "../trace-format.js";
import type { Head } from "./kernel-events.js";

const THREADS_MAX = 1 << 16;

export class Processes {
  private readonly told = new Map<number, number>();

  constructor(private readonly sink: TraceSink) {}

  tell({ at, cpu, pid, comm }: Head, tgid: number): void {
    if (pid === 0 || this.told.get(pid) === tgid) return;
    if (this.told.size >= THREADS_MAX) this.told.clear();
    this.told.set(pid, tgid);
    this.sink.event({ type: "process", at, cpu, pid, comm, tgid });
  }
}
