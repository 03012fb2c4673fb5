// klpsim in Node: its files lie in its package.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { packageFile } from "../package-file.js";
import type { Host } from "./host.js";

export const version: Host["version"] = /* @__PURE__ */ readVersion(); // a pool's thread leaves it out

function readVersion(): string {
  return JSON.parse(readFileSync(packageFile("package.json"), "utf8")).version;
}

export const parallelism: Host["parallelism"] = availableParallelism;

export const breathe: Host["breathe"] = () => setImmediate();

export const readModule: Host["readModule"] = (name, build) => {
  const suffix = build === "debug" ? "-debug" : "";
  return readFile(packageFile(`build/${name === "transition" ? build : `${name}${suffix}`}.wasm`));
};
