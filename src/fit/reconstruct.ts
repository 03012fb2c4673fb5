// From a recording's events to what each task did (the rules: life.ts). What is under way where the recording begins or ends
// is cut there. Of a task that is first heard of later it is known where it was since the beginning, if the recording is of the
// whole machine: woken, it was asleep; on a CPU where nobody was seen before, it was there.
// Whether a recording is of the whole machine, and has wakeups and calls at all, its first events tell: they are held back.

import type { Facts } from "./life.js";
import { Life } from "./life.js";
import { addLot, emptyLot, kindOf, type Lot, lotOf, type Recording } from "./recording.js";
import { NOBODY, Seat } from "./seat.js";
import type { CallName, TraceEvent, TraceSum } from "./trace-event.js";
import type { TraceSink } from "./trace-format.js";

export interface ReconstructionOptions {
  /** Steps of the recording's clock in ns; else 1000 where no time has a finer part, 1 elsewhere. */
  resolution?: number;
  /** Only from and to here, in ns as events count. */
  from?: number;
  to?: number;
}

/** First events held back: so many, or more until it is clear whether switches from the idle task are among them. */
const HELD_MIN = 4096;
const HELD_MAX = 1 << 16;
const IDLE_CLEAR = 16;
const LIVES_MAX = 1 << 15; // as many as Linux has process ids unless told otherwise
/** What all tasks' counts may take, in slots of 12 bytes; looked at once in so many events. */
const SLOTS_MAX = 6 << 20;
const LOOK_EVERY = 1 << 20;
const POOLS_MAX = 4096;
const SUMS_MAX = 1 << 16;
const CPUS_MAX = 4096;

type Event<T extends TraceEvent["type"]> = TraceEvent & { type: T };

export class Reconstruction implements TraceSink {
  /** The first events, until they told what the recording has. */
  private held: (() => void)[] | null = [];
  private readonly facts: Facts = { switches: false, wakeups: false, calls: false, guests: false, whole: false };
  private fromIdle = 0;
  private toIdle = 0;
  private stacks = false;
  private fine = false;

  private readonly names = new Map<string, string>();
  private readonly lives = new Map<number, Life>();
  private readonly seats: Seat[] = [];
  private readonly pools = new Map<string, Lot>();
  private readonly sums: TraceSum[] = [];
  private sumsLeftOut = 0;
  private pooled = 0;

  /** The window: NaN until its first event. */
  private begin = Number.NaN;
  private now = Number.NEGATIVE_INFINITY;
  private elapsed = 0;
  private events = 0;
  private restarted: boolean;
  private past = false;
  /** When events of some CPU were lost last. */
  private lostAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ReconstructionOptions = {}) {
    this.restarted = options.from === undefined;
  }

  event(event: TraceEvent): void {
    if (this.held === null) {
      this.take(event);
      return;
    }
    this.learn(event);
    const copy = { ...event };
    this.held.push(() => this.take(copy));
    const clear = this.fromIdle > 0 || this.toIdle === 0 || this.toIdle >= IDLE_CLEAR;
    if (this.held.length >= (clear ? HELD_MIN : HELD_MAX)) this.release();
  }

  name({ call, name }: CallName): void {
    this.names.set(call, name);
  }

  sum(sum: TraceSum): void {
    if (this.sums.length < SUMS_MAX) this.sums.push(sum);
    else this.sumsLeftOut++;
  }

  gap(at: number, cpu: number): void {
    if (this.held === null) this.lose(at, cpu);
    else this.held.push(() => this.lose(at, cpu));
  }

  finish(): Recording {
    this.release();
    if (!this.restarted && this.events > 0) this.restart(this.options.from!); // nothing is after it
    const end = this.past ? this.options.to! : Math.max(this.now, Number.isNaN(this.begin) ? this.now : this.begin);
    for (const life of this.lives.values()) life.cut(life.own || this.facts.whole ? end : life.seen);
    for (const seat of this.seats) seat.leave(end);
    if (!Number.isNaN(this.begin)) this.elapsed += end - this.begin;
    const lives = [...this.lives.values()].filter((life) => this.counts(life));
    const lots = lives.map((life) => this.lot(life, life.dead ? life.seen : Number.POSITIVE_INFINITY));
    const seen = [...lots, ...this.pools.values()].filter(({ account }) => account.known > 0);
    const { switches, wakeups, calls, guests } = this.facts;
    return {
      window: this.elapsed,
      resolution: this.options.resolution ?? (this.fine ? 1 : 1000),
      cpus: this.seats.length,
      busy: this.seats.map(({ busy, idle }) => (busy > 0 ? busy / (busy + idle) : 0)),
      has: { switches, wakeups, calls, guests, stacks: this.stacks },
      notes: this.notes(seen),
      lots: seen,
      sums: this.sums,
    };
  }

  /** Events held back decide how all are read. */
  private learn(event: TraceEvent): void {
    const { facts } = this;
    switch (event.type) {
      case "switch":
        facts.switches = true;
        if (event.pid === 0) this.fromIdle++;
        if (event.next === 0) this.toIdle++;
        break;
      case "wakeup":
        facts.wakeups = true;
        break;
      case "enter":
      case "exit":
        facts.calls = true;
        break;
      case "guest-entry":
      case "guest-exit":
        facts.guests = true;
        break;
      default:
    }
    facts.whole = facts.switches && (this.fromIdle > 0 || this.toIdle === 0);
  }

  private release(): void {
    const { held } = this;
    this.held = null;
    for (const take of held ?? []) take();
  }

  private take(event: TraceEvent): void {
    const { options } = this;
    if (options.to !== undefined && event.at > options.to) {
      this.past = true;
      return;
    }
    const at = Math.max(event.at, this.now);
    if (!this.restarted && at >= options.from!) this.restart(options.from!);
    if (Number.isNaN(this.begin)) this.begin = at;
    this.now = at;
    if (at % 1000 !== 0) this.fine = true;
    if (++this.events % LOOK_EVERY === 0) this.lookAtMemory();
    this.tell(event, at);
  }

  private tell(event: TraceEvent, at: number): void {
    const { facts } = this;
    const seat = event.cpu >= 0 && event.cpu < CPUS_MAX ? this.seat(event.cpu) : null;
    const life = this.present(event, at, seat);
    switch (event.type) {
      case "switch":
        facts.switches = true;
        if (life !== null) this.leave(life, at, event);
        if (seat !== null) this.sit(event, at, seat);
        break;
      case "wakeup":
        facts.wakeups = true;
        if (event.target !== 0) this.wake(event, at);
        break;
      case "enter":
        facts.calls = true;
        life?.enter(at, this.nameOf(event.call));
        break;
      case "exit":
        facts.calls = true;
        life?.exit(at, event.call === null ? null : this.nameOf(event.call), event.result);
        break;
      case "guest-entry":
        facts.guests = true;
        life?.guestEntry(at);
        break;
      case "guest-exit":
        facts.guests = true;
        life?.guestExit(at, event.reason);
        break;
      case "fork":
        this.fork(event, at);
        break;
      case "rename":
        if (life !== null) life.comm = event.to;
        break;
      case "process":
        this.life(event.pid, event.comm, at).tgid = event.tgid;
        break;
      case "end":
        life?.end(at);
        break;
      case "stack":
        this.stacks = true;
        this.lives.get(event.pid)?.onStack(event.functions);
        break;
      default: // a migration is told by where its task runs next, a note by nobody
    }
  }

  private nameOf(call: string): string {
    return this.names.get(call) ?? call;
  }

  /** Whoever an event is of is on its CPU, and nobody else is; what is told of a task may be told when it has left. */
  private present(event: TraceEvent, at: number, seat: Seat | null): Life | null {
    if (event.type === "stack" || event.type === "process") return null;
    const { pid } = event;
    if (seat !== null && seat.pid === pid) {
      const { life } = seat;
      if (life !== null) {
        if (life.comm !== event.comm) rename(life, event.comm);
        life.own = true;
        life.on(at, at, seat.cpu);
      }
      return life;
    }
    const life = pid === 0 ? null : this.life(pid, event.comm, at);
    if (seat === null && pid === 0) return null;
    const since = seat?.pid === NOBODY && this.facts.whole ? this.limit(life, seat, at) : at;
    if (seat !== null) {
      this.clear(seat, life);
      seat.take(since, pid, life);
    }
    if (life !== null) {
      life.own = true;
      life.on(at, since, event.cpu);
    }
    return life;
  }

  /** Events were missed: who was on that CPU has left it, and `life` left another. */
  private clear(seat: Seat, life: Life | null): void {
    const before = seat.life;
    if (before !== null && before !== life && before.cpu === seat.cpu && before.running) before.cut(before.seen);
    if (life === null || life.cpu < 0 || life.cpu === seat.cpu) return;
    const other = this.seats[life.cpu];
    if (other?.life === life) other.leave(life.seen);
  }

  private leave(life: Life, at: number, { state, pid }: Event<"switch">): void {
    life.leave(at, state);
    if (state === "dead") this.bury(pid, life, at);
  }

  private sit({ next, nextComm }: Event<"switch">, at: number, seat: Seat): void {
    const life = next === 0 ? null : this.life(next, nextComm, at);
    if (life !== null) {
      this.clear(seat, life);
      life.arrive(at, this.limit(life, seat, at), seat.cpu);
    }
    seat.take(at, next, life);
  }

  private wake({ target, targetComm, fresh }: Event<"wakeup">, at: number): void {
    const life = this.life(target, targetComm, at);
    if (fresh === true && life.unknown) life.born(at);
    else life.wake(at, this.limit(life, null, at));
  }

  private fork({ child, childComm }: Event<"fork">, at: number): void {
    const before = this.lives.get(child);
    if (before !== undefined) {
      before.cut(at);
      this.bury(child, before, at);
    }
    if (child > 0) this.life(child, childComm, at).born(at);
  }

  private life(pid: number, comm: string, at: number): Life {
    let life = this.lives.get(pid);
    if (life === undefined) {
      if (this.lives.size >= LIVES_MAX) this.poolTheOldest();
      life = new Life(pid, comm, at, this.facts);
      this.lives.set(pid, life);
    } else if (life.comm !== comm) rename(life, comm);
    return life;
  }

  private seat(cpu: number): Seat {
    let seat = this.seats[cpu];
    if (seat === undefined) {
      for (let number = this.seats.length; number <= cpu; number++) this.seats.push(new Seat(number, this.begin));
      seat = this.seats[cpu]!;
    }
    if (Number.isNaN(seat.from)) seat.from = this.now; // its first event after a gap
    return seat;
  }

  /** Since when a task that was not heard of would have been heard of, had it done anything on its last CPU or on this one. */
  private limit(life: Life | null, seat: Seat | null, at: number): number {
    if (!this.facts.whole || life?.unknown === false) return at;
    let from = life !== null && life.cpu < 0 ? Math.max(this.begin, this.lostAt) : this.begin;
    const last = life !== null && life.cpu >= 0 ? this.seats[life.cpu] : undefined;
    if (last !== undefined) from = Math.max(from, Number.isNaN(last.from) ? at : last.from);
    return seat === null ? from : Math.max(from, seat.from);
  }

  private restart(from: number): void {
    this.restarted = true;
    if (Number.isNaN(this.begin)) return; // nothing was before it
    for (const [pid, life] of this.lives) {
      if (life.dead) this.lives.delete(pid);
      else life.restart(from);
    }
    for (const seat of this.seats) seat.restart(from);
    this.pools.clear();
    this.begin = from;
    this.elapsed = 0;
  }

  /** Events of a CPU (-1: of any) are missing until its next. */
  private lose(sure: number, cpu: number): void {
    if (Number.isNaN(this.begin)) return;
    const at = Math.max(sure, this.now);
    this.now = at;
    for (const life of this.lives.values()) if (cpu < 0 || life.cpu === cpu) life.cut(at);
    for (const seat of this.seats) {
      if (cpu >= 0 && seat.cpu !== cpu) continue;
      seat.leave(at);
      seat.from = Number.NaN;
    }
    if (cpu >= 0) {
      this.lostAt = Math.max(this.lostAt, at);
      return;
    }
    this.lostAt = Number.NEGATIVE_INFINITY;
    this.elapsed += Math.max(0, at - this.begin);
    this.begin = Number.NaN;
  }

  private bury(pid: number, life: Life, at: number): void {
    this.lives.delete(pid);
    if (this.counts(life)) this.pool(life, at);
  }

  /** Where only some tasks' events were recorded, others are seen come but not go. */
  private counts(life: Life): boolean {
    return life.own || this.facts.whole;
  }

  private pool(life: Life, to: number): void {
    const lot = this.lot(life, to);
    const { kind } = lot;
    const known = this.pools.size < POOLS_MAX || this.pools.has(`${kind} ${lot.pattern}`);
    const pattern = known ? lot.pattern : "other";
    let pool = this.pools.get(`${kind} ${pattern}`);
    if (pool === undefined) {
      pool = emptyLot(kind, pattern);
      this.pools.set(`${kind} ${pattern}`, pool);
    }
    addLot(pool, lot);
  }

  /** There from its birth or always; one that was pooled before, since then. */
  private lot(life: Life, to: number): Lot {
    const from = life.bornAt ?? (this.pooled === 0 ? Number.NEGATIVE_INFINITY : life.from);
    return lotOf(life, kindOf(life, this.facts), from, to);
  }

  /** Half of the tasks, those that were not seen for longest, become one with others of their name. */
  private poolTheOldest(): void {
    const oldest = [...this.lives].filter(([, life]) => !life.running).sort(([, a], [, b]) => a.seen - b.seen);
    this.poolAll(oldest.slice(0, LIVES_MAX / 2));
    if (this.lives.size >= LIVES_MAX) this.poolAll([...this.lives]); // all of them run
  }

  private lookAtMemory(): void {
    let slots = 0;
    for (const { account } of this.lives.values()) slots += account.slots;
    if (slots > SLOTS_MAX) this.poolAll([...this.lives]);
  }

  /** What they are doing is cut in two, as a window's end would. */
  private poolAll(lives: [pid: number, life: Life][]): void {
    for (const [pid, life] of lives) {
      life.cut(this.now);
      const seat = this.seats[life.cpu];
      if (seat?.life === life) {
        seat.leave(this.now);
        seat.from = this.now;
      }
      this.bury(pid, life, this.now);
    }
    this.pooled += lives.length;
  }

  private notes(lots: Lot[]): string[] {
    const { facts } = this;
    const notes: string[] = [];
    const sum = (of: (lot: Lot) => number) => lots.reduce((total, lot) => total + of(lot), 0);
    const sleeps = sum(({ account }) => account.sleeps);
    const unwoken = sum(({ account }) => account.unwoken);
    if (!facts.switches && facts.calls)
      notes.push(
        "no switches: a system call of 100 us or more counts as asleep, a shorter one as running (assumption)",
      );
    if (facts.switches && !facts.wakeups)
      notes.push("no wakeups: a sleep counts until the task is on a CPU again, the wait for the CPU included");
    else if (unwoken > 0)
      notes.push(`${unwoken} of ${sleeps} sleeps without a wakeup: they count until the task is on a CPU again`);
    if (facts.switches && !facts.calls && !facts.guests)
      notes.push("no system calls: time on a CPU is not told apart, a thread's all counts as user mode");
    if (facts.guests && !facts.calls)
      notes.push("no system calls: what a vCPU thread does in user mode between guest runs counts as the guest's");
    if (facts.switches && !facts.whole)
      notes.push(
        "only some tasks' events: these are known from their first on, others and the CPUs' other load are not",
      );
    if (this.pooled > 0)
      notes.push(`${this.pooled} tasks' counts became those of all tasks of their name, to save memory`);
    if (this.sumsLeftOut > 0) notes.push(`${this.sumsLeftOut} sums beyond ${SUMS_MAX} left out`);
    return notes;
  }
}

/** A recorder that does not know a name writes <...> or :PID. */
function rename(life: Life, comm: string): void {
  if (comm !== "" && comm !== "<...>" && !comm.startsWith(":")) life.comm = comm;
}
