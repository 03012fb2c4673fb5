// How good a recording is: what was read, what was not, and what the recorder lost. Nothing is dropped without a count here.

const EXAMPLES = 20;
const TEXT_MAX = 200;

export interface Unreadable {
  line: number;
  text: string;
  why: string;
}

/** Of one trace file. */
export class Quality {
  lines = 0;
  bytes = 0;
  /** Events and sums told, counted where they arrive, not by readers. */
  events = 0;
  /** Lines that are no events: comments, headings, empty ones, those of a call chain. */
  other = 0;
  /** Events that are understood and of no use here, by name. */
  readonly unused = new Map<string, number>();
  unreadable = 0;
  /** The first of them. */
  readonly examples: Unreadable[] = [];
  /** Marks of lost events, and how many were lost where the marks say so. */
  lostMarks = 0;
  lostEvents = 0;
  /** Lines whose time was before that of an earlier line, put right by sorting. */
  reordered = 0;
  /** Jumps back of the clock that no sorting puts right: events of both sides are taken, lengths across are not. */
  clockJumps = 0;
  /** The last line ends in its middle. */
  cut = false;
  /** What ended the file before its end: its compressed stream is cut or damaged. */
  broken: string | null = null;

  unread(line: number, text: string, why: string): void {
    this.unreadable++;
    if (this.examples.length < EXAMPLES) this.examples.push({ line, text: text.slice(0, TEXT_MAX), why });
  }

  leftOut(event: string): void {
    this.unused.set(event, (this.unused.get(event) ?? 0) + 1);
  }

  lost(events: number | null): void {
    this.lostMarks++;
    this.lostEvents += events ?? 0;
  }
}
