// Hosts of which everything is known, and what a recorder on them would have: klpsim's own replay of one as ftrace text.

import { ftraceLines } from "../../../src/replay/ftrace.js";
import { replay } from "../../../src/replay/replay.js";

/** A number in [0, 1) for each name and host, the same every time. */
function chance(host: number, what: string): number {
  let hash = 0x811c9dc5 ^ host;
  for (const letter of `${what}/${host}/${what}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export type Phases = Record<string, Record<string, unknown>>;
export interface KnownClass {
  kind: "user" | "vcpu" | "kthread";
  count: number;
  cpus?: string;
  behaviour: { phases: Phases };
}
export interface KnownHost {
  name: string;
  host: { cpus: number; hz: number };
  workload: Record<string, KnownClass>;
  patch: { functions: string[] };
}

/** Servers, readers of pipes, vCPUs that halt, and kernel threads, on 4 to 8 CPUs that are not overloaded. */
export function knownHost(number: number): KnownHost {
  const between = (what: string, low: number, high: number) => Math.round(low + (high - low) * chance(number, what));
  const us = (what: string, low: number, high: number) => `${between(what, low, high)}us`;
  const ms = (what: string, low: number, high: number) => `${between(what, low, high)}ms`;
  const sigma = (what: string) => Number((0.4 + 0.8 * chance(number, what)).toFixed(2));
  const shape = Number((0.7 + 1.5 * chance(number, "shape")).toFixed(2));
  return {
    name: `known-host-${number}`,
    host: { cpus: between("cpus", 4, 8), hz: [100, 250, 1000][number % 3]! },
    workload: {
      server: {
        kind: "user",
        count: between("servers", 3, 8),
        behaviour: {
          phases: {
            think: {
              mode: "user",
              duration: { lognormal: { median: us("think", 200, 2000), sigma: sigma("think-sigma") } },
              next: "handle",
            },
            handle: {
              mode: "kernel",
              duration: { exponential: us("handle", 30, 300) },
              next: { think: between("reply", 1, 9), "handle-sleep": 1 },
            },
            "handle-sleep": {
              mode: "sleep",
              duration: { weibull: { scale: ms("rest", 10, 60), shape } },
              stack: ["do_epoll_wait"],
              next: "think",
            },
          },
        },
      },
      reader: {
        kind: "user",
        count: between("readers", 8, 24),
        behaviour: {
          phases: {
            parse: { mode: "user", duration: { exponential: us("parse", 50, 500) }, next: "read" },
            read: {
              mode: "sleep",
              duration: { lognormal: { median: ms("read", 100, 800), sigma: sigma("read-sigma") } },
              stack: ["pipe_read"],
              next: "parse",
            },
          },
        },
      },
      guest: {
        kind: "vcpu",
        count: between("vcpus", 2, 4),
        behaviour: {
          phases: {
            guest: { mode: "guest", duration: { exponential: ms("guest", 2, 12) }, next: { halt: 3, user: 1 } },
            halt: { mode: "sleep", halt: true, duration: { exponential: ms("halt", 5, 40) }, next: "guest" },
            user: { mode: "user", duration: { exponential: us("vmm", 20, 200) }, next: "guest" },
          },
        },
      },
      flusher: {
        kind: "kthread",
        count: between("flushers", 2, 6),
        behaviour: {
          phases: {
            work: { mode: "kernel", duration: { exponential: us("work", 100, 1000) }, next: "work-sleep" },
            "work-sleep": {
              mode: "sleep",
              wait: "idle",
              duration: { exponential: ms("idle", 50, 300) },
              next: "work",
            },
          },
        },
      },
    },
    patch: { functions: ["pipe_read"] },
  };
}

/** Holds its function for ever, so that the transition stays pending and the recording goes on; it never runs, so it is in no line. */
const HELD = "held_for_the_recording";
const HOLDER = {
  kind: "user",
  behaviour: { phases: { held: { mode: "sleep", wait: "uninterruptible", duration: "forever", stack: [HELD] } } },
};

/** So many seconds of it as ftrace text, without rounds and whatever else a transition does to tasks. */
export async function recorded({ host, workload }: KnownHost, seconds: number, seed = 1): Promise<string[]> {
  const scenario = {
    host: { ...host, loaderCpu: "none" },
    workload: { ...workload, holder: HOLDER },
    patch: { functions: [HELD] },
    run: { horizon: `${seconds}s` },
  };
  return [...ftraceLines(await replay({ scenario, policy: "plain", seed }))];
}
