// The forms in which a replay is written. Each says which events it is made of.

import { timelineSvg } from "../report/timeline-plot.js";
import type { Replay } from "./account.js";
import { chromePieces } from "./chrome.js";
import type { EventType } from "./events.js";
import { ftraceLines } from "./ftrace.js";
import { jsonChunks } from "./json.js";
import { perfettoPieces } from "./perfetto.js";
import { TEXT_EVENTS, textLines } from "./text.js";

export interface Format {
  /** Types of event that it needs; all unless said. */
  only?: readonly EventType[];
  binary?: boolean;
  /** Pieces of the output, in order. */
  write(replay: Replay): Iterable<string | Uint8Array>;
}

export const FORMATS = {
  text: { only: TEXT_EVENTS, write: (replay) => lines(textLines(replay)) },
  json: { write: jsonChunks },
  perfetto: { binary: true, write: perfettoPieces },
  chrome: { write: chromePieces },
  ftrace: { write: (replay) => lines(ftraceLines(replay)) },
  svg: { write: (replay) => [timelineSvg(replay)] },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

function* lines(of: Iterable<string>): Generator<string> {
  for (const line of of) yield `${line}\n`;
}
