// Events in the order of their times. Buffers of several CPUs that are written out in turn are out of order by as long as one
// waits to be written: such events are sorted, in a buffer that is bounded both in time and in count. Events of equal times
// keep the order of the file. Where times go back by more and stay there, the clock jumped (or another recording follows):
// time then goes on from where it was, with a gap, so that no length is negative and none across the jump is taken for whole.

import type { Quality } from "./quality.js";
import type { CallName, TraceEvent, TraceSum } from "./trace-event.js";
import type { TraceSink } from "./trace-format.js";

/** Assumption: twice the 100 ms after which perf's and BPF's readers look at their buffers at the latest. */
const SPAN_MAX = 2e8;
const COUNT_MAX = 1 << 16;
/** As many late ones in a row are a jump; fewer are stragglers, told at the time up to which all are. */
const JUMP_MIN = 32;

interface Gap {
  type: "gap";
  at: number;
  cpu: number;
}

type Item = TraceEvent | Gap;

interface Late {
  item: Item;
  order: number;
}

export class Reorder implements TraceSink {
  /** In order already; those before `first` are told. */
  private queue: Item[] = [];
  private first = 0;
  /** Came after later ones: a heap, the earliest on top. */
  private readonly heap: Late[] = [];
  private order = 0;
  private newest = Number.NEGATIVE_INFINITY;
  /** Everything up to here is told. */
  private told = Number.NEGATIVE_INFINITY;
  /** Too late to be sorted, one after another. */
  private late: Item[] = [];
  /** Added to times after a jump. */
  private shift = 0;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  event(event: TraceEvent): void {
    this.quality.events++;
    this.item(event);
  }

  gap(at: number, cpu: number): void {
    this.item({ type: "gap", at, cpu });
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

  private item(item: Item): void {
    item.at += this.shift;
    if (item.at < this.told) this.tooLate(item);
    else {
      if (this.late.length > 0) this.stragglers();
      this.take(item);
    }
  }

  private take(item: Item): void {
    if (item.at >= this.newest) {
      this.newest = item.at;
      this.queue.push(item);
    } else {
      this.quality.reordered++;
      push(this.heap, { item, order: this.order++ });
    }
    while (this.waiting() > COUNT_MAX || this.newest - this.earliest() > SPAN_MAX) this.tell();
  }

  private waiting(): number {
    return this.queue.length - this.first + this.heap.length;
  }

  private earliest(): number {
    const [queued, late] = [this.queue[this.first], this.heap[0]];
    return Math.min(queued?.at ?? Number.POSITIVE_INFINITY, late?.item.at ?? Number.POSITIVE_INFINITY);
  }

  /** The earliest; of equal ones that of the queue, which came first. */
  private tell(): void {
    const queued = this.queue[this.first];
    const late = this.heap[0];
    const item =
      late !== undefined && (queued === undefined || late.item.at < queued.at) ? pop(this.heap).item : this.dequeue();
    this.told = item.at;
    if (item.type === "gap") this.sink.gap(item.at, item.cpu);
    else this.sink.event(item);
  }

  private dequeue(): Item {
    const item = this.queue[this.first++]!;
    if (this.first > COUNT_MAX) {
      this.queue = this.queue.slice(this.first);
      this.first = 0;
    }
    return item;
  }

  private tooLate(item: Item): void {
    this.late.push(item);
    if (this.late.length >= JUMP_MIN) this.jump();
  }

  /** Events in time have followed: these alone were late. */
  private stragglers(): void {
    const late = this.late;
    this.late = [];
    for (const item of late) {
      item.at = this.told;
      this.take(item);
    }
  }

  private jump(): void {
    const late = this.late;
    this.late = [];
    while (this.waiting() > 0) this.tell();
    this.quality.clockJumps++;
    const back = this.told - Math.min(...late.map(({ at }) => at));
    this.shift += back;
    this.newest = this.told;
    this.sink.gap(this.told, -1);
    for (const item of late) {
      item.at += back;
      this.take(item);
    }
  }
}

function before(a: Late, b: Late): boolean {
  return a.item.at < b.item.at || (a.item.at === b.item.at && a.order < b.order);
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
