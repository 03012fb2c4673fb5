// A checked scenario -> the model: plain numbers, nothing left to look up. All problems are gathered before any is thrown.

import { type Behaviour, resolveBehaviour } from "./behaviours.js";
import { DurationTable } from "./durations.js";
import type { Path, Problems } from "./errors.js";
import { compileHost } from "./host.js";
import type { ClassModel, HostModel, Model, PhaseModel, Policy, TaskTable } from "./model.js";
import { compilePhases, VMM_PHASE } from "./phases.js";
import { balanceSet, loneCpus, type Placement, place, type Tenant } from "./placement.js";
import { ranking, visitorsOf } from "./ranked.js";
import { restingPhase } from "./resting.js";
import { type ClassInput, type Scenario, TASK_MAX } from "./schema.js";
import { sha256 } from "./sha256.js";
import { parseTime, showTime } from "./units.js";

const CHILDREN_DEFAULT = 16;
const VMM_DEFAULT = 20; // us; assumption, KF 4.6
const SETTLE_LEAST = 2e6;
const SETTLE_MOST = 20e6;
const SETTLE_CYCLES = 5;
const DURATIONS_MAX = 16384; // what the engine's tables hold
const PARTS_MAX = 65536;
/** Shares are rounded to this grid, so that engines whose exp and log differ in the last bit agree. */
const SHARE_GRID = 2 ** 40;

interface CompiledClass extends Tenant {
  input: ClassInput;
  cycle: number;
}

/** Undefined with the problems reported. */
export function compileModel(scenario: Scenario, name: string, problems: Problems): Model | undefined {
  const before = problems.list.length;
  const host = compileHost(scenario.host, problems);
  const durations = new DurationTable();
  const phases: PhaseModel[] = [];
  const classes = compileClasses(scenario, host, durations, phases, problems);
  checkSizes(durations, problems);
  checkPatch(scenario, problems);
  if (problems.list.length > before) return undefined;
  const visitors = visitorsOf(classes, host.cpus);
  for (const one of classes) {
    one.model.resting = restingPhase(one.model, phases, durations.rows);
    one.model.ranked = ranking(one, visitors, phases, durations.rows);
  }
  const balanced = balanceSet(classes, host.cpus);
  const lone = loneCpus(classes, balanced);
  const { tasks, taskCount, cpuSets } = fillTasks(classes);
  const { functions, direction, replace, nops } = scenario.patch;
  const model: Omit<Model, "hash"> = {
    name,
    host,
    classes: classes.map((c) => c.model),
    phases,
    durations: durations.rows,
    tasks,
    taskCount,
    cpuSets,
    balanceSet: balanced,
    lone,
    patch: { functions: [...functions], direction: direction as "patch" | "unpatch", replace, nops },
    admin: compileAdmin(scenario),
    horizon: ticks(scenario.run.horizon),
    settle: scenario.run.settle === undefined ? defaultSettle(classes, lone) : ticks(scenario.run.settle),
    exceedTicks: [...new Set(scenario.run.exceed.map(ticks))].sort((a, b) => a - b),
  };
  return { ...model, hash: hashOf(model) };
}

function ticks(time: string | 0): number {
  return parseTime(time) ?? 0;
}

function compileClasses(
  scenario: Scenario,
  host: HostModel,
  durations: DurationTable,
  phases: PhaseModel[],
  problems: Problems,
): CompiledClass[] {
  const classes: CompiledClass[] = [];
  let firstTask = 0;
  for (const [name, input] of Object.entries(scenario.workload)) {
    const compiled = compileClass(name, input, { scenario, host, durations, phases, firstTask, problems });
    if (compiled === undefined || input.count === 0) continue;
    firstTask += slots(compiled.model);
    classes.push(compiled);
  }
  if (firstTask > TASK_MAX) {
    problems.expected(["workload"], `at most ${TASK_MAX} tasks, slots for children included`, firstTask);
  }
  return classes;
}

function slots({ count, children }: ClassModel): number {
  return count * (1 + children);
}

interface ClassContext {
  scenario: Scenario;
  host: HostModel;
  durations: DurationTable;
  phases: PhaseModel[]; // appended to
  firstTask: number;
  problems: Problems;
}

/** Checks a class and, if it has tasks, appends its phases. */
function compileClass(name: string, input: ClassInput, context: ClassContext): CompiledClass | undefined {
  const { scenario, host, durations, problems } = context;
  const path = ["workload", name];
  if (name === "idle")
    problems.add(path, "expected another name: idle stands for the CPUs' idle tasks", {
      bound: "not idle",
      value: name,
      key: true,
    });
  const placement = place(input, host, path, problems);
  const behaviour = resolveBehaviour(input, [...path, "behaviour"], problems);
  if (behaviour === undefined) return undefined;
  const firstPhase = context.phases.length;
  const compiled = compilePhases({
    kind: input.kind,
    behaviour,
    functions: scenario.patch.functions,
    durations,
    firstPhase,
    path: [...path, "behaviour", "phases"],
    problems,
  });
  if (compiled === undefined || placement === undefined) return undefined;
  checkUnused(input, behaviour, compiled.hasFork, path, problems);
  const { chain, hasFork, usesCpu } = compiled;
  const isVcpu = input.kind === "vcpu";
  const vmmTicks = ticks(input.vmm ?? behaviour.vmm ?? showTime(VMM_DEFAULT));
  const model: ClassModel = {
    name,
    kind: input.kind as ClassModel["kind"],
    worker: behaviour.worker,
    firstTask: context.firstTask,
    count: input.count,
    children: hasFork ? (behaviour.children ?? CHILDREN_DEFAULT) : 0,
    firstPhase,
    phaseCount: compiled.phases.length,
    vmmPhase: isVcpu ? firstPhase + compiled.phases.length : null,
    vmmTicks: isVcpu ? vmmTicks : 0,
    startShares: cumulative(chain.shares, firstPhase),
    resting: null,
    ranked: null,
    hasFork,
    usesCpu,
  };
  if (input.count > 0)
    context.phases.push(...compiled.phases, ...(isVcpu ? [vmmPhase(vmmTicks, firstPhase, durations)] : []));
  return { model, input, placement, cycle: chain.cycle };
}

/** Fields that would change nothing, which their author cannot have meant. */
function checkUnused(input: ClassInput, behaviour: Behaviour, hasFork: boolean, path: Path, problems: Problems): void {
  const isVcpu = input.kind === "vcpu";
  const inBehaviour = [...path, "behaviour"];
  if (isVcpu && behaviour.worker !== "none") {
    problems.expected([...inBehaviour, "worker"], "no worker: a vcpu is none", behaviour.worker);
  }
  if (!isVcpu && input.vmm !== undefined) problems.expected([...path, "vmm"], "no vmm: only a vcpu has one", input.vmm);
  if (!hasFork && behaviour.children !== undefined) {
    problems.expected([...inBehaviour, "children"], "no children: no phase forks", behaviour.children);
  }
}

function vmmPhase(vmmTicks: number, firstPhase: number, durations: DurationTable): PhaseModel {
  return {
    name: VMM_PHASE,
    mode: "user",
    wait: "interruptible",
    halt: false,
    duration: durations.add(showTime(vmmTicks)),
    affected: 0,
    affectedWork: 0,
    stack: [],
    onSignal: "none",
    condResched: 0,
    exits: 0,
    next: [{ phase: firstPhase, cumulative: 1 }],
    fork: null,
  };
}

function cumulative(shares: number[], firstPhase: number): ClassModel["startShares"] {
  const result: ClassModel["startShares"] = [];
  let sum = 0;
  let last = 0;
  for (const [i, share] of shares.entries()) {
    sum += share;
    const rounded = Math.min(1, Math.round(sum * SHARE_GRID) / SHARE_GRID);
    if (rounded > last) result.push({ phase: firstPhase + i, cumulative: rounded });
    last = rounded;
  }
  const final = result.at(-1);
  if (final !== undefined) final.cumulative = 1;
  return result;
}

function checkSizes(durations: DurationTable, problems: Problems): void {
  const parts = durations.rows.reduce(
    (sum, row) => sum + (row.kind === "mixture" ? row.parts.length : row.kind === "empirical" ? row.p.length : 0),
    0,
  );
  if (durations.rows.length > DURATIONS_MAX)
    problems.expected(["workload"], `at most ${DURATIONS_MAX} different durations`, durations.rows.length);
  if (parts > PARTS_MAX)
    problems.expected(["workload"], `at most ${PARTS_MAX} parts of mixtures and points of tables`, parts);
}

function checkPatch({ patch }: Scenario, problems: Problems): void {
  if (patch.nops > 0 && !patch.replace) problems.expected(["patch", "nops"], "0, or replace: true with it", patch.nops);
}

function compileAdmin(scenario: Scenario): Model["admin"] {
  const actions = scenario.admin.map(({ at, do: what }) => ({
    at: ticks(at),
    do: what as Model["admin"][number]["do"],
  }));
  return actions.sort((a, b) => a.at - b.at);
}

/** Columns of all slots: each class's own tasks, then their children's. */
function fillTasks(classes: CompiledClass[]): { tasks: TaskTable; taskCount: number; cpuSets: number[][] } {
  const taskCount = classes.reduce((sum, c) => sum + slots(c.model), 0);
  const tasks: TaskTable = {
    classOf: new Uint16Array(taskCount),
    cpu: new Uint16Array(taskCount),
    process: new Uint32Array(taskCount),
    cpuSet: new Uint16Array(taskCount),
  };
  const sets = new CpuSets();
  let processes = 0;
  for (const [number, { model, input, placement }] of classes.entries()) {
    const perProcess = input.threadsPerProcess ?? (model.kind === "vcpu" ? Math.max(1, model.count) : 1);
    const base = processes;
    fillClass(tasks, number, model, placement, sets, (i) => base + Math.floor(i / perProcess));
    processes += Math.ceil(model.count / perProcess);
  }
  return { tasks, taskCount, cpuSets: sets.list };
}

function fillClass(
  tasks: TaskTable,
  number: number,
  model: ClassModel,
  placement: Placement,
  sets: CpuSets,
  processOf: (i: number) => number,
): void {
  for (let i = 0; i < model.count; i++) {
    const own = model.firstTask + i;
    const firstChild = model.firstTask + model.count + i * model.children;
    const set = sets.add(placement.allowed[i] as number[]);
    const slotsOfTask = [own, ...Array.from({ length: model.children }, (_, j) => firstChild + j)];
    for (const slot of slotsOfTask) {
      tasks.classOf[slot] = number;
      tasks.cpu[slot] = placement.cpu[i] as number;
      tasks.process[slot] = processOf(i);
      tasks.cpuSet[slot] = set;
    }
  }
}

/** Sets of allowed CPUs, each once. */
class CpuSets {
  readonly list: number[][] = [];
  private readonly byArray = new Map<number[], number>();
  private readonly byText = new Map<string, number>();

  add(allowed: number[]): number {
    let index = this.byArray.get(allowed);
    if (index !== undefined) return index;
    const text = allowed.join(",");
    index = this.byText.get(text) ?? this.list.push(allowed) - 1;
    this.byText.set(text, index);
    this.byArray.set(allowed, index);
    return index;
  }
}

/** The larger of 2 s and 5 mean cycles of classes that share a CPU, at most 20 s; 0 if nobody shares. */
function defaultSettle(classes: CompiledClass[], lone: boolean[]): number {
  if (!lone.includes(false)) return 0;
  const cycles = classes.flatMap(({ placement, cycle }) =>
    placement.cpu.some((cpu) => !lone[cpu]) && Number.isFinite(cycle) ? [cycle] : [],
  );
  const longest = cycles.reduce((a, b) => Math.max(a, b), 0);
  return Math.round(Math.min(SETTLE_MOST, Math.max(SETTLE_LEAST, SETTLE_CYCLES * longest)));
}

/** Over everything that is computed with, whatever its spelling; not over policies, replicas and seed. Start shares follow from the rest. */
function hashOf(model: Omit<Model, "hash">): string {
  const { tasks, classes, ...rest } = model;
  const columns = Object.fromEntries(Object.entries(tasks).map(([name, column]) => [name, Array.from(column)]));
  return sha256(
    JSON.stringify({
      ...rest,
      classes: classes.map(({ startShares: _, resting: __, ranked: ___, ...c }) => c),
      tasks: columns,
    }),
  );
}

/** The horizon holds the gap before the first try and one period, whatever the policy. */
export function checkHorizon(model: Model, policies: Policy[], problems: Problems): void {
  for (const policy of policies) {
    const least = model.host.enableGap + policy.tryPeriod;
    if (model.horizon >= least) continue;
    const bound = `at least ${showTime(least)} (host.enableGap and one try period of ${policy.name})`;
    problems.expected(["run", "horizon"], bound, showTime(model.horizon));
    return;
  }
}
