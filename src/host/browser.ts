// klpsim in a browser: its files are fetched from beside the bundle, or from where configure() says.

import { engineUrl } from "../browser-files.js";
import type { Host } from "./host.js";

/** Put there by who bundles it. */
declare const KLPSIM_VERSION: string;

export const version: Host["version"] = KLPSIM_VERSION;

export const parallelism: Host["parallelism"] = () => navigator.hardwareConcurrency || 1;

/** By a message: a timer would wait 4 ms. */
export const breathe: Host["breathe"] = () => {
  const { port1, port2 } = new MessageChannel();
  const turn = new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
  });
  port2.postMessage(null);
  return turn.finally(() => port1.close());
};

export const readModule: Host["readModule"] = async (name, build) => {
  if (build === "debug") throw new RangeError("build: expected release, as browsers have no other, got debug");
  const url = engineUrl(name);
  const response = await fetch(url).catch((error) => {
    throw new Error(`${url}: cannot be fetched (${(error as Error).message})`);
  });
  if (!response.ok) throw new Error(`${url}: cannot be fetched (status ${response.status})`);
  return new Uint8Array(await response.arrayBuffer());
};
