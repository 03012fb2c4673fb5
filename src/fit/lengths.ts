// How long something lasted, as counts of lengths: bounded in memory however long the trace. What the window cut is kept
// apart, for it is another sample: see Lengths.

/** Sub-bins of a power of two: a bin is at most 1/256 of its lower end wide. */
const SUB_BITS = 8;
const SUB = 1 << SUB_BITS;

/** Bin of a length in whole ns: exact below 512 ns, then 256 a power of two. */
export function binOf(length: number): number {
  if (length < 2 * SUB) return Math.max(0, Math.floor(length));
  if (length < 2 ** 31) {
    const exponent = 31 - Math.clz32(length) - SUB_BITS;
    return exponent * SUB + (length >>> exponent);
  }
  const exponent = Math.floor(Math.log2(length)) - SUB_BITS;
  return exponent * SUB + Math.floor(length / 2 ** exponent);
}

/** Lengths of a bin: from its lower end up to, not including, the next one's. */
export function lowOf(bin: number): number {
  if (bin < 2 * SUB) return bin;
  const exponent = Math.floor(bin / SUB) - 1;
  return (bin - exponent * SUB) * 2 ** exponent;
}

export interface LengthBin {
  /** ns. Every length in the bin is in [low, high). */
  low: number;
  high: number;
  /** Not always whole: a sum spread over bins has shares. */
  count: number;
}

const EMPTY = -1;
const FIRST_SLOTS = 8;
const NO_BINS = new Int32Array(0);
const NO_COUNTS = new Float64Array(0);

/** A sample of lengths in ns. */
export class LengthCounts {
  // Open addressing in columns: many tasks have many of these, a Map each would take five times the memory.
  private keys = NO_BINS;
  private counts = NO_COUNTS;
  private used = 0;
  // The first bin is kept here as long as it is the only one, as it often is.
  private onlyBin = EMPTY;
  private onlyCount = 0;
  /** Bins of other widths, by their ends: what tools count is in bins of their own. */
  private wide: Map<string, LengthBin> | null = null;
  n = 0;
  /** Exact, of the lengths themselves; of counts in wider bins the bins' middles. */
  sum = 0;

  add(length: number, count = 1): void {
    this.addTo(binOf(length), count);
    this.n += count;
    this.sum += length * count;
  }

  /** `count` lengths of which all that is known is that they are in [low, high). */
  addBin(low: number, high: number, count: number): void {
    this.addWide(low, high, count);
    this.n += count;
    this.sum += ((low + high) / 2) * count;
  }

  /** `share` of every count: where the lengths of one kind are to be told apart, and only how many are which is known. */
  addAll(other: LengthCounts, share = 1): void {
    other.each((bin, count) => this.addTo(bin, count * share));
    for (const { low, high, count } of other.wide?.values() ?? []) this.addWide(low, high, count * share);
    this.n += other.n * share;
    this.sum += other.sum * share;
  }

  clear(): void {
    this.keys = NO_BINS;
    this.counts = NO_COUNTS;
    this.wide = null;
    this.onlyBin = EMPTY;
    this.used = this.onlyCount = this.n = this.sum = 0;
  }

  /** By length. */
  bins(): LengthBin[] {
    const bins: LengthBin[] = [...(this.wide?.values() ?? [])].map((bin) => ({ ...bin }));
    this.each((bin, count) => bins.push({ low: lowOf(bin), high: lowOf(bin + 1), count }));
    return bins.sort((a, b) => a.low - b.low || a.high - b.high);
  }

  /** Slots that it holds: what it takes of memory is 12 bytes each. */
  get slots(): number {
    return this.keys.length;
  }

  private each(visit: (bin: number, count: number) => void): void {
    if (this.onlyBin !== EMPTY) visit(this.onlyBin, this.onlyCount);
    for (let slot = 0; slot < this.keys.length; slot++)
      if (this.keys[slot]! !== EMPTY) visit(this.keys[slot]!, this.counts[slot]!);
  }

  private addTo(bin: number, count: number): void {
    if (this.keys.length === 0) {
      if (this.onlyBin === EMPTY || this.onlyBin === bin) {
        this.onlyBin = bin;
        this.onlyCount += count;
        return;
      }
      this.moveOnly();
    }
    if (this.used * 4 >= this.keys.length * 3) this.grow();
    const slot = this.slotOf(bin);
    if (this.keys[slot]! === EMPTY) {
      this.keys[slot] = bin;
      this.used++;
    }
    this.counts[slot]! += count;
  }

  private moveOnly(): void {
    const [bin, count] = [this.onlyBin, this.onlyCount];
    this.onlyBin = EMPTY;
    this.onlyCount = 0;
    this.grow();
    this.addTo(bin, count);
  }

  private slotOf(bin: number): number {
    const mask = this.keys.length - 1;
    let slot = Math.imul(bin, 0x9e3779b1) >>> 7; // Fibonacci hashing
    for (slot &= mask; this.keys[slot]! !== EMPTY && this.keys[slot]! !== bin; ) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.keys = new Int32Array(Math.max(FIRST_SLOTS, keys.length * 2)).fill(EMPTY);
    this.counts = new Float64Array(this.keys.length);
    for (const [from, bin] of keys.entries()) {
      if (bin === EMPTY) continue;
      const slot = this.slotOf(bin);
      this.keys[slot] = bin;
      this.counts[slot] = counts[from]!;
    }
  }

  private addWide(low: number, high: number, count: number): void {
    const key = `${low} ${high}`;
    this.wide ??= new Map();
    const bin = this.wide.get(key);
    if (bin === undefined) this.wide.set(key, { low, high, count });
    else bin.count += count;
  }
}

/**
 * Lengths of one kind of interval seen through a window of time. In a stationary process
 * - `whole` and `cutAtEnd` began inside the window: a plain sample, the latter right-censored;
 * - `cutAtStart` and `throughout` were under way when the window began, so they are length-biased: what is seen of them is the
 *   equilibrium residual, with density S(r) / mean; `throughout` is right-censored besides.
 */
export class Lengths {
  readonly whole = new LengthCounts();
  readonly cutAtEnd = new LengthCounts();
  readonly cutAtStart = new LengthCounts();
  readonly throughout = new LengthCounts();

  /** `begun`: the window saw it begin; `ended`: and end. */
  add(length: number, begun: boolean, ended: boolean): void {
    (begun ? (ended ? this.whole : this.cutAtEnd) : ended ? this.cutAtStart : this.throughout).add(length);
  }

  addAll(other: Lengths, share = 1): void {
    this.whole.addAll(other.whole, share);
    this.cutAtEnd.addAll(other.cutAtEnd, share);
    this.cutAtStart.addAll(other.cutAtStart, share);
    this.throughout.addAll(other.throughout, share);
  }

  clear(): void {
    this.whole.clear();
    this.cutAtEnd.clear();
    this.cutAtStart.clear();
    this.throughout.clear();
  }

  get n(): number {
    return this.whole.n + this.cutAtEnd.n + this.cutAtStart.n + this.throughout.n;
  }

  get slots(): number {
    return this.whole.slots + this.cutAtEnd.slots + this.cutAtStart.slots + this.throughout.slots;
  }

  /** ns that the window saw of it. */
  get seen(): number {
    return this.whole.sum + this.cutAtEnd.sum + this.cutAtStart.sum + this.throughout.sum;
  }
}
