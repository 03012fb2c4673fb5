// Which shards of a job are still to come, and where they are: to be put into the queue, in it, or back and about to be kept. Pure: no clock,
// no server; each event takes the same time however many shards there are.

import { oneLine } from "./messages.js";
import { RemoteError } from "./remote-error.js";

/** A shard that somebody else shall run. */
export interface PlannedShard {
  name: string;
  variant: number;
  first: number;
  count: number;
}

export interface PlannerOptions {
  /** Shards in the queue at a time: enough for all workers, few enough to take back. */
  window?: number;
  /** Takes a line for people. */
  tell: (line: string) => void;
}

const WINDOW = 10_000;
/** Of one shard. */
const FAILURES_MAX = 5;
const TOLD_MAX = 1000;

interface Task<Shard> {
  shard: Shard;
  state: "planned" | "queued" | "back";
  failures: number;
}

export class Planner<Shard extends PlannedShard = PlannedShard> {
  readonly #tasks = new Map<string, Task<Shard>>();
  /** From the end; one whose state is another by now is passed over. */
  readonly #planned: Task<Shard>[];
  readonly #tell: (line: string) => void;
  readonly #told = new Set<string>();
  #window: number;
  #recalled = false;
  #round: Iterator<Task<Shard>> | undefined;
  #queued = 0;
  #stalled = 0;
  #failed = 0;
  #lost = 0;

  constructor(shards: readonly Shard[], { window = WINDOW, tell }: PlannerOptions) {
    this.#window = window;
    this.#tell = tell;
    const tasks = shards.map((shard): Task<Shard> => ({ shard, state: "planned", failures: 0 }));
    for (const task of tasks) this.#tasks.set(task.shard.name, task);
    this.#planned = tasks.reverse();
  }

  /** Shards that are not kept yet. */
  get left(): number {
    return this.#tasks.size;
  }

  names(): Iterable<string> {
    return this.#tasks.keys();
  }

  /** Of those that are left, so many are in the queue. */
  get queued(): number {
    return this.#queued;
  }

  /** What has gone wrong so far, as progress shows it; empty where nothing has. */
  note(): string {
    const told = [
      [this.#stalled, "stalled"],
      [this.#failed, "failed"],
      [this.#lost, "lost by the server"],
    ] as const;
    return told.flatMap(([count, what]) => (count === 0 ? [] : `${count} ${what}`)).join(", ");
  }

  /** Keeps a queue for so many threads full. */
  serve(threads: number): void {
    this.#window = Math.max(this.#window, 4 * threads);
  }

  /** Shards to be put into the queue now: from here on they are in it. */
  next(most: number): Shard[] {
    const shards: Shard[] = [];
    while (!this.#recalled && shards.length < most && this.#queued < this.#window) {
      const task = this.#planned.pop();
      if (task === undefined) break;
      if (task.state !== "planned") continue;
      this.#move(task, "queued");
      shards.push(task.shard);
    }
    return shards;
  }

  /** A shard is said to be done: returns it where its result is wanted. */
  done(name: string): Shard | undefined {
    const task = this.#tasks.get(name);
    if (task === undefined || task.state === "back") return undefined;
    this.#move(task, "back");
    return task.shard;
  }

  /** A shard's result is kept. */
  kept(name: string): void {
    this.#tasks.delete(name);
  }

  /** A shard came to nothing, or to nothing usable: once more. @throws RemoteError after a few times */
  failed(name: string, worker: string, reason: string): void {
    const task = this.#tasks.get(name);
    if (task === undefined) return;
    this.#failed++;
    const failures = ++task.failures;
    if (failures >= FAILURES_MAX)
      throw new RemoteError(
        `shard ${name} failed ${failures} times, the last time on ${oneLine(worker)}: ${oneLine(reason)}`,
      );
    this.#tellOnce(`${oneLine(worker)}: ${oneLine(reason)}; such shards go to the others`);
    this.#again(task);
  }

  /** A shard's worker was silent for too long; the queue gives it to another. */
  stalled(name: string): void {
    if (this.#tasks.has(name)) this.#stalled++;
  }

  /** A shard that should be in the queue is not, nor is its result. */
  absent(name: string): void {
    const task = this.#tasks.get(name);
    if (task === undefined || task.state === "planned") return;
    if (!this.#recalled) this.#lost++;
    this.#again(task);
  }

  /** Shards that should be in the queue, to be looked for there: each once a round, round after round. */
  check(most: number): string[] {
    const names: string[] = [];
    this.#round ??= this.#tasks.values();
    while (names.length < most) {
      const { value: task, done } = this.#round.next();
      if (done) {
        this.#round = undefined;
        break;
      }
      if (task.state === "queued") names.push(task.shard.name);
    }
    return names;
  }

  /** Nothing goes into the queue any more. Returns what is there, to be taken out of it. */
  recall(): string[] {
    this.#recalled = true;
    return [...this.#tasks.values()].flatMap(({ shard, state }) => (state === "queued" ? [shard.name] : []));
  }

  #again(task: Task<Shard>): void {
    this.#move(task, "planned");
    this.#planned.push(task);
  }

  #move(task: Task<Shard>, state: Task<Shard>["state"]): void {
    if (task.state === "queued") this.#queued--;
    if (state === "queued") this.#queued++;
    task.state = state;
  }

  /** Of what a thousand shards may do alike. */
  #tellOnce(line: string): void {
    if (this.#told.has(line) || this.#told.size >= TOLD_MAX) return;
    this.#told.add(line);
    this.#tell(line);
  }
}
