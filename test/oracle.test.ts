// Core and oracle agree, switch for switch, on generated scenarios; and the generator goes on covering what there is.
// KLPSIM_ORACLE_RUNS sets how many scenarios (npm run test:oracle: 3,000), KLPSIM_ORACLE_SEED which ones.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileCore } from "../src/core.js";
import { explain, firstDifference } from "./agreement.js";
import { type GeneratedScenario, PRESETS, scenarioArb } from "./scenarios.js";

const RUNS = Number(process.env.KLPSIM_ORACLE_RUNS ?? 250);
const SEED = Number(process.env.KLPSIM_ORACLE_SEED ?? 20_260_101);

/** Fewer say nothing about paths that one scenario in a thousand takes. */
const ENOUGH = 2000;

/** What the oracle must have met, in at least so many of 1000 scenarios. */
const REQUIRED: Record<string, number> = {
  // mechanisms
  "switch: user-exit": 200,
  "switch: stack": 300,
  "switch: cond_resched": 50,
  "switch: schedule": 7,
  "switch: guest-direct": 15,
  "switch: remote": 4,
  "remote: called meanwhile": 1,
  "switch: force": 40,
  "idle task: idle": 150,
  "idle task: stack": 150,
  "idle task: force": 7,
  // what a try finds
  "try without a CPU": 60,
  "try on a nohzFull CPU": 25,
  "fails: running": 150,
  "fails: running in the kernel": 25,
  "idle task fails: idle": 90,
  "fails: unreliable stack": 35,
  "idle task fails: unreliable stack": 25,
  "fails: preempted": 15,
  "fails: affected: ready": 150,
  "fails: affected: sleep": 150,
  "visit: interruptible": 120,
  "visit: uninterruptible": 40,
  "visit: killable": 30,
  "visit: freezable": 25,
  "visit: idle": 30,
  "visit: stopped": 35,
  "visit: traced": 40,
  "visit: halted": 45,
  "visit: zombie": 8,
  "visit: ready, phase": 150,
  "visit: ready, woken": 120,
  "visit: ready, exit": 80,
  "visit: ready, work": 70,
  "visit: ready, guest": 15,
  // rounds, by the state they find
  round: 150,
  "N already set": 25,
  "signal: current, TIF_NOTIFY_SIGNAL": 40,
  "signal: current, TIF_SIGPENDING": 25,
  "signal: ready, TIF_NOTIFY_SIGNAL": 40,
  "signal: ready, TIF_SIGPENDING": 25,
  "signal: interruptible, TIF_NOTIFY_SIGNAL": 20,
  "signal: interruptible, TIF_SIGPENDING": 12,
  "signal: uninterruptible, TIF_NOTIFY_SIGNAL": 9,
  "signal: uninterruptible, TIF_SIGPENDING": 5,
  "signal: killable, TIF_NOTIFY_SIGNAL": 3,
  "signal: killable, TIF_SIGPENDING": 2,
  "signal: freezable, TIF_NOTIFY_SIGNAL": 2,
  "signal: freezable, TIF_SIGPENDING": 2,
  "signal: idle, TIF_NOTIFY_SIGNAL": 4,
  "signal: idle, TIF_SIGPENDING": 2,
  "signal: stopped, TIF_NOTIFY_SIGNAL": 4,
  "signal: stopped, TIF_SIGPENDING": 1,
  "signal: traced, TIF_NOTIFY_SIGNAL": 4,
  "signal: traced, TIF_SIGPENDING": 2,
  "signal: halted, TIF_NOTIFY_SIGNAL": 9,
  "signal: halted, TIF_SIGPENDING": 4,
  "wakes a kthread": 8,
  "interrupted: restart": 20,
  "interrupted: eintr": 15,
  "interrupted: absorb": 7,
  "sleep begun with a signal": 10,
  "kernel phase begun with a signal": 4,
  "kernel phase interrupted": 10,
  "signal stays pending": 10,
  // vCPUs
  "leaves KVM_RUN": 40,
  "halted vCPU woken": 12,
  "guest preempted": 20,
  "guest look": 10,
  "task work": 50,
  poll: 14,
  "poll ends in time": 8,
  "poll runs out": 9,
  "poll ends by competition": 2,
  // scheduler and costs
  "context switch cost": 200,
  "slice end": 200,
  "wake-up preemption": 100,
  "switched away again": 60,
  "kernel preempted": 80,
  "kernel look": 100,
  "balance moves": 80,
  "wake-up under a worker": 80,
  "worker has to wait": 150,
  "event: delayed interrupt": 80,
  "event: idle wake": 90,
  // administrator, completion, forks
  "admin: signal": 60,
  "admin: force": 40,
  reversed: 30,
  "gives up": 3,
  "poke: calls": 100,
  "poke: key": 90,
  "synchronize: sched": 150,
  "synchronize: rcu": 80,
  "synchronize takes time": 100,
  "turn: outrun": 15,
  "turn by precedence": 5,
  "turn comes": 15,
  "watchdog turns the idle loop": 15,
  "watchdog on a busy CPU": 15,
  "grace period waits for the last one's sleep": 2,
  "grace period holds": 25,
  "grace period holds nobody": 12,
  "grace period rescans": 11,
  fork: 45,
  "fork with stray T": 4,
  "fork without T": 10,
  "stray T": 4,
  exit: 45,
  reaped: 6,
  // what the scenarios say
  ...Object.fromEntries(PRESETS.map((name) => [`policy: ${name}`, 15])),
  ...Object.fromEntries(["none", "voluntary", "full", "lazy"].map((name) => [`preemption: ${name}`, 100])),
  ...Object.fromEntries([100, 250, 300, 1000].map((hz) => [`hz: ${hz}`, 60])),
};

const module = await compileCore();
/** In how many scenarios each path was taken. */
const met = new Map<string, number>();

describe("the oracle", () => {
  it(`Always: core and oracle agree on ${RUNS} scenarios`, { timeout: 3_600_000 }, () => {
    const property = fc.property(scenarioArb, (scenario) => difference(scenario) === null);
    const result = fc.check(property, { seed: SEED, numRuns: RUNS });
    if (!result.failed) return;
    const [scenario] = result.counterexample ?? [];
    const told = scenario === undefined ? String(result.errorInstance) : difference(scenario);
    expect.fail(`seed ${SEED}, path ${result.counterexamplePath}: ${told}`);
  });

  it.skipIf(RUNS < ENOUGH)(`Always: ${ENOUGH} scenarios and more take every path often enough`, () => {
    const seldom = Object.entries(REQUIRED).filter(
      ([path, perThousand]) => (met.get(path) ?? 0) < Math.floor((perThousand * RUNS) / 1000),
    );
    expect(
      seldom.map(([path, perThousand]) => `${path}: ${met.get(path) ?? 0} of ${RUNS}, not ${perThousand} of 1000`),
    ).toEqual([]);
  });
});

/** What differs, or null; what was met on the way is counted. */
function difference(scenario: GeneratedScenario): string | null {
  const seen = new Set<string>(words(scenario));
  try {
    const found = firstDifference(module, scenario, { path: (what) => seen.add(what) });
    for (const what of seen) met.set(what, (met.get(what) ?? 0) + 1);
    return found === null ? null : explain(found, scenario);
  } catch (error) {
    return `${error}\n${JSON.stringify(scenario)}`;
  }
}

function words({ host, policies }: GeneratedScenario): string[] {
  const presets = policies.map((policy) => (typeof policy === "string" ? policy : policy.extends));
  return [`preemption: ${host.preemption}`, `hz: ${host.hz}`, ...presets.map((name) => `policy: ${name}`)];
}
