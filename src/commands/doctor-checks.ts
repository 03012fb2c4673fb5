// What klpsim doctor looks at, a check a function: each says how it is, and what to do where it is not well.

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { packageFile } from "../package-file.js";
import { simulate } from "../simulate.js";

export type Health = "ok" | "warn" | "fail";

export interface Finding {
  check: string;
  health: Health;
  /** What was found. */
  found: string;
  /** What to do; null where all is well. */
  advice: string | null;
}

type Found = Omit<Finding, "check">;

const MIB = 2 ** 20;
/** A thread's share of memory at the largest scenarios, Node included. */
const MIB_A_WORKER = 200;
/** Of the self-test's two policies. Whoever changes a rule or a draw changes these, as test/determinism.test.ts. */
const SELF_TEST_DIGESTS = [
  "53bc090a17bc1a8bab1dc89f3556a58ef2c197729a1c6c06ac6fd77ecb907c41",
  "837b4035156dee1eb7ab855a1712eea2053c8195d945581cff6984ee39e6c802",
];
const SELF_TEST = {
  name: "self-test",
  host: { cpus: 4 },
  workload: {
    spin: { kind: "user", count: 3, cpus: "one-each", behaviour: "cpu-bound" },
    reader: { kind: "user", count: 8, behaviour: "blocked-reader" },
    worker: { kind: "kthread", count: 2, behaviour: "kworker" },
  },
  patch: { functions: ["pipe_read"] },
  policies: ["linux-6.1", "linux-4.12"],
  run: { replicas: 64, seed: 1 },
};

/** In the order in which they are shown. */
export const CHECKS: Record<string, () => Found | Promise<Found>> = {
  node: checkNode,
  modules: checkModules,
  "self-test": () => checkSelfTest(0),
  workers: () => checkSelfTest(2),
  cpus: checkCpus,
  memory: checkMemory,
  "temporary files": checkTemporary,
  duckdb: () => checkPackage("@duckdb/node-api", "klpsim query"),
  bullmq: () => checkPackage("bullmq", "klpsim worker and --executor"),
  ioredis: () => checkPackage("ioredis", "klpsim worker and --executor"),
  resvg: () => checkPackage("@resvg/resvg-js", "PNG pictures"),
  terminal: checkTerminal,
};

export async function findings(): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const [name, check] of Object.entries(CHECKS)) all.push({ check: name, ...(await surely(check)) });
  return all;
}

/** A check that fails to check has found something. */
async function surely(check: () => Found | Promise<Found>): Promise<Found> {
  try {
    return await check();
  } catch (error) {
    return fail(
      error instanceof Error ? error.message : String(error),
      "install klpsim again; if that does not help, report this",
    );
  }
}

function ok(found: string): Found {
  return { health: "ok", found, advice: null };
}

function warn(found: string, advice: string): Found {
  return { health: "warn", found, advice };
}

function fail(found: string, advice: string): Found {
  return { health: "fail", found, advice };
}

async function checkNode(): Promise<Found> {
  const { engines } = JSON.parse(await readFile(packageFile("package.json"), "utf8"));
  const least = engines.node.replace(">=", "");
  const [major = 0, minor = 0] = least.split(".").map(Number);
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split(".").map(Number);
  const found = `${process.version}, ${process.platform} ${process.arch}`;
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return ok(found);
  return fail(found, `klpsim needs Node ${least} or newer: https://nodejs.org`);
}

/** Whether the modules are those that were built, and whether this engine has all that they are made of (SIMD, bulk memory). */
async function checkModules(): Promise<Found> {
  const digests: Record<string, string> = JSON.parse(await readFile(packageFile("build/sha256.json"), "utf8"));
  const changed: string[] = [];
  const refused: string[] = [];
  for (const [file, digest] of Object.entries(digests)) {
    const bytes = await readFile(packageFile(`build/${file}`));
    if (createHash("sha256").update(bytes).digest("hex") !== digest) changed.push(file);
    else if (!WebAssembly.validate(bytes)) refused.push(file);
  }
  const again = "install klpsim again (in a clone: npm run build)";
  if (changed.length > 0) return fail(`${changed.join(", ")}: not as built`, again);
  if (refused.length > 0) return fail(`${refused.join(", ")}: refused by WebAssembly.validate()`, "use a newer Node");
  return ok(`${Object.keys(digests).length} WebAssembly modules, as built, all of their features known here`);
}

/** A tiny run, on the main thread or on threads, must come out as anywhere else. */
async function checkSelfTest(workers: number): Promise<Found> {
  const { results } = await simulate({ scenario: SELF_TEST, workers });
  const where = workers === 0 ? "on the main thread" : `on ${workers} threads`;
  const wrong = results.filter(({ digest }, i) => digest !== SELF_TEST_DIGESTS[i]);
  const found = results.map(({ digest }) => digest.slice(0, 12)).join(", ");
  if (wrong.length === 0) return ok(`128 transitions ${where} have the digests they must have`);
  return fail(`${where}: digests ${found}`, "results are not to be trusted here: report this, with the line node");
}

async function checkCpus(): Promise<Found> {
  const quota = await cpuQuota();
  const found = `${availableParallelism()} of ${cpus().length} CPUs`;
  if (quota === undefined || quota >= availableParallelism()) return ok(found);
  const told = `${found}, but a quota of ${Number(quota.toFixed(2))}`;
  return warn(told, `--workers ${Math.max(1, Math.floor(quota))} will be as fast: the control group grants no more`);
}

/** CPUs that the control group grants; undefined where it does not limit them, or cannot be asked. */
async function cpuQuota(): Promise<number | undefined> {
  const [quota, period] = (await controlGroup("cpu.max")).split(" ");
  return Number(quota) / Number(period) || undefined;
}

async function checkMemory(): Promise<Found> {
  const heap = Math.round(getHeapStatistics().heap_size_limit / MIB);
  const limit = Number(await controlGroup("memory.max")) || process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  const available = Math.round(Math.min(process.availableMemory?.() ?? limit, limit) / MIB);
  const found = `${available} MiB available, heap up to ${heap} MiB`;
  const enough = Math.floor(available / MIB_A_WORKER);
  if (enough >= availableParallelism()) return ok(found);
  if (enough < 1) return fail(found, `large scenarios need ${MIB_A_WORKER} MiB: free some, or raise the limit`);
  return warn(found, `large scenarios may need --workers ${enough}: ${MIB_A_WORKER} MiB a thread`);
}

/** A file of the control group that this process is in, version 2; empty where there is none. */
async function controlGroup(file: string): Promise<string> {
  const own = await readFile("/proc/self/cgroup", "utf8").catch(() => "");
  const path = /^0::(.*)$/m.exec(own)?.[1] ?? "/";
  return readFile(join("/sys/fs/cgroup", path, file), "utf8").catch(() => "");
}

async function checkTemporary(): Promise<Found> {
  try {
    const directory = await mkdtemp(join(tmpdir(), "klpsim-doctor-"));
    await writeFile(join(directory, "file"), "written");
    await rm(directory, { recursive: true });
    return ok(`${tmpdir()} can be written`);
  } catch (error) {
    return warn((error as Error).message, "set TMPDIR to a directory that can be written");
  }
}

function checkPackage(name: string, use: string): Found {
  try {
    createRequire(import.meta.url).resolve(name);
    return ok(`${name} is installed`);
  } catch {
    return warn(`${name} is not installed`, `${use} cannot do without: npm install ${name}`);
  }
}

function checkTerminal(): Found {
  const { isTTY, columns } = process.stdout;
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || "";
  const found = `${isTTY ? `${columns} columns` : "none: stdout is no terminal"}, locale ${locale || "not set"}`;
  if (!isTTY || /utf-?8/i.test(locale)) return ok(found);
  return warn(found, "plots need a UTF-8 locale: export LANG=C.UTF-8");
}
