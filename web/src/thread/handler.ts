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

const PART_MS = 200;

/** `tell`, about five times a second at most: what comes too early is left out. */
export function seldom<T>(tell: (what: T) => void): (what: T) => void {
  let told = Number.NEGATIVE_INFINITY;
  return (what) => {
    const now = performance.now();
    if (now - told < PART_MS) return;
    told = now;
    tell(what);
  };
}
