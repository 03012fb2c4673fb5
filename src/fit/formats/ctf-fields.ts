// The fields of a line of babeltrace2: `{ cpu_id = 2 }, { tid = 4297, procname = "sh" }, { comm = "sh, {", state = ( "S" : container = 1 ) }`.
// The last group is the event's own, those before it say where it was. Of the line that is being read only places are kept.

import { numberAt } from "./digits.js";

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPENING = [123, 91, 40];
const CLOSING = [125, 93, 41];
const BRACE = 125;
const CONTAINER = /container = (-?\d+)/;

export class CtfFields {
  private text = "";
  /** Where names and values begin and end, four numbers a field. */
  private readonly places: number[] = [];
  private count = 0;
  /** The first field of the event's own. */
  private own = 0;

  /** Those that begin at `from`; false: they are not written like this. */
  read(text: string, from: number): boolean {
    this.text = text;
    this.count = 0;
    let at = from;
    while (text.startsWith("{", at)) {
      this.own = this.count;
      at = this.group(at + 1);
      if (at < 0) return false;
      if (text.startsWith(", {", at)) at += 2;
    }
    return at > from && text.slice(at).trim() === "";
  }

  /** A whole number; NaN: there is none. */
  number(name: string): number {
    return this.numberOf(this.find(name, this.own, this.count));
  }

  words(name: string): string | null {
    return this.textOf(this.find(name, this.own, this.count));
  }

  contextNumber(name: string): number {
    return this.numberOf(this.find(name, 0, this.own));
  }

  contextText(name: string): string | null {
    return this.textOf(this.find(name, 0, this.own));
  }

  /** From after `{`; where what follows `}` begins, or -1. */
  private group(from: number): number {
    const { text, places } = this;
    for (let at = from; ; ) {
      while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === COMMA) at++;
      if (text.charCodeAt(at) === BRACE) return at + 1;
      const equals = text.indexOf(" = ", at);
      const end = equals < 0 ? -1 : endOfValue(text, equals + 3);
      if (end < 0) return -1;
      const place = 4 * this.count++;
      places[place] = at;
      places[place + 1] = equals;
      places[place + 2] = equals + 3;
      places[place + 3] = text.charCodeAt(end - 1) === SPACE ? end - 1 : end;
      at = end;
    }
  }

  /** Place of the field `name` among those from `first` up to `end`; -1: it is not among them. */
  private find(name: string, first: number, end: number): number {
    for (let i = first; i < end; i++) {
      const from = this.places[4 * i]!;
      if (this.places[4 * i + 1]! - from === name.length && this.text.startsWith(name, from)) return 4 * i;
    }
    return -1;
  }

  /** Decimal, hexadecimal, or what an enumeration's name stands for. */
  private numberOf(place: number): number {
    if (place < 0) return Number.NaN;
    const [from, to] = [this.places[place + 2]!, this.places[place + 3]!];
    const decimal = numberAt(this.text, from);
    if (decimal !== 0 && !Number.isNaN(decimal)) return decimal;
    const value = this.text.slice(from, to);
    const number = Number(CONTAINER.exec(value)?.[1] ?? value);
    return value !== "" && Number.isInteger(number) ? number : Number.NaN;
  }

  private textOf(place: number): string | null {
    if (place < 0 || this.text.charCodeAt(this.places[place + 2]!) !== QUOTE) return null;
    return this.text.slice(this.places[place + 2]! + 1, this.places[place + 3]! - 1);
  }
}

/** Where the `,` or `}` after a value is; -1: the line ends before. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfQuoted(text, at + 1);
      if (at < 0) return -1;
    } else if (depth === 0 && (code === COMMA || code === BRACE)) return at;
    else if (OPENING.includes(code)) depth++;
    else if (CLOSING.includes(code)) depth--;
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
