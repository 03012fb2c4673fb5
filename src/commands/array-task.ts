// Which part of an array job this is: by options, or by the variables in which batch systems tell a task its number. Tasks may be
// numbered in any way; klpsim's indices are 0 .. of - 1.

import { UsageError } from "./usage-error.js";

/** One of `of` parts of a run: the shards whose number is `index` modulo `of`. */
export interface ArrayTask {
  index: number;
  of: number;
}

type Environment = Record<string, string | undefined>;

/** Variables of a batch system, by name. Without `count` and `first`..`last` it tells a task its number alone. */
interface System {
  id: string;
  first?: string;
  last?: string;
  step?: string;
  count?: string;
}

const SYSTEMS: System[] = [
  {
    id: "SLURM_ARRAY_TASK_ID",
    first: "SLURM_ARRAY_TASK_MIN",
    last: "SLURM_ARRAY_TASK_MAX",
    step: "SLURM_ARRAY_TASK_STEP",
    count: "SLURM_ARRAY_TASK_COUNT",
  },
  { id: "JOB_COMPLETION_INDEX" }, // a Kubernetes Indexed Job
  { id: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE" },
  { id: "PBS_ARRAY_INDEX" },
  { id: "PBS_ARRAYID" }, // TORQUE
  { id: "SGE_TASK_ID", first: "SGE_TASK_FIRST", last: "SGE_TASK_LAST", step: "SGE_TASK_STEPSIZE" },
];

export const PARTS_MAX = 1e9;

/**
 * Options win over the environment. An array of as many tasks as there are parts may be numbered in any even steps; in any other, as where
 * some tasks are run again, the tasks' numbers are the indices.
 * @throws UsageError naming the options or variables that are missing, or contradict each other
 */
export function arrayTask(given: Partial<ArrayTask>, env: Environment): ArrayTask {
  if (given.index !== undefined && given.of !== undefined)
    return within(`--index ${given.index}`, given.index, given.of);
  const system = systemOf(env);
  if (system === undefined) throw new UsageError(nothingKnown(given));
  const array = readArray(system, env);
  const of = given.of ?? array.count;
  if (of === undefined)
    throw new UsageError(`${told(system, env)} says nothing of the number of tasks: give it as --of`);
  if (given.index !== undefined) return within(`--index ${given.index}`, given.index, of);
  if (array.count !== undefined && array.count > of)
    throw new UsageError(`--of ${of}: but there are ${array.count} tasks (${told(system, env)})`);
  if (array.count === of && array.position !== undefined) return { index: array.position, of };
  if (given.of === undefined)
    throw new UsageError(`${told(system, env)} leaves numbers out: give the tasks of the whole array as --of`);
  return within(told(system, env), array.id, of);
}

function nothingKnown({ index, of }: Partial<ArrayTask>): string {
  const missing = index === undefined ? (of === undefined ? "--index and --of" : "--index") : "--of";
  const ids = SYSTEMS.map(({ id }) => id).join(", ");
  return `${missing}: missing, and this is no task of an array: none of ${ids} is set`;
}

/** The one whose task this is. "undefined" is what SGE calls a job that is none. */
function systemOf(env: Environment): System | undefined {
  const found = SYSTEMS.filter(({ id }) => isSet(env[id]));
  if (found.length <= 1) return found[0];
  const names = found.map(({ id }) => `${id}=${env[id]}`).join(" and ");
  throw new UsageError(`${names} are both set: give --index and --of`);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "" && value !== "undefined";
}

interface TaskArray {
  id: number;
  /** Tasks, where the system tells. */
  count: number | undefined;
  /** Of this task among them, from 0, where they are evenly numbered. */
  position: number | undefined;
}

function readArray(system: System, env: Environment): TaskArray {
  const number = (name: string | undefined) =>
    name !== undefined && isSet(env[name]) ? whole(name, env[name]) : undefined;
  const id = whole(system.id, env[system.id]!);
  const counted = number(system.count);
  const first = number(system.first) ?? 0;
  const last = number(system.last) ?? (counted === undefined ? undefined : counted - 1);
  if (last === undefined) return { id, count: undefined, position: undefined };
  const step = number(system.step) || 1;
  const span = Math.floor((last - first) / step) + 1;
  const position = (id - first) / step;
  const isEven = span === (counted ?? span) && Number.isInteger(position) && position >= 0 && position < span;
  return { id, count: counted ?? span, position: isEven ? position : undefined };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= PARTS_MAX) return value;
  throw new UsageError(`${name}: expected a whole number from 0 to ${PARTS_MAX}, got ${JSON.stringify(text)}`);
}

/** The variables that say what task this is, with their values. */
function told(system: System, env: Environment): string {
  const names = [system.id, system.first, system.last, system.step, system.count];
  return names.flatMap((name) => (name !== undefined && isSet(env[name]) ? [`${name}=${env[name]}`] : [])).join(" ");
}

function within(source: string, index: number, of: number): ArrayTask {
  if (index < of) return { index, of };
  throw new UsageError(
    `${source}: of ${of} parts the indices are 0 to ${of - 1}; number the tasks so, or give --index`,
  );
}
