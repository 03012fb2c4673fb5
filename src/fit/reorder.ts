// Events in the order of their times. Buffers of several CPUs that are written out in turn are out of order by as long as one
// waits to be written: such events are sorted, in a buffer that is bounded both in time and in count. Events of equal times
// keep the order of the file. Where times go back by more and stay there, the clock jumped (or another recording follows):
// time then goes on from where it was, with a gap, so that no length is negative and none across the jump is taken for whole.

import type { Quality } from "./quality.js";
import type { CallName, TraceEvent, TraceSum } from "./trace-event.js";
import type { TraceSink } from "./trace-format.js";

/** ns. Assumption: twice the 100 ms after which readers of perf's and BPF's buffers look at them at the latest. */
const SPAN_MAX = 2e8;
const COUNT_MAX = 1 << 16;
/** Most tools sort: once so many events came in order, few are held back, until one is late. Holding them costs a fifth of the speed. */
const SORTED = 100_000;
const COUNT_MAX_SORTED = 256;
/** As many late ones in a row are a jump; fewer are stragglers, told at the time up to which all are. */
const JUMP_MIN = 32;
/** Times that show how fine the clock is. */
const SAMPLE = 10_000;

interface Gap {
  type: "gap";
  at: number;
  cpu: number;
}

type Item = TraceEvent | Gap;

interface Late {
  at: number;
  order: number;
  item: Item;
}

export class Reorder implements TraceSink {
  /** Steps of the clock in ns, a power of ten. */
  resolution = 1e9;
  /** The first time that was told, and the last. */
  from = Number.NaN;
  to = Number.NEGATIVE_INFINITY;
  /** In order already, those before `first` are told. Times apart: of events of many shapes they are slow to look up. */
  private times: number[] = [];
  private items: Item[] = [];
  private first = 0;
  /** Came after later ones: a heap, the earliest on top. */
  private readonly heap: Late[] = [];
  private taken = 0;
  private newest = Number.NEGATIVE_INFINITY;
  /** Too late to be sorted, one after another. */
  private late: Late[] = [];
  /** Added to times after a jump. */
  private shift = 0;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  event(event: TraceEvent): void {
    this.quality.events++;
    this.add(event.at, event);
  }

  gap(at: number, cpu: number): void {
    this.add(at, { type: "gap", at, cpu });
  }

  sum(sum: TraceSum): void {
    this.quality.events++;
    this.sink.sum(sum);
  }

  name(call: CallName): void {
    this.sink.name(call);
  }

  /** After the last event. */
  end(): void {
    if (this.late.length > 0) this.jump();
    while (this.waiting() > 0) this.tell();
  }

  private add(time: number, item: Item): void {
    const at = time + this.shift;
    if (at < this.floor()) this.tooLate(at, item);
    else {
      if (this.late.length > 0) this.stragglers();
      this.take(at, item);
    }
  }

  /** No earlier time can be told any more. */
  private floor(): number {
    return Math.max(this.to, this.newest - SPAN_MAX);
  }

  private take(time: number, item: Item): void {
    const order = this.taken++;
    const at = Math.max(time, this.floor());
    if (time < this.newest) this.quality.reordered++;
    if (order < SAMPLE) while (at % this.resolution !== 0) this.resolution /= 10;
    if (at >= this.newest) {
      this.newest = at;
      this.times.push(at);
      this.items.push(item);
    } else {
      push(this.heap, { at, order, item });
    }
    while (this.isFull()) this.tell();
  }

  private waiting(): number {
    return this.times.length - this.first + this.heap.length;
  }

  private isFull(): boolean {
    const sorted = this.quality.reordered === 0 && this.taken > SORTED;
    if (this.waiting() > (sorted ? COUNT_MAX_SORTED : COUNT_MAX)) return true;
    const { times, first, heap } = this;
    const since = this.newest - SPAN_MAX;
    return (first < times.length && times[first]! < since) || (heap.length > 0 && heap[0]!.at < since);
  }

  /** The earliest; of equal ones that of the queue, which came first. */
  private tell(): void {
    const { times, first, heap } = this;
    const isLate = heap.length > 0 && (first === times.length || heap[0]!.at < times[first]!);
    const at = isLate ? heap[0]!.at : times[first]!;
    const item = isLate ? pop(heap).item : this.dequeue();
    if (at !== item.at) item.at = at;
    if (Number.isNaN(this.from)) this.from = at;
    this.to = at;
    if (item.type === "gap") this.sink.gap(at, item.cpu);
    else this.sink.event(item);
  }

  private dequeue(): Item {
    const item = this.items[this.first++]!;
    if (this.first >= COUNT_MAX) {
      this.items = this.items.slice(this.first);
      this.times = this.times.slice(this.first);
      this.first = 0;
    }
    return item;
  }

  private tooLate(at: number, item: Item): void {
    this.late.push({ at, order: 0, item });
    if (this.late.length >= JUMP_MIN) this.jump();
  }

  /** Events in time have followed: these alone were late. */
  private stragglers(): void {
    const { late } = this;
    this.late = [];
    for (const { at, item } of late) this.take(at, item);
  }

  private jump(): void {
    const { late } = this;
    this.late = [];
    while (this.waiting() > 0) this.tell();
    this.quality.clockJumps++;
    const back = this.to - Math.min(...late.map(({ at }) => at));
    this.shift += back;
    this.newest = this.to;
    this.sink.gap(this.to, -1);
    for (const { at, item } of late) this.take(at + back, item);
  }
}

function before(a: Late, b: Late): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Late[], late: Late): void {
  let at = heap.length;
  for (let up = (at - 1) >> 1; at > 0 && before(late, heap[up]!); up = (at - 1) >> 1) {
    heap[at] = heap[up]!;
    at = up;
  }
  heap[at] = late;
}

function pop(heap: Late[]): Late {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down++;
    if (!before(heap[down]!, last)) break;
    heap[at] = heap[down]!;
    at = down;
  }
  heap[at] = last;
  return top;
}
