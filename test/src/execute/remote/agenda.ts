// Simulated time: what is to happen, in its order, of equal times what was added first. A heap.

interface Event {
  at: number; // ms
  number: number;
  happen: () => void;
}

export class Agenda {
  now = 0;
  #added = 0;
  readonly #heap: Event[] = [];

  add(at: number, happen: () => void): void {
    const heap = this.#heap;
    const event = { at, number: this.#added++, happen };
    let hole = heap.push(event) - 1;
    for (let parent = (hole - 1) >> 1; hole > 0 && before(event, heap[parent]!); parent = (hole - 1) >> 1) {
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = event;
  }

  /** Time passes, and all happens that is due. */
  pass(ms: number): void {
    const end = this.now + ms;
    while (this.#heap.length > 0 && this.#heap[0]!.at <= end) {
      const { at, happen } = this.#take();
      this.now = at;
      happen();
    }
    this.now = end;
  }

  #take(): Event {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let hole = 0;
    for (let child = 1; child < heap.length; child = 2 * hole + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = last;
    return first;
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}
