// A cell -> the template of its workload family and the settings that turn it into the cell's scenario, by rules on the
// rows' own parameters. The same settings work by hand: klpsim run examples/kernel-lab/W3.yaml --set host.cpus=4 ...

import { parseTime, showTime } from "../scenario/units.js";
import type { Machine } from "./kernels.js";
import type { Row } from "./measurements.js";
import { exponentialLatenessMs, latenessMs } from "./wheel.js";

export interface Recipe {
  template: string;
  /** `path=YAML`, as --set takes them. */
  settings: string[];
  /** Shares of tasks found in each phase at the start, where the lab's are not the long-run ones. */
  start?: { class: string; shares: Record<string, number> };
  /** Why the cell does not count. */
  excluded?: string;
}

type Setting = [path: string, value: unknown];
type Family = (row: Row) => Omit<Recipe, "settings"> & { busy: boolean; settings: Setting[] };

const HZ = 250;

/** By `params.wl`, the word the lab's guest program has for a workload. */
const FAMILIES: Record<string, Family> = {
  idle: () => ({ template: "W0.yaml", busy: false, settings: [] }),
  cpu: (row) => computing(row, "W1.yaml"),
  getppid: (row) => computing(row, "W1s.yaml"),
  sleep: (row) => ({
    template: "W2.yaml",
    busy: false,
    settings: [...tasks(row), phase("task", "call", nanosleep(row.params.dist, row.params.mean_ms))],
  }),
  sint: (row) => call(row, "W3.yaml"),
  sunint: (row) => call(row, "W4.yaml"),
  skill: (row) => call(row, "W4.yaml", [["workload.task.behaviour.phases.call.wait", "killable"]]),
  kt: kthread,
  busy: (row) => busy(row, []),
  busysig: (row) => busy(row, [["workload.task.behaviour.phases.busy.onSignal", "eintr"]]),
  stop: (row) => ({ template: "W7.yaml", busy: false, settings: tasks(row) }),
  sint_stop: (row) => ({ template: "W7.yaml", busy: false, settings: tasks(row) }),
  vcpu: (row) =>
    row.params.exit_ms > 0 ? leavingVcpu(row) : { template: "W8.yaml", busy: true, settings: tasks(row, "vcpu") },
  vcpu_hlt: (row) => ({ template: "W8h.yaml", busy: false, settings: tasks(row, "vcpu") }),
};

export const WORKLOADS = Object.keys(FAMILIES);

/** Undefined where the rows' workload is none of the lab's. */
export function recipeOf(row: Row, machine: Machine): Recipe | undefined {
  const family = Object.hasOwn(FAMILIES, row.params.wl) ? FAMILIES[row.params.wl]?.(row) : undefined;
  if (family === undefined) return undefined;
  const own = machineSettings(machine, row);
  const constants = family.busy ? shared(own, machine.busyShare ?? 0, row) : own;
  const settings: Setting[] = [...conditions(row), ...family.settings, ...constants];
  const excluded = family.excluded ?? (family.busy ? machine.excludeBusy : undefined);
  return {
    template: family.template,
    settings: settings.map(([path, value]) => `${path}=${JSON.stringify(value)}`),
    ...(family.start === undefined ? {} : { start: family.start }),
    ...(excluded === undefined ? {} : { excluded }),
  };
}

/** What every cell has; the controller's CPU is where the patch is loaded and the tries run. */
function conditions({ cpus, direction, params }: Row): Setting[] {
  return [
    ["host.cpus", cpus],
    ["host.loaderCpu", params.ctl_cpu < 0 ? "any" : params.ctl_cpu],
    ["patch.functions", [params.func]],
    ["patch.direction", direction],
    ["run.horizon", ms(params.cap_ms)],
  ];
}

function machineSettings({ host, alone, workload = {} }: Machine, { cpus }: Row): Setting[] {
  const constants = cpus === 1 ? { ...host, ...alone } : { ...host };
  const settings: Setting[] = Object.entries(constants).map(([field, value]) => [`host.${field}`, value]);
  for (const [name, { minCpus, ...own }] of Object.entries(workload)) {
    if (cpus >= minCpus) settings.push([`workload.${name}`, own]);
  }
  return settings;
}

const WORK = new Set(["enableGap", "hookOn", "hookOff", "hookWork", "unhookWork"].map((field) => `host.${field}`));

/** Work on the loader's CPU takes longer by each other CPU that is busy. */
function shared(settings: Setting[], share: number, row: Row): Setting[] {
  const others = busyCpus(row);
  others.delete(row.params.ctl_cpu);
  const longer = (time: unknown) => showTime(Math.round((parseTime(time) ?? 0) * (1 + share * others.size)));
  return settings.map(([path, value]) => [path, WORK.has(path) ? longer(value) : value]);
}

function tasks({ tasks: count, cpus, params }: Row, name = "task"): Setting[] {
  return [
    [`workload.${name}.count`, count],
    [`workload.${name}.cpus`, cpuList(params.pin, cpus)],
  ];
}

/** Task i starts on entry i (mod length). Unpinned tasks find the idle CPUs first: the controller sits on CPU 0. */
function cpuList(pin: string, cpus: number): number[] {
  if (pin === "cpu0" || cpus === 1) return [0];
  if (pin === "off0") return range(1, cpus - 1);
  if (pin === "spread") return range(0, cpus - 1);
  return [...range(1, cpus - 1), 0];
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Tasks that never sleep. */
function computing(row: Row, template: string) {
  return { template, busy: true, settings: tasks(row) };
}

/** The CPUs that the cell's tasks keep busy. */
function busyCpus({ tasks: count, cpus, params }: Row): Set<number> {
  return new Set(cpuList(params.pin, cpus).slice(0, count));
}

/** An ioctl that sleeps by schedule_timeout(), then a think time by nanosleep(). */
function call(row: Row, template: string, more: Setting[] = []) {
  const { dist, mean_ms, tdist, think_ms } = row.params;
  return {
    template,
    busy: false,
    settings: [
      ...tasks(row),
      phase("task", "call", timeout(dist, Math.max(1, mean_ms))),
      phase("task", "think", nanosleep(tdist, think_ms)),
      ...more,
    ],
  };
}

const KTHREAD_WAIT: Record<string, string> = { int: "interruptible", idle: "idle", unint: "uninterruptible" };

/** Both sleeps by schedule_timeout(); a think time of 0 is none at all. */
function kthread(row: Row) {
  const { dist, mean_ms, tdist, think_ms, kmode } = row.params;
  return {
    template: "W5.yaml",
    busy: false,
    settings: [
      ...tasks(row),
      ["workload.task.behaviour.phases.nap.wait", KTHREAD_WAIT[kmode]] as Setting,
      phase("task", "nap", timeout(dist, Math.max(1, mean_ms))),
      phase("task", "think", think_ms > 0 ? timeout(tdist, think_ms) : 0),
    ],
    ...kthreadStart(row.params),
  };
}

const WAIT_MS = 2000; // the controller waits up to this, uniformly, before it triggers

/**
 * The lab starts its kthreads with an outside sleep, uniform over one mean period, waits one such period and the random time and
 * triggers. Fixed times are then at a uniform phase; exponential ones still remember that each period began in the helper.
 */
function kthreadStart({ dist, mean_ms, tdist, think_ms }: Row["params"]): Pick<Recipe, "start"> {
  if (dist !== "exp" || tdist !== "exp" || think_ms <= 0 || mean_ms <= 0) return {};
  const rate = 1 / mean_ms + 1 / think_ms; // of forgetting
  const kept = meanDecay(rate * (mean_ms + think_ms)) * meanDecay(rate * WAIT_MS);
  const nap = (mean_ms + think_ms * kept) / (mean_ms + think_ms);
  return { start: { class: "task", shares: { nap, think: 1 - nap } } };
}

/** Mean of exp(-x) for x uniform from 0 to `to`. */
function meanDecay(to: number): number {
  return (1 - Math.exp(-to)) / to;
}

/** The busy loop ends by the clock, so tasks that share a CPU do a share of the work in that time. */
function busy(row: Row, more: Setting[]) {
  const { dist, mean_ms, tdist, think_ms, pin } = row.params;
  const share = Math.min(1, cpuList(pin, row.cpus).length / Math.max(1, row.tasks));
  return {
    template: "W6.yaml",
    busy: true,
    settings: [
      ...tasks(row),
      phase("task", "busy", nanosleep(dist, mean_ms * share)),
      phase("task", "think", nanosleep(tdist, think_ms)),
      ...more,
    ],
  };
}

function leavingVcpu(row: Row) {
  return {
    template: "W8x.yaml",
    busy: true,
    settings: [...tasks(row, "vcpu"), phase("vcpu", "guest", ms(row.params.exit_ms))],
    excluded: "the vCPU's period starts with the replicate, so its phase is not random",
  };
}

function phase(task: string, name: string, duration: unknown): Setting {
  return [`workload.${task}.behaviour.phases.${name}.duration`, duration];
}

/** A drawn time as it is. */
function nanosleep(dist: string, meanMs: number): unknown {
  if (meanMs === 0) return 0;
  if (dist === "exp") return { exponential: ms(meanMs) };
  return dist === "uni" ? { uniform: [0, ms(2 * meanMs)] } : ms(meanMs);
}

/** A drawn time on the timer wheel. */
function timeout(dist: string, meanMs: number): unknown {
  if (dist === "exp") return { exponential: ms(meanMs + exponentialLatenessMs(meanMs, HZ)) };
  const late = latenessMs(meanMs, HZ);
  return dist === "uni" ? { uniform: [0, ms(2 * meanMs + late)] } : { uniform: [ms(meanMs), ms(meanMs + late)] };
}

function ms(value: number): string | 0 {
  const us = Math.round(value * 1000);
  return us === 0 ? 0 : `${us}us`;
}
