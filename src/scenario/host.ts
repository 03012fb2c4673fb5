// The host as written -> the model's, units resolved and the scheduler's values for this number of CPUs.

import type { Path, Problems } from "./errors.js";
import type { HostModel } from "./model.js";
import type { Scenario } from "./schema.js";
import { parseRate, parseTime } from "./units.js";

type HostInput = Scenario["host"];

const SCHEDULERS = {
  cfs: { latency: 6000, minGranularity: 750, wakeupGranularity: 1000 },
  "eevdf-6.6": { latency: 0, minGranularity: 750, wakeupGranularity: null },
  "eevdf-6.12": { latency: 0, minGranularity: 700, wakeupGranularity: null },
} as const;

/** Measured on 5.10 to 6.12 at HZ 250 (examples/kernel-lab); the parts of a grace period wait for ticks. */
const RCU_GRACE_JIFFIES = 5;

export function compileHost(host: HostInput, problems: Problems): HostModel {
  const { cpus } = host;
  const offline = new Set(parseCpus(host.offlineCpus, cpus, ["host", "offlineCpus"], problems));
  const tickless = new Set(parseCpus(host.nohzFull, cpus, ["host", "nohzFull"], problems));
  const online = Array.from({ length: cpus }, (_, cpu) => !offline.has(cpu));
  const nohzFull = Array.from({ length: cpus }, (_, cpu) => tickless.has(cpu));
  if (!online.includes(true))
    problems.expected(["host", "offlineCpus"], "at least one CPU left online", host.offlineCpus);
  checkLoader(host.loaderCpu, online, problems);
  const onlineCpus = online.flatMap((is, cpu) => (is ? [cpu] : []));
  const housekeeping = onlineCpus.filter((cpu) => !tickless.has(cpu));
  return {
    cpus,
    hz: host.hz,
    preemption: host.preemption,
    nohzFull,
    online,
    reliableStack: host.reliableStack === "frame-pointers" ? "frame-pointers" : host.reliableStack ? "yes" : "no",
    loaderCpu: host.loaderCpu as HostModel["loaderCpu"],
    loaderCandidates: housekeeping.length > 0 ? housekeeping : onlineCpus,
    idleTasks: host.idleTasks,
    schedulerTick: host.schedulerTick,
    enableGap: ticks(host.enableGap),
    tryCostPerTask: ticks(host.tryCostPerTask),
    hookOn: ticks(host.hookOn),
    hookOff: ticks(host.hookOff),
    hookWork: ticks(host.hookWork),
    unhookWork: ticks(host.unhookWork),
    rcuGrace: host.rcuGrace === undefined ? Math.round((RCU_GRACE_JIFFIES * 1e6) / host.hz) : ticks(host.rcuGrace),
    unpatchWait: host.unpatchWait as HostModel["unpatchWait"],
    idleWakeRate: parseRate(host.idleWakeRate) ?? 0,
    watchdog: ticks(host.watchdog),
    contextSwitch: ticks(host.contextSwitch),
    vmExit: ticks(host.vmExit),
    ipi: ticks(host.ipi),
    remoteWindow: ticks(host.remoteWindow),
    signal: ticks(host.signal),
    ...compileScheduler(host.scheduler, cpus),
    balancePeriod: ticks(host.balancePeriod),
    haltPoll: {
      max: ticks(host.haltPoll.max),
      start: ticks(host.haltPoll.start),
      grow: host.haltPoll.grow,
      shrink: host.haltPoll.shrink,
    },
  };
}

function ticks(time: string | 0): number {
  return parseTime(time) ?? 0;
}

export function compileScheduler(
  scheduler: HostInput["scheduler"],
  cpus: number,
): Pick<HostModel, "latency" | "minGranularity" | "wakeupGranularity"> {
  if (typeof scheduler === "object") {
    return {
      latency: ticks(scheduler.latency),
      minGranularity: ticks(scheduler.minGranularity),
      wakeupGranularity: scheduler.wakeupGranularity === "none" ? null : ticks(scheduler.wakeupGranularity),
    };
  }
  const { latency, minGranularity, wakeupGranularity } = SCHEDULERS[scheduler as keyof typeof SCHEDULERS];
  const factor = 1 + Math.floor(Math.log2(Math.min(cpus, 8)));
  return {
    latency: latency * factor,
    minGranularity: minGranularity * factor,
    wakeupGranularity: wakeupGranularity === null ? null : wakeupGranularity * factor,
  };
}

function checkLoader(loader: number | string, online: boolean[], problems: Problems): void {
  if (typeof loader !== "number") return;
  if (loader >= online.length)
    problems.expected(["host", "loaderCpu"], `a CPU number from 0 to ${online.length - 1}`, loader);
  else if (!online[loader]) problems.expected(["host", "loaderCpu"], "a CPU that is online", loader);
}

/** `[2, 3]` or `2-7,9` -> CPU numbers in the order given, each below `cpus` and given once. */
export function parseCpus(list: string | number[], cpus: number, path: Path, problems: Problems): number[] {
  const ranges = typeof list === "string" ? list.split(",").map(expandRange) : [list];
  if (typeof list === "string" && ranges.some((range) => range.length === 0)) {
    problems.expected(path, "ranges such as 2-7, the lower CPU first", list);
  }
  const numbers = ranges.flat();
  const seen = new Set<number>();
  for (const [i, cpu] of numbers.entries()) {
    const at = typeof list === "string" ? path : [...path, i];
    if (cpu >= cpus) problems.expected(at, `CPU numbers from 0 to ${cpus - 1}`, typeof list === "string" ? list : cpu);
    else if (seen.has(cpu))
      problems.expected(at, `each CPU once (${cpu} is there twice)`, typeof list === "string" ? list : cpu);
    else {
      seen.add(cpu);
      continue;
    }
    break;
  }
  return [...seen];
}

function expandRange(part: string): number[] {
  const [low = 0, high = low] = part.trim().split("-").map(Number);
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => low + i);
}
