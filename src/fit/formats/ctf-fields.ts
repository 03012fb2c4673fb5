// The fields of a line of babeltrace2: `{ cpu_id = 2 }, { tid = 4297, procname = "sh" }, { comm = "sh, {", state = ( "S" : container = 1 ) }`.
// The last group is the event's own, those before it say where it was.

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = "{[(";
const CLOSING = "}])";
const CONTAINER = /container = (-?\d+)/;

export class CtfFields {
  private context = new Map<string, string>();
  private own = new Map<string, string>();

  /** Those that begin at `from`; false: they are not written like this. */
  read(text: string, from: number): boolean {
    this.context = new Map();
    this.own = new Map();
    let at = from;
    while (text.charAt(at) === "{") {
      for (const [name, value] of this.own) this.context.set(name, value);
      this.own = new Map();
      at = this.group(text, at + 1);
      if (at < 0) return false;
      if (text.startsWith(", {", at)) at += 2;
    }
    return at > from && text.slice(at).trim() === "";
  }

  /** NaN: there is none. */
  number(name: string): number {
    return numberOf(this.own.get(name));
  }

  text(name: string): string | null {
    const value = this.own.get(name);
    return value?.startsWith('"') ? value.slice(1, -1) : null;
  }

  contextNumber(name: string): number {
    return numberOf(this.context.get(name));
  }

  contextText(name: string): string | null {
    const value = this.context.get(name);
    return value?.startsWith('"') ? value.slice(1, -1) : null;
  }

  /** From after `{`; where what follows `}` begins, or -1. */
  private group(text: string, from: number): number {
    let at = from;
    for (;;) {
      while (text.charAt(at) === " " || text.charAt(at) === ",") at++;
      if (text.charAt(at) === "}") return at + 1;
      const equals = text.indexOf(" = ", at);
      const end = equals < 0 ? -1 : endOfValue(text, equals + 3);
      if (end < 0) return -1;
      this.own.set(text.slice(at, equals), text.slice(equals + 3, end).trimEnd());
      at = end;
    }
  }
}

/** Where the `,` or `}` after a value is; -1: the line ends before. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      at = endOfQuoted(text, at + 1);
      if (at < 0) return -1;
    } else if (depth === 0 && (char === "," || char === "}")) return at;
    else if (OPENING.includes(char)) depth++;
    else if (CLOSING.includes(char)) depth--;
  }
  return -1;
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

/** Decimal, hexadecimal, or what an enumeration's name stands for. */
function numberOf(value: string | undefined): number {
  if (value === undefined || value === "") return Number.NaN;
  return Number(CONTAINER.exec(value)?.[1] ?? value);
}
