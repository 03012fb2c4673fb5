// The page's thread: takes requests (protocol.ts), has each answered by a file of its own, loaded when it is first asked for, and says
// what went wrong.

import type { RequestName, Requests, ToPage, ToThread } from "../protocol.js";
import { check } from "./check.js";
import { failureOf } from "./failure.js";
import type { Handler } from "./handler.js";
import { run } from "./run.js";
import { transferables } from "./view.js";

type Handlers = { [N in RequestName]: () => Handler<N> | Promise<Handler<N>> };

const HANDLERS: Handlers = {
  check: () => check,
  run: () => run,
  change: async () => (await import("./change.js")).change,
  presets: async () => (await import("./presets.js")).presets,
  experiment: async () => (await import("./experiment.js")).experiment,
  experimentPicture: async () => (await import("./experiment.js")).experimentPicture,
  replay: async () => (await import("./replay.js")).replayed,
  exportReplay: async () => (await import("./replay.js")).exportReplay,
  litmusTests: async () => (await import("./litmus.js")).litmusTests,
  litmus: async () => (await import("./litmus.js")).litmus,
  fit: async () => (await import("./fit.js")).fitted,
  load: async () => (await import("./load.js")).load,
  export: async () => (await import("./export.js")).exported,
};

const underWay = new Map<number, AbortController>();

addEventListener("message", ({ data }: MessageEvent<ToThread>) => {
  if (data.name === "stop") underWay.get(data.id)?.abort();
  else void answer(data.id, data.name, data.ask);
});

async function answer<N extends RequestName>(id: number, name: N, ask: Requests[N]["ask"]): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  underWay.set(id, stop);
  try {
    const handler: Handler<N> = await HANDLERS[name]();
    const result = await handler(ask, { signal, part: (part, transfer) => send({ id, part }, transfer) });
    signal.throwIfAborted();
    send({ id, answer: result }, transferables(result));
  } catch (error) {
    send({ id, failed: failureOf(error, signal) });
  } finally {
    underWay.delete(id);
  }
}

function send(message: ToPage, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}
