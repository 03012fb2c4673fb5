// Addition of Counts. Every word is an integer and every order on replicas is total, so parts may come in any order.

import type { Counts, WorstReplica } from "./counts.js";

const WORST_KEPT = 10;

/** A running total of counts, fed part by part; each replica must be in exactly one part. */
export class CountsSum {
  #words = new BigUint64Array(1024);
  #latencyMin: number | null = null;
  #latencyMax: number | null = null;
  #lastSwitchMin: number | null = null;
  #lastSwitchMax: number | null = null;
  #worst: WorstReplica[] = [];

  add(part: Counts): void {
    this.#addWords(part.index, part.value);
    this.#latencyMin = least(this.#latencyMin, part.latencyMin);
    this.#latencyMax = greatest(this.#latencyMax, part.latencyMax);
    this.#lastSwitchMin = least(this.#lastSwitchMin, part.lastSwitchMin);
    this.#lastSwitchMax = greatest(this.#lastSwitchMax, part.lastSwitchMax);
    if (part.worst.length > 0) this.#worst = [...this.#worst, ...part.worst].sort(worstFirst).slice(0, WORST_KEPT);
  }

  /** The total so far: words by ascending index, zeros left out. */
  counts(): Counts {
    const index: number[] = [];
    this.#words.forEach((value, at) => {
      if (value !== 0n) index.push(at);
    });
    return {
      index: Uint32Array.from(index),
      value: BigUint64Array.from(index, (at) => this.#words[at]),
      latencyMin: this.#latencyMin,
      latencyMax: this.#latencyMax,
      lastSwitchMin: this.#lastSwitchMin,
      lastSwitchMax: this.#lastSwitchMax,
      worst: this.#worst,
    };
  }

  #addWords(index: Uint32Array, value: BigUint64Array): void {
    for (let i = 0; i < index.length; i++) {
      const at = index[i];
      if (at >= this.#words.length) this.#grow(at + 1);
      this.#words[at] += value[i];
    }
  }

  #grow(words: number): void {
    const grown = new BigUint64Array(Math.max(words, 2 * this.#words.length));
    grown.set(this.#words);
    this.#words = grown;
  }
}

/** Censored first, then slowest; ties by replica. */
function worstFirst(a: WorstReplica, b: WorstReplica): number {
  const aTicks = a.ticks ?? Number.MAX_VALUE;
  const bTicks = b.ticks ?? Number.MAX_VALUE;
  return bTicks - aTicks || a.replica - b.replica;
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
