// What stands around the account: whom it is about, where `start` finds everybody, and the answer at the end.

import { duration, whole } from "../report/format.js";
import { wrap } from "../report/wrap.js";
import { COUNTERS, type Counter } from "../results/counts.js";
import type { Replay, ReplayTask } from "./account.js";
import { seconds } from "./text-groups.js";

const COLUMNS = 100;
const SHOWN_STUCK = 3;

/** Singular and plural. */
const COUNTED: Record<Counter, [string, string]> = {
  eintr: ["EINTR", "EINTRs"],
  restarts: ["restarted call", "restarted calls"],
  guestExits: ["VM exit", "VM exits"],
  ipis: ["IPI", "IPIs"],
  kthreadWakes: ["kthread woken", "kthreads woken"],
  signalPasses: ["signal handled", "signals handled"],
  isolatedInterrupts: ["interrupt on isolated CPUs", "interrupts on isolated CPUs"],
  violations: ["violation", "violations"],
  warnings: ["stray flag", "stray flags"],
  gaveUp: ["reverse on giving up", "reverses on giving up"],
};

export function headLines(replay: Replay): string[] {
  const { scenario, policy, replica, branches, seed, patch, host, tasks } = replay;
  const alive = tasks.filter(({ start }) => start !== null).length;
  const about = `${patch.direction === "patch" ? "Patch" : "Unpatch"} of ${patch.functions.join(", ") || "no function"}; ${host.cpus} CPUs at ${host.hz} Hz, preemption ${host.preemption}; ${whole(alive)} tasks.`;
  return [
    `${scenario.name}, policy ${policy}, replica ${replica} of seed ${seed}${branches && `, branches ${branches}`}`,
    ...wrap(about, COLUMNS).split("\n"),
    "",
    "At the start:",
    ...startLines(replay),
  ];
}

/** A line for each state that tasks of a class are in. */
function startLines({ tasks, phases, patch }: Replay): string[] {
  const counts = new Map<string, { task: ReplayTask; count: number; words: string }>();
  for (const task of tasks) {
    if (task.start === null) continue;
    const { name, stack } = phases[task.start.phase]!;
    const held = stack.filter((one) => patch.functions.includes(one)).join(", ") || "a function of the patch";
    const words = `${stateOf(task.start)} ${name}${task.start.affected ? `, with ${held} on the stack` : ""}`;
    const key = `${task.class} ${words}`;
    const found = counts.get(key);
    if (found) found.count += 1;
    else counts.set(key, { task, count: 1, words });
  }
  const rows = [...counts.values()];
  const width = Math.max(0, ...rows.map(({ task }) => task.class.length));
  return rows.flatMap(({ task, count, words }) => {
    const [first, ...rest] = wrap(words, COLUMNS - width - 10).split("\n");
    const indent = " ".repeat(width + 12);
    return [`${whole(count).padStart(7)} ${task.class.padEnd(width)}  ${first}`, ...rest.map((one) => indent + one)];
  });
}

function stateOf({ state, mode }: NonNullable<ReplayTask["start"]>): string {
  if (state === "sleep") return "asleep in";
  if (state === "ready") return "waiting for a CPU in";
  if (state === "zombie") return "dead, was in";
  return mode === "kernel"
    ? "running in the kernel, in"
    : mode === "guest"
      ? "running the guest, in"
      : "running in user mode, in";
}

/** What it came to, and whose doing it was. */
export function answerLines(replay: Replay): string[] {
  const { tries, rounds } = replay;
  const counts = `${plural(tries, "try", "tries")}, ${plural(rounds, "round", "rounds")}`;
  const costs = COUNTERS.filter((name) => replay.counters[name] > 0).map((name) =>
    plural(replay.counters[name], ...COUNTED[name]),
  );
  const cost = costs.length === 0 ? "It disturbed nobody." : `It cost ${costs.join(", ")}.`;
  const end = replay.complete === null ? notComplete(replay) : `Complete after ${seconds(replay.complete)}`;
  return [`${end}: ${counts}.`, cost, ...blameLines(replay)].flatMap((words) => wrap(words, COLUMNS).split("\n"));
}

function plural(count: number, one: string, many: string): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

function notComplete({ horizon, stuck }: Replay): string {
  const by = new Map<string, number>();
  for (const { class: of, phase } of stuck) by.set(`${of} in ${phase}`, (by.get(`${of} in ${phase}`) ?? 0) + 1);
  const most = [...by].sort((a, b) => b[1] - a[1]);
  const shown = most.slice(0, SHOWN_STUCK).map(([where, count]) => `${whole(count)} ${where}`);
  const others = most.length > SHOWN_STUCK ? ", and others" : "";
  return `Not complete by the horizon of ${seconds(horizon)}, stuck: ${shown.join(", ") || "nobody"}${others}`;
}

/** Where the time went, by the task that switched last. */
function blameLines({ blame, lastSwitch, decided, complete, events, tasks }: Replay): string[] {
  if (blame === null || lastSwitch === null) return [];
  const last = events.findLast(({ type }) => type === "switch" || type === "idle-switch");
  const who =
    last?.type === "switch"
      ? `${tasks[last.task]!.comm} (${blame.class} in ${blame.phase})`
      : `the idle task of CPU ${last?.type === "idle-switch" ? last.cpu : "?"}`;
  const round = events.findLast(({ type, at }) => type === "round" && at <= lastSwitch);
  const since =
    round === undefined
      ? ""
      : lastSwitch === round.at
        ? ", in a round"
        : `, ${span(lastSwitch - round.at)} after a round`;
  const parts = [`Blame: ${who} switched last, by ${blame.mechanism}, at ${seconds(lastSwitch)}${since}.`];
  if (decided !== null) parts.push(`The try that noticed ended ${span(decided - lastSwitch)} later`);
  if (decided !== null && complete !== null) parts.push(`and completion took ${span(complete - decided)}.`);
  return [parts.join(" ")];
}

function span(ticks: number): string {
  return ticks === 0 ? "0 ms" : duration(ticks / 1000);
}
