// The page's side of protocol.ts: one thread for the page, requests numbered, answers matched.

import type { Failure, RequestName, Requests, ToPage, ToThread } from "./protocol.js";

export class RequestFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export interface AskOptions<N extends RequestName> {
  onPart?: (part: Requests[N]["part"]) => void;
  /** Stops the request; its promise then rejects with `failure.stopped`. */
  signal?: AbortSignal;
}

interface Pending {
  onPart: ((part: never) => void) | undefined;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
}

let thread: Worker | undefined;
let last = 0;
const pending = new Map<number, Pending>();

/** @throws RequestFailed */
export function ask<N extends RequestName>(
  name: N,
  what: Requests[N]["ask"],
  { onPart, signal }: AskOptions<N> = {},
): Promise<Requests[N]["answer"]> {
  thread ??= open();
  const id = ++last;
  const to = thread;
  to.postMessage({ id, name, ask: what } as ToThread);
  signal?.addEventListener("abort", () => to.postMessage({ id, name: "stop" } satisfies ToThread), { once: true });
  return new Promise((resolve, reject) => pending.set(id, { onPart, resolve, reject }));
}

function open(): Worker {
  const worker = new Worker(new URL("./thread/index.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<ToPage>) => take(data));
  worker.addEventListener("error", ({ message }) => allFailed(`the simulation's thread failed: ${message}`));
  return worker;
}

function take(message: ToPage): void {
  const waiting = pending.get(message.id);
  if (waiting === undefined) return;
  if ("part" in message) {
    waiting.onPart?.(message.part as never);
    return;
  }
  pending.delete(message.id);
  if ("answer" in message) waiting.resolve(message.answer as never);
  else waiting.reject(new RequestFailed(message.failed));
}

function allFailed(message: string): void {
  for (const { reject } of pending.values()) reject(new RequestFailed({ message, problems: [], stopped: false }));
  pending.clear();
}
