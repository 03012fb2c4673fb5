// A cell -> the template of its workload family and the settings that turn it into the cell's scenario, by rules on the
// rows' own parameters. The same settings work by hand: klpsim run examples/kernel-lab/W3.yaml --set host.cpus=4 ...

import type { Machine } from "./kernels.js";
import type { Params, Row } from "./measurements.js";
import { exponentialLatenessMs, latenessMs } from "./wheel.js";

export interface Recipe {
  template: string;
  /** `path=YAML`, as --set takes them. */
  settings: string[];
  /** Why the cell does not count. */
  excluded?: string;
}

type Setting = [path: string, value: unknown];
type Family = (row: Row) => { template: string; busy: boolean; settings: Setting[]; excluded?: string };

const HZ = 250;

/** By `params.wl`, the word the lab's guest program has for a workload. */
const FAMILIES: Record<string, Family> = {
  idle: () => ({ template: "W0.yaml", busy: false, settings: [] }),
  cpu: (row) => ({ template: "W1.yaml", busy: true, settings: tasks(row) }),
  getppid: (row) => ({ template: "W1s.yaml", busy: true, settings: tasks(row) }),
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
  const settings: Setting[] = [...conditions(row), ...family.settings, ...machineSettings(machine, row.cpus)];
  const excluded = family.excluded ?? (family.busy ? machine.excludeBusy : undefined);
  return {
    template: family.template,
    settings: settings.map(([path, value]) => `${path}=${JSON.stringify(value)}`),
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

function machineSettings({ host = {}, workload = {} }: Machine, cpus: number): Setting[] {
  const settings: Setting[] = Object.entries(host).map(([field, value]) => [`host.${field}`, value]);
  for (const [name, own] of Object.entries(workload)) {
    if (cpus < own.minCpus) continue;
    const last = cpus - 1;
    const list = own.cpus === "last" ? [last] : range(1, Math.max(1, last - 1));
    settings.push([`workload.${name}`, { kind: "kthread", count: list.length, cpus: list, behaviour: own.behaviour }]);
  }
  return settings;
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
  };
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
