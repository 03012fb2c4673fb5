// Names of events, found again by comparing: most lines of a trace have one of a few.

import { copyOf } from "./names.js";

export interface EventName {
  /** As the line spells it, its system before it where there is one: `raw_syscalls:sys_enter`. */
  spelled: string;
  system: string;
  name: string;
}

const SLOTS = 256;

export class EventNames {
  private readonly slots: (EventName | undefined)[] = Array.from({ length: SLOTS });

  /** The one that is text[from, to). */
  at(text: string, from: number, to: number): EventName {
    const slot = ((to - from) * 31 + text.charCodeAt(to - 1) + 7 * text.charCodeAt(to - 4)) % SLOTS || 0;
    const before = this.slots[slot];
    if (before !== undefined && before.spelled === text.slice(from, to)) return before;
    const spelled = copyOf(text, from, to);
    const colon = spelled.indexOf(":");
    const name = {
      spelled,
      system: spelled.slice(0, Math.max(0, colon)),
      name: copyOf(spelled, colon + 1, spelled.length),
    };
    this.slots[slot] = name;
    return name;
  }
}
