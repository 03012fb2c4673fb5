// How long shards take on so many cores: list scheduling, each core taking the next shard as soon as it is free, as pools, arrays of small
// tasks and queues do (R. L. Graham, "Bounds for Certain Multiprocessing Anomalies", Bell System Technical Journal 45, 1966).

/** Shards of equal cost, one after the other. */
export interface Load {
  shards: number;
  ms: number; // each
}

/** When the last core is done. */
export function makespan(loads: Iterable<Load>, cores: number): number {
  const free = new FreeTimes(cores);
  for (const { shards, ms } of loads) {
    let left = shards;
    // While the cores are further apart than one shard, it matters who takes it; once they are not, each takes one in turn.
    while (left > 0 && free.spread > ms) left -= free.take(ms);
    const rounds = Math.floor(left / cores);
    free.takeEach(rounds * ms);
    for (left -= rounds * cores; left > 0; ) left -= free.take(ms);
  }
  return free.last;
}

/** Of one core without a pause. */
export function workOf(loads: Iterable<Load>): number {
  let sum = 0;
  for (const { shards, ms } of loads) sum += shards * ms;
  return sum;
}

/** When each core is free: a heap, soonest first. */
class FreeTimes {
  readonly #heap: Float64Array;
  #shift = 0; // of all
  #last = 0;

  constructor(cores: number) {
    this.#heap = new Float64Array(cores);
  }

  get last(): number {
    return this.#last + this.#shift;
  }

  /** Between the core that is free first and the last one. */
  get spread(): number {
    return this.#last - this.#heap[0]!;
  }

  takeEach(ms: number): void {
    this.#shift += ms;
  }

  /** Gives a shard to the core that is free first. */
  take(ms: number): 1 {
    const heap = this.#heap;
    const end = heap[0]! + ms;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= end) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = end;
    this.#last = Math.max(this.#last, end);
    return 1;
  }
}
