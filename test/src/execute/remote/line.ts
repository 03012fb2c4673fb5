// First come, first served, however long it gets.

export class Line<T> {
  #items: T[] = [];
  #next = 0;

  get length(): number {
    return this.#items.length - this.#next;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#next];
    if (this.length > 0) this.#next++;
    if (this.#next > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
  }
}
