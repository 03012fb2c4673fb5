// Events told in a few words, and what reconstruction makes of them: times in ns, below 512 so that counts of lengths are exact.
// Pid 0 is the idle task; every task is named after its pid unless it is given a name.

import type { Account } from "../../../src/fit/account.js";
import type { LengthCounts } from "../../../src/fit/lengths.js";
import { Reconstruction, type ReconstructionOptions } from "../../../src/fit/reconstruct.js";
import type { Recording } from "../../../src/fit/recording.js";
import type { LeftState, TraceEvent } from "../../../src/fit/trace-event.js";

type Step = TraceEvent | { type: "gap"; at: number; cpu: number };
type Detail = TraceEvent extends infer E
  ? E extends TraceEvent
    ? Omit<E, "at" | "cpu" | "pid" | "comm">
    : never
  : never;

export class Story {
  private readonly steps: Step[] = [];
  private readonly names = new Map<number, string>();

  named(pid: number, comm: string): this {
    this.names.set(pid, comm);
    return this;
  }

  tell(at: number, cpu: number, pid: number, detail: Detail): this {
    this.steps.push({ ...detail, at, cpu, pid, comm: this.comm(pid) });
    return this;
  }

  to(at: number, cpu: number, pid: number, state: LeftState, next: number): this {
    return this.tell(at, cpu, pid, { type: "switch", state, next, nextComm: this.comm(next) });
  }

  wake(at: number, cpu: number, pid: number, target: number, fresh?: true): this {
    const woken = { type: "wakeup", target, targetComm: this.comm(target), targetCpu: cpu } as const;
    return this.tell(at, cpu, pid, fresh ? { ...woken, fresh } : woken);
  }

  enter(at: number, cpu: number, pid: number, call: string): this {
    return this.tell(at, cpu, pid, { type: "enter", call });
  }

  exit(at: number, cpu: number, pid: number, call: string | null, result: number | null = 0): this {
    return this.tell(at, cpu, pid, { type: "exit", call, result });
  }

  gap(at: number, cpu: number): this {
    this.steps.push({ type: "gap", at, cpu });
    return this;
  }

  events(): readonly Step[] {
    return this.steps;
  }

  seen(options: ReconstructionOptions = {}): Seen {
    return new Seen(recordingOf(this.steps, options));
  }

  private comm(pid: number): string {
    return this.names.get(pid) ?? (pid === 0 ? "swapper" : `task-${pid}`);
  }
}

export function recordingOf(steps: readonly Step[], options: ReconstructionOptions = {}): Recording {
  const reconstruction = new Reconstruction(options);
  for (const step of steps) {
    if (step.type === "gap") reconstruction.gap(step.at, step.cpu);
    else reconstruction.event(step);
  }
  return reconstruction.finish();
}

export class Seen {
  constructor(readonly recording: Recording) {}

  account(pid: number): Account {
    const found = this.recording.lots.find((lot) => lot.pid === pid);
    if (found === undefined) throw new Error(`no task ${pid}`);
    return found.account;
  }

  /** Lengths of each phase: `whole`, and what was cut where there is any. */
  phases(pid: number): Record<string, object> {
    return phasesOf(this.account(pid));
  }

  /** How often which phase followed which, as `user > read: 2`. */
  flow(pid: number): Record<string, number> {
    const flow: Record<string, number> = {};
    for (const phase of this.account(pid).phases.values())
      for (const [next, count] of phase.next)
        flow[`${phase.spec.name} > ${next === "exit" ? next : next.spec.name}`] = count;
    return flow;
  }

  runnable(pid: number): object {
    return lengthsOf(this.account(pid).runnable);
  }
}

export function phasesOf(account: Account): Record<string, object> {
  const seen = [...account.phases.values()].filter(({ lengths }) => lengths.n > 0);
  return Object.fromEntries(seen.map(({ spec, lengths }) => [spec.name, lengthsOf(lengths)]));
}

const KINDS = ["whole", "cutAtEnd", "cutAtStart", "throughout"] as const;

function lengthsOf(lengths: Record<(typeof KINDS)[number], LengthCounts>): Record<string, number[]> {
  const kinds = KINDS.filter((kind) => lengths[kind].n > 0);
  return Object.fromEntries(kinds.map((kind) => [kind, listOf(lengths[kind])]));
}

function listOf(counts: LengthCounts): number[] {
  return counts.bins().flatMap(({ low, count }) => Array<number>(count).fill(low));
}
