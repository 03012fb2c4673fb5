// Tasks that wake, work for a moment and rest again, beside somebody who runs for ever or alone: the engine looks at the end of each
// calm only, the oracle at all of it. Here they work so much that several are awake at once, often just when a try looks.

import { beforeAll, describe, expect, it } from "vitest";
import { compileCore } from "../../src/core.js";
import { firstDifference } from "../agreement.js";
import type { GeneratedScenario } from "../scenarios.js";

const SEEDS = Number(process.env.KLPSIM_ORACLE_SEEDS ?? 5);

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileCore();
});

interface Crowd {
  count: number;
  rest: string;
  work: string;
  scheduler?: string | Record<string, string>;
  preemption?: string;
  cpus?: number;
  guests?: number;
  /** Those who work are user threads. */
  threads?: boolean;
  enableGap?: string;
  /** On each CPU, with nothing patched that they hold. */
  pairs?: boolean;
  /** The runners compute in turn in user mode and in the kernel. */
  alternate?: boolean;
}

const SHORT_CREDIT = { latency: "1ms", minGranularity: "3ms", wakeupGranularity: "100us" };

function crowd(
  { count, rest, work, cpus = 2, guests = cpus, threads = false, pairs = false, alternate = false, ...host }: Crowd,
  seed: number,
): GeneratedScenario {
  const phases = {
    rest: { mode: "sleep", wait: threads ? "interruptible" : "idle", duration: { exponential: rest }, next: "work" },
    work: { mode: threads ? "user" : "kernel", duration: { uniform: ["1ms", work] }, next: "rest" },
  };
  const guest = { mode: "guest", duration: "forever", stack: ["kvm_vcpu_ioctl"] };
  const inTurn = {
    user: { mode: "user", duration: "30ms", next: "kernel" },
    kernel: { mode: "kernel", duration: "30ms", next: "user" },
  };
  const runner = alternate
    ? { kind: "user", behaviour: { phases: inTurn } }
    : { kind: "vcpu", behaviour: { phases: { guest } } };
  const vcpu = { ...runner, count: guests, cpus: "one-each" };
  return {
    host: { cpus, preemption: "voluntary", ...host },
    workload: {
      vcpu,
      ...(pairs ? { second: vcpu } : {}),
      worker: { kind: threads ? "user" : "kthread", count, cpus: "spread", behaviour: { phases } },
    },
    patch: { functions: pairs ? [] : ["kvm_vcpu_ioctl"] },
    admin: [],
    policies: ["linux-5.13", "linux-5.19"],
    run: { replicas: 2, seed, horizon: "5s", settle: "3s" },
  };
}

describe("Core and oracle agree", () => {
  it.each<[string, Crowd]>([
    ["where the runner stands by", { count: 12, rest: "250ms", work: "5ms" }],
    ["where it stands by under full preemption", { count: 12, rest: "250ms", work: "5ms", preemption: "full" }],
    ["where it runs in between, under EEVDF", { count: 8, rest: "300ms", work: "9ms", scheduler: "eevdf-6.12" }],
    ["where work outlasts a sleeper's credit", { count: 6, rest: "500ms", work: "20ms" }],
    ["where two take turns", { count: 12, rest: "250ms", work: "3ms", pairs: true }],
    ["where two take turns and nobody wakes for long", { count: 4, rest: "1s", work: "8ms", pairs: true }],
    [
      "where two take turns and work outlasts a sleeper's credit",
      { count: 6, rest: "500ms", work: "20ms", pairs: true },
    ],
    [
      "where two take turns and a slice outlasts a sleeper's credit",
      { count: 8, rest: "250ms", work: "2900us", pairs: true, scheduler: SHORT_CREDIT },
    ],
    ["where two take turns on each of many", { cpus: 8, count: 32, rest: "250ms", work: "5ms", pairs: true }],
    [
      "where two take turns before the first try",
      { count: 12, rest: "1s", work: "1200us", pairs: true, threads: true, enableGap: "900ms" },
    ],
    [
      "where two take turns, each in user mode and in the kernel",
      { cpus: 4, count: 12, rest: "500ms", work: "1500us", pairs: true, alternate: true },
    ],
    ["on CPUs where nobody runs for ever", { count: 12, rest: "250ms", work: "9ms", guests: 0 }],
  ])("Always: %s", (_, shape) => {
    for (let seed = 1; seed <= SEEDS; seed++) expect(firstDifference(module, crowd(shape, seed))).toBeNull();
  });
});
