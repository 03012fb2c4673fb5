// The JSON of a replay, checked: every number of a task, CPU or phase is of one that there is, so that whoever draws it need not look.

import { z } from "zod";
import { printable } from "../results/printable.js";
import { check } from "../scenario/check.js";
import { Problems, showValue } from "../scenario/errors.js";
import type { Replay } from "./account.js";
import type { EventType } from "./events.js";

const text = z.string().max(1000);
const whole = z.int().min(0);
const ticks = z.number().min(-1e15).max(1e15);
const maybe = ticks.nullable();
const place = z.looseObject({ class: text, phase: text });

const schema = z.looseObject({
  schemaVersion: z.literal(1),
  scenario: z.looseObject({ name: text, hash: text }),
  seed: z.union([z.number(), text]),
  engine: z.looseObject({ version: text, wasmSha256: text }),
  policy: text,
  replica: whole,
  branches: text,
  complete: maybe,
  decided: maybe,
  lastSwitch: maybe,
  horizon: ticks,
  tries: whole,
  rounds: whole,
  counters: z.record(text, z.number()),
  blame: place.extend({ mechanism: text }).nullable(),
  stuck: z.array(place),
  patch: z.looseObject({ functions: z.array(text), direction: z.enum(["patch", "unpatch"]) }),
  host: z.looseObject({ cpus: whole.max(65536), hz: whole, preemption: text }),
  phases: z.array(
    z.looseObject({
      class: text,
      name: text,
      mode: text,
      wait: text.nullable(),
      halt: z.boolean(),
      affected: z.number(),
      stack: z.array(text),
    }),
  ),
  tasks: z.array(
    z.looseObject({
      class: text,
      kind: z.enum(["user", "vcpu", "kthread"]),
      comm: text,
      pid: whole,
      tgid: whole,
      parent: whole.nullable(),
      start: z
        .looseObject({
          cpu: whole,
          state: z.enum(["running", "ready", "sleep", "zombie"]),
          mode: z.enum(["user", "kernel", "guest"]),
          phase: whole,
          affected: z.boolean(),
          left: maybe,
        })
        .nullable(),
    }),
  ),
  cpus: z.array(z.looseObject({ online: z.boolean(), nohzFull: z.boolean(), current: whole.nullable() })).min(1),
  events: z.array(z.unknown()),
});

/** What a field of an event may be. */
type Kind = "task" | "worker" | "cpu" | "cpu?" | "phase" | "whole" | "time?" | "text" | "texts" | "flag";

/** Of the events: all their fields besides type and time. */
const FIELDS: Record<EventType, Record<string, Kind>> = {
  start: { cpu: "cpu?" },
  "sched-in": { cpu: "cpu", task: "worker" },
  "sched-out": { cpu: "cpu", task: "worker", to: "text" },
  "wake-up": { cpu: "cpu", task: "worker" },
  migrate: { task: "worker", from: "cpu", to: "cpu" },
  phase: { task: "task", phase: "phase", affected: "flag" },
  "to-kernel": { cpu: "cpu", task: "task" },
  "to-user": { cpu: "cpu", task: "task" },
  "guest-entry": { cpu: "cpu", task: "task" },
  "guest-exit": { cpu: "cpu", task: "task" },
  flag: { task: "task", flag: "text", set: "flag" },
  fork: { task: "task", parent: "task", cpu: "cpu" },
  exit: { task: "task" },
  reaped: { task: "task" },
  try: { number: "whole", cpu: "cpu?" },
  straggler: { task: "task", reason: "text", functions: "texts" },
  "idle-straggler": { cpu: "cpu", reason: "text" },
  "try-end": { number: "whole", left: "whole", next: "time?" },
  round: { number: "whole" },
  signal: { task: "task", flag: "text", act: "text" },
  "kthread-wake": { task: "task" },
  ipi: { cpu: "cpu", why: "text", isolated: "flag" },
  "guest-kick": { cpu: "cpu", task: "task" },
  "signal-pass": { task: "task" },
  interrupted: { task: "task", how: "text" },
  eaten: { task: "task" },
  switch: { task: "task", mechanism: "text", violation: "flag" },
  "idle-switch": { cpu: "cpu", mechanism: "text" },
  "late-violation": { task: "task" },
  admin: { do: "text", givesUp: "flag" },
  synchronize: { cpu: "cpu", isolated: "flag" },
  reversed: { direction: "text" },
  decided: { pending: "whole" },
  step: { step: "text" },
  complete: {},
};

/** @throws ScenarioError */
export function recogniseReplay(value: unknown, file: string): Replay {
  const problems = new Problems(() => ({ file }));
  const replay = check(schema, printable(value), problems) as unknown as Replay | undefined;
  problems.throwIfAny();
  checkTasks(replay!, problems);
  checkEvents(replay!, problems);
  problems.throwIfAny();
  return replay!;
}

function checkTasks({ tasks, cpus, phases }: Replay, problems: Problems): void {
  tasks.forEach(({ start, parent }, i) => {
    const there = start === null || (start.cpu < cpus.length && start.phase < phases.length);
    if (!there) problems.add(["tasks", i, "start"], "expected a CPU and a phase that there are");
    if (parent !== null && parent >= tasks.length)
      problems.add(["tasks", i, "parent"], "expected a task that there is");
  });
  cpus.forEach(({ current }, i) => {
    if (current !== null && current >= tasks.length)
      problems.add(["cpus", i, "current"], "expected a task that there is");
  });
}

function checkEvents(replay: Replay, problems: Problems): void {
  const isKind = kindsOf(replay);
  let before = Number.NEGATIVE_INFINITY;
  for (const [i, event] of (replay.events as unknown[]).entries()) {
    const fault = faultOf(event, before, isKind);
    if (fault !== undefined) {
      problems.add(["events", i], `${fault}, got ${showValue(event)}`);
      return;
    }
    before = (event as { at: number }).at;
  }
}

type Kinds = Record<Kind, (value: unknown) => boolean>;

function kindsOf({ tasks, cpus, phases }: Replay): Kinds {
  const below = (from: number, end: number) => (value: unknown) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) < end;
  const cpu = below(0, cpus.length);
  return {
    task: below(0, tasks.length),
    worker: below(-1, tasks.length), // -1 is the worker that runs tries
    cpu,
    "cpu?": (value) => value === null || cpu(value),
    phase: below(0, phases.length),
    whole: below(0, 2 ** 53),
    "time?": (value) => value === null || Number.isFinite(value),
    text: (value) => typeof value === "string",
    texts: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
    flag: (value) => typeof value === "boolean",
  };
}

/** What was expected of the event, where it is not so. */
function faultOf(event: unknown, before: number, isKind: Kinds): string | undefined {
  if (typeof event !== "object" || event === null) return "expected an event";
  const { type, at, ...fields } = event as { type?: unknown; at?: unknown } & Record<string, unknown>;
  if (typeof type !== "string" || !Object.hasOwn(FIELDS, type)) return "expected an event of a known type";
  if (typeof at !== "number" || !Number.isFinite(at) || at < before)
    return "expected a time, none before the last event's";
  const wrong = Object.entries(FIELDS[type as EventType]).find(([name, kind]) => !isKind[kind](fields[name]));
  return wrong && `expected ${wrong[0]} of an event ${type} to be of those that there are`;
}
