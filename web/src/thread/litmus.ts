// Litmus tests: those that come with klpsim, and the answer to one. An exploration hears nothing until it is done, so it has a Worker of
// its own, which can be ended.

import { BUILTIN_TESTS } from "../../../src/litmus/builtin/index.js";
import type { Failure, LitmusAnswer, LitmusOrder } from "../protocol.js";
import type { Handler } from "./handler.js";

export const litmusTests: Handler<"litmusTests"> = () =>
  BUILTIN_TESTS.map(({ name, title, variants, text }) => ({ name, title, variants: Object.keys(variants), text }));

/** From that Worker. */
export type Explored = { answer: LitmusAnswer } | { failed: Failure };

let explorer: Worker | undefined;

export const litmus: Handler<"litmus"> = async (order, { signal }) => {
  const worker = explorer ?? openExplorer();
  explorer = undefined; // busy: another request gets another
  const answer = await explored(worker, order, signal).catch((error) => {
    worker.terminate();
    throw error;
  });
  explorer ??= worker;
  if (explorer !== worker) worker.terminate();
  if ("failed" in answer) throw new Error(answer.failed.message);
  return answer.answer;
};

function openExplorer(): Worker {
  return new Worker(new URL("./litmus-worker.ts", import.meta.url), { type: "module" });
}

function explored(worker: Worker, order: LitmusOrder, signal: AbortSignal): Promise<Explored> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Explored>) => resolve(data);
    worker.onerror = ({ message }) =>
      reject(new Error(`the exploration failed: ${message ?? "its Worker did not start"}`));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    worker.postMessage(order);
  });
}
