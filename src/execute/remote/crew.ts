// The workers that planners see: which of them can take shards of this klpsim, and what to tell of those that cannot. Pure: times are given.

import type { WorkerSeen } from "./messages.js";
import { RemoteError } from "./remote-error.js";

/** What a worker must have, to the letter. */
export interface EngineName {
  version: string;
  /** First digits of the SHA-256 of all modules' digests. */
  modules: string;
}

/** So long workers of another klpsim alone are taken for a change that is under way. */
const OTHERS_ALONE_MS = 15_000;
/** So long nobody is missed. */
const NOBODY_MS = 3_000;
const TOLD_MAX = 1000;

export class Crew {
  readonly #told = new Set<string>();
  #workers = 0;
  #threads = 0;
  #idleSince: number | undefined;
  #missed = false;

  /** `how`: the line that starts a worker. */
  constructor(
    private readonly wanted: EngineName,
    private readonly how: string,
    private readonly tell: (line: string) => void,
  ) {}

  get threads(): number {
    return this.#threads;
  }

  /** `3 workers, 12 threads` */
  note(): string {
    return `${counted(this.#workers, "worker")}, ${counted(this.#threads, "thread")}`;
  }

  /** `now` in ms. @throws RemoteError where all workers there are, and for a while, are of another klpsim */
  seen(workers: readonly WorkerSeen[], now: number): void {
    const fit = workers.filter((worker) => this.#fits(worker));
    const others = workers.filter((worker) => !this.#fits(worker));
    this.#workers = fit.length;
    this.#threads = fit.reduce((sum, { threads }) => sum + threads, 0);
    for (const worker of others) this.#tellRefusal(worker);
    if (fit.length > 0) {
      this.#idleSince = undefined;
      this.#missed = false;
      return;
    }
    this.#idleSince ??= now;
    const idle = now - this.#idleSince;
    if (others.length > 0 && idle >= OTHERS_ALONE_MS) throw new RemoteError(this.#allRefuse(others));
    if (others.length === 0 && idle >= NOBODY_MS && !this.#missed) {
      this.#missed = true;
      this.tell(`no worker is there: ${this.how}`);
    }
  }

  #fits({ version, modules }: EngineName): boolean {
    return version === this.wanted.version && modules === this.wanted.modules;
  }

  #tellRefusal(worker: WorkerSeen): void {
    if (this.#told.has(worker.id) || this.#told.size >= TOLD_MAX) return;
    this.#told.add(worker.id);
    this.tell(
      `${worker.id} has ${engine(worker)}, this run wants ${engine(this.wanted)}: it refuses, others get its shards`,
    );
  }

  #allRefuse(others: WorkerSeen[]): string {
    const found = [...new Set(others.slice(0, 100).map(engine))].slice(0, 3).join("; ");
    return `all ${counted(others.length, "worker")} refuse: they have ${found}, this run wants ${engine(this.wanted)}; install that there, or run this where theirs is`;
  }
}

function engine({ version, modules }: EngineName): string {
  return `klpsim ${version} (modules ${modules})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
