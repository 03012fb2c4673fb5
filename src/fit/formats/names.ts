// Command names of threads, each made once: a piece cut out of a line would keep the whole block of text alive.

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
    if (before !== undefined && before.length === to - from && text.startsWith(before, from)) return before;
    if (before !== undefined && to - from === FORGOTTEN.length && text.startsWith(FORGOTTEN, from)) return before;
    const name = copyOf(text, from, to);
    if (this.names.size >= NAMES_MAX) this.names.clear();
    this.names.set(pid, name);
    return name;
  }

  /** What `pid` was called last; undefined: never, or too long ago. */
  known(pid: number): string | undefined {
    return pid === 0 ? IDLE : this.names.get(pid);
  }
}

/** text[from, to) in a string of its own. */
export function copyOf(text: string, from: number, to: number): string {
  let copy = "";
  for (let at = from; at < to; at++) copy += String.fromCharCode(text.charCodeAt(at));
  return copy;
}
