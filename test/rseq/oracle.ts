// The rules of docs/rseq.md a second time, slow and obvious, sharing nothing with the engine but the draws: the reader is a program
// of steps, written down in its order, and whatever is due first of everything happens next.

import type { RseqDraws } from "../../src/rseq-engine.js";
import type { RseqModel, RseqVariant } from "../../src/scenario/rseq.js";
import type { Step } from "../../src/scenario/rseq-words.js";

const NEED_RESCHED = 8;
const NOTIFY_RESUME = 32;
const MIGRATOR = 0;
const READER = 1;
const HOST = 2;
const START = 0;
const DURATION = 1;
const NEVER = Number.POSITIVE_INFINITY;
const SECOND = 1e9;
const READER_FIRST = 0;

const READER_STEPS = [
  "load vcpu",
  "enter",
  "helper",
  "vm exit",
  "guest",
  "exit",
  "update",
  "ask call",
  "ask return",
  "counter",
  "ask",
  "field",
  "counter again",
  "loop",
] as const;
type ReaderStep = (typeof READER_STEPS)[number];
const COSTS: Record<ReaderStep, Step> = {
  "load vcpu": "vcpuLoad",
  enter: "enter",
  helper: "helper",
  "vm exit": "vmExit",
  guest: "guest",
  exit: "exit",
  update: "update",
  "ask call": "getcpuCall",
  "ask return": "getcpuCall",
  counter: "load",
  ask: "getcpu",
  field: "load",
  "counter again": "load",
  loop: "loop",
};
const USER: ReaderStep[] = ["counter", "ask", "field", "counter again", "loop"];
const IN_KVM: ReaderStep[] = ["enter", "helper", "vm exit"];
const MIGRATOR_STEPS = ["count", "affinity", "return", "count after", "call", "spin", "first", "slept"] as const;
type MigratorStep = (typeof MIGRATOR_STEPS)[number];
const MIGRATOR_STATES = ["running", "coming", "waiting", "blocked", "sleeping"] as const;
const READER_STATES = ["running", "coming", "waiting"] as const;

/** A step of the reader, `left` of it if it has begun before; or the wait for a CPU. */
type Wish = { step: ReaderStep; left?: number } | "schedule";
/** How it ended: as it should, or by an interrupt with so much left of it. */
type End = { left: number } | "done";
type Program = Generator<Wish, void, End>;

export interface RseqOracleRun {
  rows: number[][];
  counts: Record<string, number>;
}

/** One replica, event by event. */
export function rseqOracle(
  model: RseqModel,
  variant: RseqVariant,
  draws: RseqDraws,
  seed: bigint,
  replica: number,
): RseqOracleRun {
  draws.select(seed, replica);
  return new Oracle(model, variant, draws).run();
}

class Oracle {
  private now = 0;
  private readonly drawn = [0, 0, 0];
  private readonly rows: number[][] = [];
  private counter = 0;

  private reader = {
    cpu: 0,
    state: "running" as (typeof READER_STATES)[number],
    at: 0,
    step: "enter" as ReaderStep,
    flags: 0,
    field: 0,
    deferred: false,
    loadedOn: 0,
    ranFrom: 0,
  };
  private program!: Program;
  /** What interrupts have put on top of the reader's program: exit loops, and what is left of a step. */
  private migrator = {
    cpu: 0,
    state: "coming" as (typeof MIGRATOR_STATES)[number],
    at: 0,
    step: "first" as MigratorStep,
    target: 0,
    since: 0,
    iteration: 0,
  };
  private kick = { at: NEVER, to: 0 };
  private stopping = false;
  private awaited = false;
  private movedAt = NEVER;
  private selfMovedAt = NEVER;
  private tickAt = NEVER;
  private pullAt = NEVER;
  private balanceAt = NEVER;
  private tickPhase = 0;

  private counts = { runs: 0, successes: 0, retries: 0, stale: 0, visible: 0, caught: 0, falseAlarms: 0, livelocks: 0 };
  private stale = false;
  private visible = false;
  private told = false;
  private lastSuccess = 0;
  private done = false;

  constructor(
    private readonly model: RseqModel,
    private readonly variant: RseqVariant,
    private readonly draws: RseqDraws,
  ) {}

  run(): RseqOracleRun {
    this.begin();
    while (!this.done) this.next();
    const { iterations } = this.model;
    const ratioAlarms = this.variant.ratio && this.counts.runs <= iterations / 2 ? 1 : 0;
    return { rows: this.rows, counts: { ...this.counts, ratioAlarms, nanoseconds: this.now } };
  }

  // Draws

  private uniform(entity: number): number {
    return this.draws.uniform(entity, DURATION, this.drawn[entity]!++);
  }

  private duration(entity: number, row: number): number {
    const { durations } = this.model;
    const own = this.variant.delay.kind === "sleep" ? this.variant.delay.durations : [];
    const law = row < durations.length ? durations[row]! : own[row - durations.length]!;
    return this.draws.duration(row, law.kind === "fixed" ? 0.5 : this.uniform(entity));
  }

  private cost(entity: number, step: Step): number {
    return this.duration(entity, this.model.steps[step]);
  }

  private coming(entity: number, remote: boolean): number {
    let length = remote ? this.cost(entity, "ipi") : 0;
    length += this.cost(entity, entity === READER ? "deepWake" : "idleWake");
    return length + this.cost(entity, "contextSwitch");
  }

  private begin(): void {
    const { allowed, hz, balanceRate } = this.model;
    const start = [0, 1, 2, 3].map((n) => this.draws.uniform(HOST, START, n));
    const place = Math.floor(allowed.length * start[0]!);
    const other = Math.floor((allowed.length - 1) * start[1]!);
    this.tickPhase = Math.floor(Math.floor(SECOND / hz) * start[2]!);
    Object.assign(this.reader, { cpu: place, field: place, loadedOn: place });
    this.migrator.cpu = other < place ? other : other + 1;
    this.migrator.at = Math.floor(start[3]! * 10000);
    this.program = this.read();
    this.advance("done");
    if (this.variant.moves === "migrator" && balanceRate > 0) this.nextBalance();
  }

  /** The earliest of all that is due; of one instant, in this order. */
  private next(): void {
    const due: [number, number, () => void][] = [
      [this.reader.at, READER_FIRST, () => this.readerEvent()],
      [this.migrator.at, 1, () => this.migratorEvent()],
      [this.kick.at, 2, () => this.kicked()],
      [this.movedAt, 2, () => this.moved()],
      [this.selfMovedAt, 2, () => this.selfMoved()],
      [this.tickAt, 2, () => this.tick()],
      [this.pullAt, 2, () => this.pull()],
      [this.balanceAt, 2, () => this.balance()],
    ];
    let first = due[0]!;
    for (const one of due) if (one[0] < first[0]) first = one;
    const [time, who, happen] = first;
    this.now = time;
    happen();
    if (this.done) return;
    if (who === READER_FIRST) this.row(who);
    this.readerLeft();
    if (who !== READER_FIRST) this.row(who);
  }

  private row(who: number): void {
    const { reader, migrator } = this;
    this.rows.push([
      this.now,
      who,
      reader.cpu,
      READER_STATES.indexOf(reader.state),
      READER_STEPS.indexOf(reader.step),
      reader.flags,
      reader.field,
      migrator.cpu,
      MIGRATOR_STATES.indexOf(migrator.state),
      MIGRATOR_STEPS.indexOf(migrator.step),
      this.counter,
    ]);
  }

  // The reader

  private *read(): Program {
    for (;;) {
      yield* this.kvmRun();
      yield* this.toUserMode();
      if (this.variant.protocol === "counter") yield* this.countedSection();
      else yield* this.twiceSection();
      yield { step: "loop" };
      this.counts.runs++;
    }
  }

  private *kvmRun(): Program {
    yield* this.load();
    yield { step: "enter" };
    let left: number | undefined;
    for (;;) {
      yield* this.workBeforeGuest();
      const end: End = yield { step: "guest", ...(left === undefined ? {} : { left }) };
      if (end === "done") break;
      left = end.left;
      yield { step: "vm exit" };
    }
    yield { step: "exit" };
  }

  private *workBeforeGuest(): Program {
    const { reader, variant } = this;
    const mask = NEED_RESCHED | (variant.notifyResume === "untouched" ? 0 : NOTIFY_RESUME);
    while (reader.flags & mask) {
      yield { step: "helper" };
      if (reader.flags & NEED_RESCHED) {
        yield "schedule";
        yield* this.load();
        continue;
      }
      reader.flags &= ~NOTIFY_RESUME;
      if (variant.notifyResume === "cleared" && reader.field !== reader.cpu) {
        this.stale = true;
        this.told = false;
      }
      if (variant.notifyResume === "updated") reader.field = reader.cpu;
      if (variant.notifyResume === "deferred") reader.deferred = true;
    }
  }

  /** Loads the vCPU where it is not loaded, as long as it is moved meanwhile. */
  private *load(): Program {
    const { reader } = this;
    while (reader.cpu !== reader.loadedOn) {
      if ((yield { step: "load vcpu" }) === "done") reader.loadedOn = reader.cpu;
    }
  }

  private *toUserMode(): Program {
    const { reader } = this;
    for (;;) {
      if (reader.flags & NEED_RESCHED) yield "schedule";
      else if (reader.flags & NOTIFY_RESUME || reader.deferred) {
        reader.flags &= ~NOTIFY_RESUME;
        reader.deferred = false;
        if ((yield { step: "update" }) === "done") reader.field = reader.cpu;
      } else return;
    }
  }

  /** sched_getcpu(): calls `found` where it finds out. */
  private *getcpu(found: () => void): Program {
    if (this.variant.getcpu === "vdso") {
      yield { step: "ask" };
      found();
    } else {
      yield { step: "ask call" };
      found();
      yield { step: "ask return" };
      yield* this.toUserMode();
    }
  }

  private *countedSection(): Program {
    const { reader } = this;
    for (;;) {
      yield { step: "counter" };
      const before = this.counter - (this.counter % 2);
      let asked = -1;
      yield* this.getcpu(() => {
        asked = reader.cpu;
      });
      yield { step: "field" };
      const { field, cpu } = reader;
      yield { step: "counter again" };
      if (this.counter === before) return this.success(field !== asked, field === cpu);
      this.counts.retries++;
    }
  }

  private *twiceSection(): Program {
    const { reader } = this;
    let asked = -1;
    yield* this.getcpu(() => {
      asked = reader.cpu;
    });
    yield { step: "field" };
    const { field, cpu } = reader;
    yield* this.getcpu(() => this.success(field !== asked && asked === reader.cpu, field === cpu));
  }

  private success(failed: boolean, wasRight: boolean): void {
    this.counts.successes++;
    this.lastSuccess = this.migrator.iteration;
    if (failed && wasRight) this.counts.falseAlarms = 1;
    if (failed && !wasRight) {
      if (!this.told) this.visible = true;
      this.told = true;
      this.counts.caught = 1;
    }
  }

  // How the reader's program meets time and interrupts

  private advance(end: End): void {
    const { reader } = this;
    const wish = this.program.next(end).value as Wish;
    if (wish === "schedule") {
      reader.flags = (reader.flags & ~NEED_RESCHED) | NOTIFY_RESUME;
      reader.state = "waiting";
      reader.at = NEVER;
      return;
    }
    reader.step = wish.step;
    reader.at = this.now + (wish.left ?? this.cost(READER, COSTS[wish.step]));
  }

  private readerEvent(): void {
    const { reader } = this;
    if (reader.state === "coming") {
      reader.state = "running";
      reader.ranFrom = this.now;
    }
    this.advance("done");
  }

  /** An interrupt on the reader's CPU that wants another task there. */
  private interrupt(): void {
    const { reader } = this;
    reader.flags |= NEED_RESCHED;
    const left = reader.at - this.now;
    const { step } = reader;
    if (step === "guest") return this.advance({ left });
    if (USER.includes(step)) this.program = this.interruptedInUser(this.program, step, left);
    else if (this.model.preemption === "full") this.program = this.preempted(this.program, step, left);
    else return;
    this.advance("done");
  }

  private *interruptedInUser(rest: Program, step: ReaderStep, left: number): Program {
    yield* this.toUserMode();
    yield* this.resumed(rest, yield { step, left });
  }

  private *preempted(rest: Program, step: ReaderStep, left: number): Program {
    yield "schedule";
    if (step === "update" || step === "load vcpu") return yield* this.resumed(rest, { left });
    if (IN_KVM.includes(step)) yield* this.load();
    yield* this.resumed(rest, yield { step, left });
  }

  /** Goes on with a program whose step has ended so. */
  private *resumed(rest: Program, end: End): Program {
    for (let wish = rest.next(end); !wish.done; ) wish = rest.next(yield wish.value);
  }

  private place(cpu: number): void {
    const { reader, migrator } = this;
    if (cpu !== reader.cpu) reader.flags |= NOTIFY_RESUME;
    reader.cpu = cpu;
    const taken = migrator.cpu === cpu && ["running", "coming", "waiting"].includes(migrator.state);
    reader.state = taken ? "waiting" : "coming";
    reader.at = taken ? NEVER : this.now + this.coming(READER, true);
  }

  /** The reader has given up its CPU: to the stopper, or to the migrator. */
  private readerLeft(): void {
    const { reader, migrator } = this;
    if (reader.state !== "waiting" || this.movedAt !== NEVER) return;
    if (this.stopping) {
      this.movedAt = this.now + this.cost(READER, "contextSwitch");
      this.movedAt += this.cost(READER, "stopper");
    } else if (migrator.state === "waiting") this.startMigrator(this.cost(MIGRATOR, "contextSwitch"));
  }

  // The migrator

  private startMigrator(after: number): void {
    this.migrator.state = "coming";
    this.migrator.at = this.now + after;
  }

  private takes(step: MigratorStep, length: number): void {
    this.migrator.step = step;
    this.migrator.at = this.now + length;
  }

  private migratorEvent(): void {
    const { migrator } = this;
    if (migrator.state === "sleeping") return this.woken();
    const came = migrator.state === "coming";
    if (came) migrator.state = "running";
    if (came && migrator.step === "first") this.iterate();
    else if (came && migrator.step === "slept") this.endIteration();
    else if (came) this.affinityIsSet();
    else this.migratorStepEnds();
  }

  private migratorStepEnds(): void {
    const counted = this.variant.protocol === "counter";
    switch (this.migrator.step) {
      case "count":
        this.counter++;
        return this.takes("affinity", this.cost(MIGRATOR, "affinity"));
      case "affinity":
        return this.variant.moves === "reader" ? this.moveReader() : this.moveItself();
      case "return":
        if (counted) return this.takes("count after", this.cost(MIGRATOR, "increment"));
        return this.delay();
      case "count after":
        this.counter++;
        return this.delay();
      case "call":
        return this.sleep();
      default:
        return this.endIteration();
    }
  }

  private affinityIsSet(): void {
    this.takes("return", this.cost(MIGRATOR, "affinityReturn"));
  }

  private iterate(): void {
    const { migrator, model, variant } = this;
    while (migrator.iteration < model.iterations) {
      const n = migrator.iteration % model.allowed.length;
      const place = variant.next === "cycle" ? n : model.allowed.indexOf(n);
      if (place >= 0) {
        migrator.target = place;
        if (variant.protocol === "counter") return this.takes("count", this.cost(MIGRATOR, "increment"));
        return this.takes("affinity", this.cost(MIGRATOR, "affinity"));
      }
      this.countIteration();
    }
    this.done = true;
  }

  private countIteration(): void {
    if (this.stale) this.counts.stale++;
    if (this.visible) this.counts.visible++;
    this.stale = false;
    this.visible = false;
    this.migrator.iteration++;
    if (this.migrator.iteration - this.lastSuccess >= this.model.livelock) this.counts.livelocks = 1;
  }

  private endIteration(): void {
    this.countIteration();
    this.iterate();
  }

  private delay(): void {
    const { delay } = this.variant;
    if (delay.kind === "none") this.endIteration();
    else if (delay.kind === "getcpu") {
      let length = 0;
      for (let n = 0; n < delay.times; n++) {
        if (this.variant.getcpu === "vdso") length += this.cost(MIGRATOR, "getcpu");
        else for (let half = 0; half < 2; half++) length += this.cost(MIGRATOR, "getcpuCall");
        length += this.cost(MIGRATOR, "load");
      }
      this.takes("spin", length);
    } else this.takes("call", this.cost(MIGRATOR, "sleepCall"));
  }

  private sleep(): void {
    const { migrator, variant, model } = this;
    const { delay } = variant;
    migrator.state = "sleeping";
    migrator.step = "slept";
    migrator.since = this.now;
    let asked = 0;
    if (delay.kind === "sleep") asked = this.duration(MIGRATOR, model.durations.length + delay.duration);
    if (delay.kind === "steps") asked = delay.from + (migrator.iteration % delay.count) * delay.by;
    migrator.at = this.now + asked + this.cost(MIGRATOR, "timerSlack");
    this.freeCpu();
  }

  /** The migrator leaves its CPU: a reader behind it gets it. */
  private freeCpu(): void {
    const { reader, migrator } = this;
    if (reader.cpu !== migrator.cpu || reader.state !== "waiting") return;
    reader.state = "coming";
    reader.at = this.now + this.cost(READER, "contextSwitch");
  }

  private woken(): void {
    const { reader, migrator } = this;
    if (reader.cpu === migrator.cpu && this.variant.moves === "migrator") {
      const behind = this.now - Math.max(migrator.since, reader.ranFrom);
      this.queueMigrator();
      const { wakeupGranularity } = this.model;
      if (reader.state === "running" && wakeupGranularity >= 0 && behind > wakeupGranularity) this.interrupt();
      return;
    }
    if (reader.cpu === migrator.cpu) migrator.cpu = this.idleCpu();
    this.startMigrator(this.coming(MIGRATOR, false));
  }

  private moveReader(): void {
    const { reader, migrator } = this;
    if (reader.cpu !== migrator.target && reader.state === "running") {
      Object.assign(migrator, { state: "blocked", step: "return", at: NEVER });
      this.awaited = true;
      this.kick = { at: this.now + this.cost(MIGRATOR, "ipi"), to: migrator.target };
      return;
    }
    if (reader.cpu !== migrator.target) this.place(migrator.target);
    this.affinityIsSet();
  }

  private moveItself(): void {
    const { migrator } = this;
    if (migrator.cpu === migrator.target) return this.affinityIsSet();
    Object.assign(migrator, { state: "blocked", step: "return", at: NEVER });
    this.selfMovedAt = this.now + this.cost(MIGRATOR, "contextSwitch");
    this.selfMovedAt += this.cost(MIGRATOR, "stopper");
  }

  private selfMoved(): void {
    const { reader, migrator } = this;
    this.selfMovedAt = NEVER;
    this.freeCpu();
    migrator.cpu = migrator.target;
    if (reader.cpu === migrator.cpu) this.queueMigrator();
    else this.startMigrator(this.coming(MIGRATOR, true));
  }

  private queueMigrator(): void {
    Object.assign(this.migrator, { state: "waiting", at: NEVER });
    const period = Math.floor(SECOND / this.model.hz);
    this.tickAt = (Math.floor((this.now + this.tickPhase) / period) + 1) * period - this.tickPhase;
  }

  private idleCpu(): number {
    const places = this.model.allowed.map((_, place) => place);
    const free = places.find((place) => place !== this.reader.cpu && place !== this.migrator.cpu);
    return free ?? places.find((place) => place !== this.reader.cpu)!;
  }

  // Stopper, ticks, balancer

  private kicked(): void {
    this.kick.at = NEVER;
    if (this.reader.state !== "running") return this.place(this.kick.to);
    this.stopping = true;
    this.interrupt();
  }

  private moved(): void {
    const { reader, migrator } = this;
    this.movedAt = NEVER;
    this.stopping = false;
    this.place(this.kick.to);
    if (migrator.state === "waiting") this.startMigrator(this.cost(MIGRATOR, "contextSwitch"));
    if (!this.awaited) return;
    this.awaited = false;
    if (migrator.cpu === reader.cpu) migrator.cpu = this.idleCpu();
    this.startMigrator(this.coming(MIGRATOR, true));
  }

  private tick(): void {
    const { reader, migrator, model } = this;
    this.tickAt = NEVER;
    if (migrator.state !== "waiting") return;
    this.tickAt = this.now + Math.floor(SECOND / model.hz);
    this.pullAt = this.now + this.cost(HOST, "ipi");
    this.pullAt += this.cost(HOST, "idleWake");
    const slice = Math.max(Math.floor(model.latency / 2), model.minGranularity);
    if (reader.state === "running" && this.now - reader.ranFrom >= slice) this.interrupt();
  }

  private pull(): void {
    const { reader, migrator } = this;
    this.pullAt = NEVER;
    if (migrator.cpu !== reader.cpu || !["running", "coming", "waiting"].includes(migrator.state)) return;
    if (reader.state === "waiting" && this.movedAt === NEVER) this.place(this.idleCpu());
    else if (reader.state === "running" && !this.stopping && this.kick.at === NEVER) {
      this.kick = { at: this.now + this.cost(HOST, "ipi"), to: this.idleCpu() };
    }
  }

  private nextBalance(): void {
    this.balanceAt = this.now + this.draws.exponential(SECOND / this.model.balanceRate, this.uniform(HOST));
  }

  private balance(): void {
    const { reader } = this;
    this.nextBalance();
    if (reader.state !== "running" || this.stopping || this.kick.at !== NEVER) return;
    const n = Math.floor((this.model.allowed.length - 1) * this.uniform(HOST));
    this.kick = { at: this.now, to: n < reader.cpu ? n : n + 1 };
  }
}
