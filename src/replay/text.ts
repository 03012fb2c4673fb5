// A replay as text: what the kernel's debug messages would tell, and why. Happenings of many tasks between two tries are one
// line; tries without news are passed over.

import { whole } from "../report/format.js";
import { wrap } from "../report/wrap.js";
import type { Replay } from "./account.js";
import type { EventType, ReplayEvent } from "./events.js";
import { States } from "./states.js";
import { answerLines, headLines } from "./text-frame.js";
import { Groups, seconds } from "./text-groups.js";

/** Of what the text is made. */
export const TEXT_EVENTS: readonly EventType[] = [
  "start",
  "sched-in",
  "sched-out",
  "wake-up",
  "phase",
  "to-user",
  "to-kernel",
  "guest-entry",
  "guest-exit",
  "fork",
  "try",
  "straggler",
  "idle-straggler",
  "try-end",
  "round",
  "signal",
  "kthread-wake",
  "interrupted",
  "eaten",
  "switch",
  "idle-switch",
  "late-violation",
  "admin",
  "synchronize",
  "reversed",
  "decided",
  "step",
  "complete",
];

const COLUMNS = 100;
const STAMP = 15; // "[   12.345678] "

/** Lines of at most 100 columns. */
export function* textLines(replay: Replay): Generator<string> {
  yield* headLines(replay);
  yield "";
  yield* new Account(replay).lines();
  yield "";
  yield* answerLines(replay);
}

/** Tries in which the same were left as before, with nothing in between. */
interface Quiet {
  first: number;
  from: number;
  last: number;
  to: number;
}

class Account {
  private readonly states: States;
  private readonly groups: Groups;
  private quiet: Quiet | null = null;
  private tried = { number: 0, at: 0, cpu: null as number | null };
  private left: string[] = []; // of the try under way: who, and why
  private leftBefore = "";

  constructor(private readonly replay: Replay) {
    this.states = new States(replay);
    this.groups = new Groups(replay, this.states);
  }

  *lines(): Generator<string> {
    for (const event of this.replay.events) {
      yield* this.told(event);
      this.states.apply(event);
    }
    yield* this.gathered();
    yield* this.quietTries();
  }

  private *told(event: ReplayEvent): Generator<string> {
    switch (event.type) {
      case "start":
        return yield* this.line(event.at, this.startText(event.cpu));
      case "try":
        if (!this.groups.isEmpty) yield* this.gathered();
        this.tried = { number: event.number, at: event.at, cpu: event.cpu };
        this.left = [];
        return;
      case "straggler":
        this.left.push(`${event.task}:${event.reason}:${event.functions}`);
        return this.groups.add(event);
      case "idle-straggler":
        this.left.push(`idle ${event.cpu}:${event.reason}`);
        return this.groups.add(event);
      case "try-end":
        return yield* this.tryEnd(event.left, event.next);
      case "decided":
        yield* this.tryLine("nobody is left");
        yield* this.gathered();
        if (event.pending > 0) yield* this.line(event.at, `${event.pending} tasks still have TIF_PATCH_PENDING`);
        return;
      case "round":
        return yield* this.barrier(event.at, `round ${event.number}: fake signals to all who are left`);
      case "admin":
        return yield* this.barrier(
          event.at,
          `${event.givesUp ? "the administrator gives up" : "the administrator"}: ${event.do}`,
        );
      case "reversed":
        return yield* this.barrier(event.at, `reversed: now the direction is ${event.direction}`);
      case "complete":
        return yield* this.barrier(event.at, "complete");
      default:
        this.groups.add(event);
    }
  }

  private startText(cpu: number | null): string {
    const { tasks, cpus, patch } = this.replay;
    const alive = tasks.filter(({ start }) => start !== null).length;
    const where = cpu === null ? "" : `; the loader runs on CPU ${cpu}`;
    return `start, to ${patch.direction}: TIF_PATCH_PENDING on ${whole(alive)} tasks, ${cpus.length} CPUs${where}`;
  }

  private *tryEnd(left: number, next: number | null): Generator<string> {
    const key = this.left.join();
    if (key === this.leftBefore && this.groups.onlyStragglers) {
      const { number, at } = this.tried;
      this.quiet ??= { first: number, from: at, last: number, to: at };
      Object.assign(this.quiet, { last: number, to: at });
      return this.groups.clear();
    }
    this.leftBefore = key;
    const due = next === null ? "" : `, the next try is due at ${seconds(next)}`;
    yield* this.tryLine(`${whole(left)} left${due}`);
    yield* this.gathered();
  }

  private *tryLine(outcome: string): Generator<string> {
    yield* this.quietTries();
    const { number, at, cpu } = this.tried;
    yield* this.line(at, `try ${number}${cpu === null ? "" : ` on CPU ${cpu}`}: ${outcome}`);
  }

  /** What has gathered comes first: it was before. */
  private *barrier(at: number, words: string): Generator<string> {
    yield* this.gathered();
    yield* this.quietTries();
    yield* this.line(at, words);
  }

  private *gathered(): Generator<string> {
    if (!this.groups.isEmpty) yield* this.quietTries();
    for (const { at, words } of this.groups.take()) yield* this.line(at, `  ${words}`);
  }

  private *quietTries(): Generator<string> {
    if (this.quiet === null) return;
    const { first, from, last, to } = this.quiet;
    this.quiet = null;
    const which = first === last ? `try ${first}` : `tries ${first} to ${last}, until ${seconds(to)}`;
    yield* this.line(from, `${which}: the same are left, for the same reasons`);
  }

  private *line(at: number, words: string): Generator<string> {
    const stamp = `[${(at / 1e6).toFixed(6).padStart(STAMP - 3)}] `;
    const indent = words.startsWith("  ") ? 4 : 2;
    const [first, ...rest] = wrap(words.trim(), COLUMNS - STAMP - indent).split("\n");
    yield `${stamp}${" ".repeat(indent - 2)}${first}`;
    for (const one of rest) yield `${" ".repeat(STAMP + indent)}${one}`;
  }
}
