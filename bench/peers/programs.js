// klpsim and its peers as functions of (tasks, replicas, seed): the mean completion in seconds, P(T > 15 s), and the CPU seconds
// that the transitions took, neither start nor warm-up among them. Peers are built into build/peers.

import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { simulate } from "klpsim";

const OPTIMISED = ["-O3", ...(process.arch === "x64" ? ["-march=x86-64-v2"] : [])];

/** By name: what to install, and its command where that is there, else null. */
export const PEERS = {
  simpy: {
    install: "apt-get install python3-simpy3, or pip install simpy",
    command() {
      const python = ["python3", "/usr/bin/python3"].find((each) => succeeds(each, "-c", "import simpy"));
      return python ? [python, source("patch-lite.py")] : null;
    },
  },
  "ns-3": {
    install: "apt-get install g++ libns3-dev",
    command: () =>
      succeeds("g++", "-E", "-include", "ns3/core-module.h", "-x", "c++", "/dev/null")
        ? [built("ns-3", "g++", source("patch-lite.cc"), "-lns3-core")]
        : null,
  },
  "js-heap": {
    install: "nothing",
    command: () => [process.execPath, source("patch-lite.js")],
  },
  "c-heap": {
    install: "apt-get install gcc libc6-dev",
    command: () => (succeeds("gcc", "--version") ? [built("c-heap", "gcc", source("patch-lite.c"), "-lm")] : null),
  },
};

/** A peer as a process for each call. */
export function peer([file, ...before]) {
  return async (tasks, replicas, seed) => {
    const { stdout } = await promisify(execFile)(file, [...before, tasks, replicas, seed].map(String));
    return JSON.parse(stdout);
  };
}

/** klpsim through its public door, in this thread alone. */
export async function klpsim(tasks, replicas, seed) {
  const scenario = readFileSync(new URL("../../examples/patch-lite.yaml", import.meta.url), "utf8");
  const set = [`workload.task.count=${tasks}`];
  const before = process.cpuUsage();
  const { results } = await simulate({ scenario, set, policies: ["plain"], workers: 0, replicas, seed });
  const { user, system } = process.cpuUsage(before);
  const [{ latencyMs, exceed }] = results;
  const { probability } = exceed.find(({ seconds }) => seconds === 15);
  return { mean: latencyMs.mean / 1000, later15: probability, cpuSeconds: (user + system) / 1e6 };
}

function source(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** The path of the program that `compiler` makes. */
function built(name, compiler, ...inputs) {
  const directory = fileURLToPath(new URL("../../build/peers/", import.meta.url));
  mkdirSync(directory, { recursive: true });
  execFileSync(compiler, [...OPTIMISED, "-o", directory + name, ...inputs], { stdio: "inherit" });
  return directory + name;
}

function succeeds(file, ...args) {
  try {
    execFileSync(file, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
