// Names that outlive their line. A piece cut out of a line would keep the whole block of text alive: each is made anew, once.

import { printableText } from "../../results/printable.js";

const NAMES_MAX = 1 << 16;
/** What ftrace prints where it has forgotten the name. */
const FORGOTTEN = "<...>";
export const IDLE = "swapper";

export class ThreadNames {
  private readonly names = new Map<number, string>();

  /** The name of `pid` that is text[from, to); that of every idle task is `swapper`, a forgotten one is what it was before. */
  of(pid: number, text: string, from: number, to: number): string {
    if (pid === 0) return IDLE;
    const before = this.names.get(pid);
    const name = text.slice(from, to);
    if (before !== undefined && (before === name || name === FORGOTTEN)) return before;
    if (this.names.size >= NAMES_MAX) this.names.clear();
    const copy = copyOf(name, 0, name.length);
    this.names.set(pid, copy);
    return copy;
  }

  /** What `pid` was called last; undefined: never, or too long ago. */
  known(pid: number): string | undefined {
    return pid === 0 ? IDLE : this.names.get(pid);
  }
}

/** text[from, to) in a string of its own: the name of a property is one, and quickly compared. A task may call itself anything. */
export function copyOf(text: string, from: number, to: number): string {
  return Object.keys({ [printableText(text.slice(from, to), "?")]: 0 })[0]!;
}
