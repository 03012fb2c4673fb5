// How long something lasted, as counts of lengths: bounded in memory however long the trace. What the window cut is kept
// apart, for it is another sample: see Lengths.

/** Sub-bins of a power of two: a bin is at most 1/256 of its lower end wide. */
const SUB_BITS = 8;
const SUB = 1 << SUB_BITS;

/** Bin of a length in whole ns: exact below 512 ns, then 256 a power of two. */
export function binOf(length: number): number {
  if (length < 2 * SUB) return Math.max(0, Math.floor(length));
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

/** A sample of lengths in ns. */
export class LengthCounts {
  private readonly counts = new Map<number, number>();
  n = 0;
  /** Exact, of the lengths themselves. */
  sum = 0;

  add(length: number, count = 1): void {
    const bin = binOf(length);
    this.counts.set(bin, (this.counts.get(bin) ?? 0) + count);
    this.n += count;
    this.sum += length * count;
  }

  addAll(other: LengthCounts): void {
    for (const [bin, count] of other.counts) this.counts.set(bin, (this.counts.get(bin) ?? 0) + count);
    this.n += other.n;
    this.sum += other.sum;
  }

  /** By length. */
  bins(): LengthBin[] {
    return [...this.counts]
      .sort(([a], [b]) => a - b)
      .map(([bin, count]) => ({ low: lowOf(bin), high: lowOf(bin + 1), count }));
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

  addAll(other: Lengths): void {
    this.whole.addAll(other.whole);
    this.cutAtEnd.addAll(other.cutAtEnd);
    this.cutAtStart.addAll(other.cutAtStart);
    this.throughout.addAll(other.throughout);
  }

  get n(): number {
    return this.whole.n + this.cutAtEnd.n + this.cutAtStart.n + this.throughout.n;
  }

  /** ns that the window saw of it. */
  get seen(): number {
    return this.whole.sum + this.cutAtEnd.sum + this.cutAtStart.sum + this.throughout.sum;
  }
}
