// Workers, and the server between them and planners, in simulated time: it passes while a planner asks or waits. A worker takes a shard at a
// time; one that dies or falls silent keeps its shard until its lock has run out and the next look for such finds it, as BullMQ has it. Left
// out: what the server's own CPU and the network can take (docs/scale.md has these).

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { type Clock, RefusedError } from "../../../../src/execute/remote/collection.js";
import type { Notice, ShardMessage, WorkerSeen } from "../../../../src/execute/remote/messages.js";
import type { Fate, Mail, QueuedShard, ShardQueue } from "../../../../src/execute/remote/queue.js";
import { Agenda } from "./agenda.js";
import { Line } from "./line.js";

export interface FleetOptions {
  seed: number;
  workers: number;
  /** Mean of a shard's time, and the standard deviation of its logarithm. */
  shardMs: number;
  spread: number;
  bytes(shard: string, message: ShardMessage): Uint8Array;
  /** What a planner's requests take, beside what each shard in them does. */
  requestMs?: number;
  sentMs?: number;
  resultMs?: number;
  misfortune?: Misfortune;
}

/** What goes wrong; nothing unless said. */
export interface Misfortune {
  /** Mean time until a worker dies; it is back a minute later. */
  deathMs?: number;
  /** Of shards: their worker is silent for two minutes, then goes on. */
  silent?: number;
  /** Of results: not told of, told of twice, changed on the way. */
  unheard?: number;
  twice?: number;
  wrong?: number;
  /** Workers on which every shard fails, and workers of another klpsim. */
  broken?: number;
  others?: number;
  /** When the server forgets all that it holds. */
  lossesMs?: number[];
  /** The server refuses whatever planners ask, from then on for half a minute. */
  fullMs?: number;
}

/** A shard in the queue; `run` counts its runs, of which the last one holds it. */
interface Entry {
  message: ShardMessage;
  run: number;
  stalls: number;
}

interface IdleWorker {
  since: number;
  /** In a row, of a broken one. */
  failures: number | undefined;
}

const LOCK_MS = 30_000;
const STALLED_MAX = 3;
/** A worker that died comes back. */
export const BACK_MS = 60_000;
const SILENT_MS = 120_000;
const PAUSE_MS = { least: 500, most: 30_000 };
const FULL_MS = 30_000;
const REASON = { worker: "w", reason: "out of memory" };

/** What planners and all workers but the others have. */
export const FLEET_ENGINE = { version: "0.1.0", modules: "aaaaaaaaaaaa" };

const NONE: Required<Misfortune> = {
  deathMs: Number.POSITIVE_INFINITY,
  silent: 0,
  unheard: 0,
  twice: 0,
  wrong: 0,
  broken: 0,
  others: 0,
  lossesMs: [],
  fullMs: Number.POSITIVE_INFINITY,
};

/** A planner that was killed asks nothing any more. */
export class Killed extends Error {}

export class SimulatedFleet {
  /** Time of all workers: on shards, in vain or not; waiting for those that came. */
  busyMs = 0;
  waitedMs = 0;
  /** Of a shard on a worker that does nothing else. */
  longestMs = 0;
  begun = 0;
  deaths = 0;
  requests = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #results = new Map<string, Uint8Array>();
  readonly #orders = new Set<string>();
  readonly #waiting = new Line<string>();
  readonly #again = new Line<string>(); // stalled before: these first
  readonly #idle = new Line<IdleWorker>(); // as a server serves those that block on it
  readonly #letters = new Line<Notice>();
  readonly #agenda = new Agenda();
  readonly #random: RandomGenerator;
  readonly #misfortune: Required<Misfortune>;

  constructor(private readonly options: FleetOptions) {
    this.#misfortune = { ...NONE, ...options.misfortune };
    this.#random = xoroshiro128plus(options.seed);
    const { broken, lossesMs } = this.#misfortune;
    for (let n = 0; n < options.workers; n++) this.#idle.push({ since: 0, failures: n < broken ? 0 : undefined });
    for (const ms of lossesMs) this.#agenda.add(ms, () => this.#forgetAll());
  }

  get now(): number {
    return this.#agenda.now;
  }

  readonly clock: Clock = { now: () => this.now, sleep: async (ms) => this.#agenda.pass(ms) };

  /** A planner's way to the server, until it is killed. */
  connect(killedMs = Number.POSITIVE_INFINITY): ShardQueue {
    const { fullMs } = this.#misfortune;
    const ask = (ms: number) => {
      this.requests++;
      this.#agenda.pass((this.options.requestMs ?? 0.1) + ms);
      if (this.now >= killedMs) throw new Killed("killed");
      if (this.now >= fullMs && this.now < fullMs + FULL_MS) throw new RefusedError("out of memory");
    };
    const { sentMs = 0, resultMs = 0 } = this.options;
    return {
      publish: async (address) => {
        ask(0);
        this.#orders.add(address);
      },
      add: async (shards) => {
        ask(sentMs * shards.length);
        this.#add(shards);
      },
      look: async (names) => {
        ask(0);
        return names.map((name) => this.#fate(name));
      },
      mail: async (_address, most) => {
        ask(0);
        return this.#mail(most);
      },
      result: async (name) => {
        ask(resultMs);
        return this.#results.get(name);
      },
      forget: async (names) => {
        ask(0);
        for (const name of names) this.#results.delete(name);
      },
      withdraw: async (address, names) => {
        ask(0);
        this.#orders.delete(address);
        for (const name of names) this.#entries.delete(name);
      },
      workers: async () => {
        ask(0);
        return this.#crew();
      },
      close: async () => {},
    };
  }

  #add(shards: QueuedShard[]): void {
    for (const { name, message } of shards) {
      if (this.#entries.has(name)) continue;
      this.#entries.set(name, { message, run: 0, stalls: 0 });
      this.#waiting.push(name);
    }
    this.#giveOut();
  }

  #fate(name: string): Fate {
    return this.#entries.has(name) ? "queued" : this.#results.has(name) ? "done" : "absent";
  }

  #mail(most: number): Mail {
    const count = Math.min(most, this.#letters.length);
    return { notices: Array.from({ length: count }, () => this.#letters.take()!), unreadable: [] };
  }

  #crew(): WorkerSeen[] {
    const { workers } = this.options;
    return Array.from({ length: workers + this.#misfortune.others }, (_, n) => ({
      id: `w${n}`,
      threads: 1,
      ...FLEET_ENGINE,
      ...(n < workers ? {} : { version: "0.0.9" }),
    }));
  }

  #giveOut(): void {
    while (this.#idle.length > 0) {
      const name = this.#again.take() ?? this.#waiting.take();
      if (name === undefined) return;
      const entry = this.#entries.get(name);
      if (entry !== undefined) this.#begin(name, entry);
    }
  }

  #begin(name: string, entry: Entry): void {
    const { since, failures } = this.#idle.take()!;
    const run = ++entry.run;
    this.begun++;
    this.waitedMs += this.now - since;
    if (failures !== undefined || !this.#orders.has(entry.message.order)) return this.#fail(name, entry, failures);
    const { deathMs, silent } = this.#misfortune;
    const shardMs = this.#shardMs();
    const ms = shardMs + (this.#chance(silent) ? SILENT_MS : 0);
    const life = -deathMs * Math.log(this.#uniform());
    this.longestMs = Math.max(this.longestMs, shardMs);
    this.busyMs += Math.min(life, ms);
    const silentIn = life < ms ? life : ms > shardMs ? 0 : undefined;
    if (silentIn !== undefined) this.#agenda.add(this.#missedMs(silentIn), () => this.#stall(name, entry, run));
    if (life < ms) this.#die(life);
    else this.#agenda.add(this.now + ms, () => this.#finish(name, entry, run));
  }

  /** When a worker is missed that falls silent in so many ms. */
  #missedMs(inMs: number): number {
    return Math.ceil((this.now + inMs + LOCK_MS) / LOCK_MS) * LOCK_MS;
  }

  #die(inMs: number): void {
    this.deaths++;
    this.#agenda.add(this.now + inMs + BACK_MS, () => this.#rest(undefined));
  }

  #stall(name: string, entry: Entry, run: number): void {
    if (this.#entries.get(name) !== entry || entry.run !== run) return;
    entry.run++;
    if (++entry.stalls > STALLED_MAX) {
      this.#entries.delete(name);
      this.#tell("failed", name);
      return;
    }
    this.#tell("stalled", name);
    this.#again.push(name);
    this.#giveOut();
  }

  #fail(name: string, entry: Entry, failures: number | undefined): void {
    const ms = Math.min(PAUSE_MS.most, PAUSE_MS.least * 2 ** (failures ?? 0));
    this.#agenda.add(this.now + ms, () => {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
      this.#tell("failed", name);
      this.#rest(failures === undefined ? undefined : failures + 1);
    });
  }

  #finish(name: string, entry: Entry, run: number): void {
    const { unheard, twice, wrong } = this.#misfortune;
    const bytes = this.options.bytes(name, entry.message);
    this.#results.set(
      name,
      this.#chance(wrong) ? bytes.map((byte, i) => (i === bytes.length >> 1 ? ~byte : byte)) : bytes,
    );
    if (!this.#chance(unheard)) this.#tell("done", name);
    if (this.#chance(twice)) this.#tell("done", name);
    if (this.#entries.get(name) === entry && entry.run === run) this.#entries.delete(name);
    this.#rest(undefined);
  }

  #rest(failures: number | undefined): void {
    this.#idle.push({ since: this.now, failures });
    this.#giveOut();
  }

  #tell(what: Notice["what"], shard: string): void {
    this.#letters.push({ what, shard, ...REASON });
  }

  /** What runs goes on, and comes back. */
  #forgetAll(): void {
    this.#entries.clear();
    this.#results.clear();
    this.#orders.clear();
    for (const line of [this.#letters, this.#waiting, this.#again]) line.clear();
  }

  #uniform(): number {
    return ((this.#random.next() >>> 0) + 0.5) / 2 ** 32;
  }

  #chance(share: number): boolean {
    return this.#uniform() < share;
  }

  #shardMs(): number {
    const { shardMs, spread } = this.options;
    const normal = Math.sqrt(-2 * Math.log(this.#uniform())) * Math.cos(2 * Math.PI * this.#uniform());
    return shardMs * Math.exp(spread * normal - (spread * spread) / 2);
  }
}
