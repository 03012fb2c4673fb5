// What reconstruction makes of the events of a recording, task by task; classes.ts makes classes of it.

import { Account } from "./account.js";
import { isKthreadName } from "./kthreads.js";
import type { Facts, Life } from "./life.js";
import type { Observed } from "./observed.js";
import type { TraceSum } from "./trace-event.js";

export type Kind = "user" | "vcpu" | "kthread";

/** A task, or what is kept of several of one kind and name that ended or were too many to keep apart. */
export interface Lot {
  kind: Kind;
  /** With its numbers left out: of `kworker/3:1` kworker. */
  pattern: string;
  /** Thread id; null: several. */
  pid: number | null;
  /** Processes that they are of; null: not known of all. */
  processes: Set<number> | null;
  comms: Map<string, number>;
  account: Account;
  cpus: Map<number, { tasks: number; alone: number }>;
  /** When each of them was there: pairs of begin and end. */
  spans: number[];
  born: number;
  ended: number;
}

export interface Recording extends Omit<Observed, "classes"> {
  lots: Lot[];
  sums: TraceSum[];
}

/** Spans kept of a lot: beyond them, how many of its tasks there are at once is told from these. */
const SPANS_MAX = 1 << 16;
const COMMS_MAX = 64;
/** A kernel thread that no name tells sleeps so often, and never shows a system call or user mode. */
const SLEEPS_MIN = 2;

export function kindOf({ account, comm }: Life, facts: Facts): Kind {
  if (account.guestEntries > 0) return "vcpu";
  if (account.calls > 0) return "user";
  return isKthreadName(comm) || (facts.calls && account.sleeps >= SLEEPS_MIN) ? "kthread" : "user";
}

/** `kworker/3:1` and `kworker/u8:0-events` are kworker, `io_thread #3` io_thread, `CPU 0/KVM` CPU/KVM. */
export function patternOf(comm: string): string {
  if (comm.startsWith("kworker/")) return "kworker";
  const bare = comm
    .replace(/[0-9]+/g, "")
    .replace(/[^A-Za-z0-9]+$/, "")
    .replace(/^[^A-Za-z0-9]+/, "")
    .replace(/([^A-Za-z0-9])[^A-Za-z0-9]+/g, "$1");
  return bare === "" ? comm : bare;
}

export function lotOf(life: Life, kind: Kind, from: number, to: number): Lot {
  const alone = life.cpus.length === 1 ? 1 : 0;
  return {
    kind,
    pattern: patternOf(life.comm),
    pid: life.pid,
    processes: life.tgid === null ? null : new Set([life.tgid]),
    comms: new Map([[life.comm, 1]]),
    account: life.account,
    cpus: new Map(life.cpus.map((cpu) => [cpu, { tasks: 1, alone }])),
    spans: [from, to],
    born: life.bornAt === null ? 0 : 1,
    ended: life.dead ? 1 : 0,
  };
}

export function emptyLot(kind: Kind, pattern: string): Lot {
  const none = { comms: new Map(), cpus: new Map(), spans: [], born: 0, ended: 0 };
  return { kind, pattern, pid: null, processes: new Set(), account: new Account(), ...none };
}

export function addLot(into: Lot, other: Lot): void {
  into.account.addAll(other.account);
  if (other.processes === null) into.processes = null;
  else for (const process of other.processes) into.processes?.add(process);
  into.born += other.born;
  into.ended += other.ended;
  for (const [comm, count] of other.comms)
    if (into.comms.has(comm) || into.comms.size < COMMS_MAX) into.comms.set(comm, (into.comms.get(comm) ?? 0) + count);
  for (const [cpu, { tasks, alone }] of other.cpus) {
    const at = into.cpus.get(cpu) ?? { tasks: 0, alone: 0 };
    into.cpus.set(cpu, { tasks: at.tasks + tasks, alone: at.alone + alone });
  }
  for (let i = 0; i < other.spans.length && into.spans.length < 2 * SPANS_MAX; i++) into.spans.push(other.spans[i]!);
}

/** Most that were there at once. */
export function mostAtOnce(spans: readonly number[]): number {
  const changes: [at: number, by: 1 | -1][] = [];
  for (let i = 0; i < spans.length; i += 2) changes.push([spans[i]!, 1], [spans[i + 1]!, -1]);
  changes.sort(([a, by], [b, other]) => a - b || by - other); // who leaves leaves first
  let [there, most] = [0, 0];
  for (const [, by] of changes) {
    there += by;
    most = Math.max(most, there);
  }
  return most;
}
