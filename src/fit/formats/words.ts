// Words that recur in a trace (calls, functions, reasons), each made once: see names.ts.

import { copyOf } from "./names.js";

const WORDS_MAX = 1 << 16;

export class Words {
  private readonly known = new Map<string, string>();

  of(piece: string): string {
    const before = this.known.get(piece);
    if (before !== undefined) return before;
    if (this.known.size >= WORDS_MAX) this.known.clear();
    const word = copyOf(piece, 0, piece.length);
    this.known.set(word, word);
    return word;
  }
}
