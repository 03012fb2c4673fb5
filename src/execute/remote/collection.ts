// Drives a planner against a queue until every shard is kept: fills the queue, takes what comes back, looks now and then for what got lost.
// Whatever fails halfway is found again by looking, so that no step needs to be undone.

import type { Crew } from "./crew.js";
import { oneLine, type ShardMessage } from "./messages.js";
import type { PlannedShard, Planner } from "./planner.js";
import type { ShardQueue } from "./queue.js";
import { RemoteError } from "./remote-error.js";

/** Time, for simulations of it too. */
export interface Clock {
  now(): number; // ms
  sleep(ms: number): Promise<void>;
}

export interface CollectionParts<Shard extends PlannedShard> {
  planner: Planner<Shard>;
  crew: Crew;
  queue: ShardQueue;
  order: { address: string; text: string };
  /** Checks a result's bytes, keeps and counts them. @throws UnusableError where they are not the shard's */
  keep(shard: Shard, bytes: Uint8Array): Promise<void>;
  /** Called turn by turn, some twenty times a second. */
  onTurn(): void;
  tell: (line: string) => void;
  clock: Clock;
  signal?: AbortSignal | undefined;
  drain?: AbortSignal | undefined;
}

/** Bytes that are not what they should be. */
export class UnusableError extends Error {
  override name = "UnusableError";
}

/** The server answers that it will not, as one that is full. */
export class RefusedError extends Error {
  override name = "RefusedError";
}

const CHUNK = 1000; // names in a request
const RESULTS_AT_ONCE = 16;
const TURN_MS = 50;
const LOOK_MS = 1000;
const CREW_MS = 5000;
const REFUSED_MS = 60_000;
const UNREADABLE_TOLD_MAX = 20;

export class Collection<Shard extends PlannedShard> {
  readonly #next = new Map<string, number>();
  #recalled = false;
  #refusedSince: number | undefined;
  #unreadable = 0;

  constructor(private readonly parts: CollectionParts<Shard>) {}

  /** @throws RemoteError where it cannot go on; the reason of `drain` when all that was under way is kept; the reason of `signal` */
  async run(): Promise<void> {
    const { planner, drain, signal, clock, onTurn } = this.parts;
    await this.#findDone();
    while (planner.left > 0) {
      signal?.throwIfAborted();
      if (drain?.aborted) await this.#recall();
      const sent = await this.#send();
      const came = await this.#takeMail();
      if (this.#recalled || this.#due("look", LOOK_MS)) await this.#look(planner.check(CHUNK));
      if (this.#due("crew", CREW_MS)) await this.#seeCrew();
      if (this.#recalled && planner.queued === 0) throw drain?.reason;
      onTurn();
      if (!sent && !came && planner.left > 0) await clock.sleep(TURN_MS);
    }
    await this.#patiently(() => this.withdraw());
  }

  /** Takes back what nobody has begun. */
  async withdraw(): Promise<void> {
    const { planner, queue, order } = this.parts;
    await queue.withdraw(order.address, planner.recall());
  }

  /** Results that are there before anything was sent: of a run that was stopped, or of another with the same shards. */
  async #findDone(): Promise<void> {
    const { planner, signal, onTurn } = this.parts;
    let names: string[] = [];
    const look = async () => {
      signal?.throwIfAborted();
      await this.#look(names);
      names = [];
      onTurn();
    };
    for (const name of planner.names()) if (names.push(name) === CHUNK) await look();
    await look();
  }

  async #recall(): Promise<void> {
    if (this.#recalled) return;
    this.#recalled = true;
    await this.#patiently(() => this.withdraw());
  }

  /** Fills the queue, at most a request's worth. */
  async #send(): Promise<boolean> {
    const { planner, queue, order } = this.parts;
    const shards = planner.next(CHUNK);
    if (shards.length === 0) return false;
    await this.#patiently(async () => {
      await queue.publish(order.address, order.text);
      await queue.add(shards.map((shard) => ({ name: shard.name, message: this.#messageOf(shard) })));
    });
    return true;
  }

  #messageOf({ variant, first, count }: Shard): ShardMessage {
    return { order: this.parts.order.address, variant, first, count };
  }

  /** Hears what workers have to tell. */
  async #takeMail(): Promise<boolean> {
    const { planner, queue, order } = this.parts;
    const mail = await this.#patiently(() => queue.mail(order.address, CHUNK));
    if (mail === undefined) return false;
    for (const what of mail.unreadable) this.#tellUnreadable(what);
    const done: Shard[] = [];
    const known: string[] = []; // done twice
    for (const { what, shard: name, worker, reason } of mail.notices) {
      if (what === "stalled") planner.stalled(name);
      else if (what === "failed") planner.failed(name, worker, reason);
      else {
        const shard = planner.done(name);
        if (shard === undefined) known.push(name);
        else done.push(shard);
      }
    }
    await this.#keepAll(done);
    if (known.length > 0) await this.#patiently(() => queue.forget(known));
    return mail.notices.length > 0;
  }

  /** Looks where shards are. */
  async #look(names: string[]): Promise<void> {
    const { planner, queue } = this.parts;
    if (names.length === 0) return;
    const fates = await this.#patiently(() => queue.look(names));
    const done: Shard[] = [];
    for (const [i, fate] of (fates ?? []).entries()) {
      if (fate === "absent") planner.absent(names[i]!);
      const shard = fate === "done" ? planner.done(names[i]!) : undefined;
      if (shard !== undefined) done.push(shard);
    }
    await this.#keepAll(done);
  }

  async #keepAll(shards: Shard[]): Promise<void> {
    let next = 0;
    const lane = async () => {
      for (let shard = shards[next++]; shard; shard = shards[next++]) {
        const one = shard;
        await this.#patiently(() => this.#keep(one));
      }
    };
    await Promise.all(Array.from({ length: Math.min(RESULTS_AT_ONCE, shards.length) }, lane));
  }

  async #keep(shard: Shard): Promise<void> {
    const { planner, queue, keep } = this.parts;
    const bytes = await queue.result(shard.name);
    if (bytes === undefined) return planner.absent(shard.name);
    try {
      await keep(shard, bytes);
    } catch (error) {
      if (!(error instanceof UnusableError)) throw error;
      await queue.forget([shard.name]);
      return planner.failed(shard.name, "a result", error.message);
    }
    planner.kept(shard.name);
    await queue.forget([shard.name]);
  }

  async #seeCrew(): Promise<void> {
    const { crew, queue, planner, clock } = this.parts;
    const workers = await this.#patiently(() => queue.workers());
    if (workers !== undefined) crew.seen(workers, clock.now());
    planner.serve(crew.threads);
  }

  /** undefined where the server refuses: to be tried again, for a while. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const { clock, tell } = this.parts;
    try {
      const answer = await ask();
      this.#refusedSince = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (this.#refusedSince === undefined) tell(`the server refuses: ${error.message}; trying again`);
      this.#refusedSince ??= clock.now();
      if (clock.now() - this.#refusedSince >= REFUSED_MS) throw new RemoteError(`the server refuses: ${error.message}`);
      await clock.sleep(LOOK_MS);
      return undefined;
    }
  }

  #due(what: string, everyMs: number): boolean {
    const now = this.parts.clock.now();
    if (now < (this.#next.get(what) ?? 0)) return false;
    this.#next.set(what, now + everyMs);
    return true;
  }

  /** Anybody who reaches the server can write there: worth knowing, not worth a thousand lines. */
  #tellUnreadable(what: string): void {
    if (++this.#unreadable <= UNREADABLE_TOLD_MAX) this.parts.tell(`unreadable, passed over: ${oneLine(what)}`);
    if (this.#unreadable === UNREADABLE_TOLD_MAX) this.parts.tell("more of these are not told");
  }
}
