// What answers a request: all of them have this form.

import type { RequestName, Requests } from "../protocol.js";

export interface Under<N extends RequestName> {
  /** Aborted when the page tells the request to stop. */
  signal: AbortSignal;
  part(part: Requests[N]["part"], transfer?: Transferable[]): void;
}

export type Answer<N extends RequestName> = Requests[N]["answer"];

export type Handler<N extends RequestName> = (
  ask: Requests[N]["ask"],
  under: Under<N>,
) => Answer<N> | Promise<Answer<N>>;

/** Answers often: no more than about eight times a second. */
export const PART_MS = 125;

/** `tell`, if its last time is long enough ago. */
export function seldom(tell: () => void): () => void {
  let told = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - told < PART_MS) return;
    told = now;
    tell();
  };
}
