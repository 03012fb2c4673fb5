// What `#host` and `#executors` stand for, for whatever bundles src/ or runs it as it is.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const src = (path) => fileURLToPath(new URL(`src/${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

export const node = { "#host": src("host/node.ts"), "#executors": src("execute/node-executors.ts") };

export const browser = { "#host": src("host/browser.ts"), "#executors": src("execute/browser-executors.ts") };
export const browserDefine = { KLPSIM_VERSION: JSON.stringify(version) };
