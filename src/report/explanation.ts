// What a scenario will simulate, in words and tables for a terminal.

import { FOUND_ASLEEP } from "../analyse/ways.js";
import type { ExplainedClass, ExplainedPolicy, Explanation, PhaseWays } from "../results/explanation.js";
import { count, duration, percent, whole } from "./format.js";
import { seriesMark } from "./series.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

const WIDTH_MAX = 100;
const LABEL = 10;

/** With or without how long it will take. */
type Explained = Omit<Explanation, "timing"> & Partial<Pick<Explanation, "timing">>;

/** Lines of text. */
export function explanationReport(explanation: Explained, terminal: Terminal): string[] {
  const { scenario, classes, policies, warnings } = explanation;
  return [
    `${terminal.bold(scenario.name)}  what will be simulated`,
    "",
    ...labelled("host", hostText(explanation), terminal),
    ...labelled("patch", patchText(explanation), terminal),
    ...labelled("settling", settleText(explanation), terminal),
    ...labelled("drawn", drawnText(explanation), terminal),
    ...labelled("run", runText(explanation), terminal),
    ...(classes.length > 0 ? ["", ...classLines(classes, terminal)] : []),
    ...policies.flatMap((policy, i) => ["", ...policyLines(policy, classes, i, terminal)]),
    ...(warnings.length > 0
      ? ["", ...warnings.flatMap((one) => labelled("warning", one, terminal, terminal.warn))]
      : []),
  ];
}

/** A word, and what there is to say of it, beside it. */
function labelled(label: string, text: string, terminal: Terminal, paint = terminal.bold): string[] {
  const lines = wrap(text, Math.min(terminal.columns, WIDTH_MAX), LABEL).split("\n");
  return [paint(label) + lines[0].slice(label.length), ...lines.slice(1)];
}

function hostText({ host }: Explained): string {
  const { cpus, offline, nohzFull, hz, preemption, idleTasks, loaderCpu } = host;
  const loader = { any: "loaded on any of them", none: "loaded on no CPU" }[loaderCpu] ?? `loaded on CPU ${loaderCpu}`;
  const parts = [
    cpus === 1 ? "1 CPU" : `${whole(cpus)} CPUs`,
    ...(offline > 0 ? [`${offline} of them offline`] : []),
    ...(nohzFull > 0 ? [`${nohzFull} tickless`] : []),
    `HZ ${hz}`,
    `preemption ${preemption}`,
    `the patch is ${loader}`,
    `idle tasks ${idleTasks ? "have to switch too" : "do not count"}`,
  ];
  return `${parts.join(", ")}.`;
}

function patchText({ patch: { direction, functions } }: Explained): string {
  if (functions.length === 0) return `${direction} of functions that nobody is in.`;
  const told = functions.map(({ name, heldBy }) => {
    const places = heldBy.map(({ class: owner, phase }) => `${owner} ${phase}`);
    return `${name}, ${places.length === 0 ? "on no stack" : `on the stack of ${places.join(", ")}`}`;
  });
  return `${direction} of ${told.join("; ")}.`;
}

function settleText({ settle: { ms, why } }: Explained): string {
  return `${ms === 0 ? "none" : `${seconds(ms)} before the start`}: ${why}.`;
}

function drawnText({ classes }: Explained): string {
  const names = (drawn: ExplainedClass["drawn"]) =>
    classes.filter((one) => one.drawn === drawn).map((one) => one.class);
  const resting = names("at rest");
  const ranked = names("ranked");
  const parts = [
    ...(resting.length > 0 ? [`${resting.join(", ")} together, being at rest nearly always`] : []),
    ...(ranked.length > 0 ? [`${ranked.join(", ")} together, from who wakes last on`] : []),
  ];
  if (parts.length === 0) return "task by task.";
  return `${parts.join("; ")}${resting.length + ranked.length < classes.length ? "; all others task by task" : ""}.`;
}

function runText({ run, policies, timing }: Explained): string {
  const size = `${whole(run.replicas)} transitions under ${policies.length === 1 ? "1 policy" : `each of ${policies.length} policies`}`;
  return `${size}, horizon ${seconds(run.horizonMs)}, seed ${run.seed}${timing === undefined ? "" : timingText(timing)}.`;
}

function timingText({ workers, estimateMs }: Explanation["timing"]): string {
  const threads = workers === 0 ? "the main thread" : workers === 1 ? "1 worker" : `${workers} workers`;
  return `: about ${duration(estimateMs)} on ${threads}`;
}

const CLASS_COLUMNS: Column[] = [
  { title: "class", align: "left" },
  { title: "tasks", align: "right" },
  { title: "CPUs", align: "right", drop: 2 },
  { title: "phase", align: "left" },
  { title: "mode", align: "left", drop: 3 },
  { title: "of its time", align: "right" },
  { title: "patched", align: "left" },
  { title: "per second, all of them", align: "left", drop: 1 },
];

function classLines(classes: ExplainedClass[], terminal: Terminal): string[] {
  return tableLines(CLASS_COLUMNS, classes.flatMap(classRows), terminal);
}

function classRows({ class: name, tasks, cpus, phases, perSecond }: ExplainedClass): Cell[][] {
  const rates = ratesText(perSecond);
  return phases.map(({ phase, mode, share, affected, functions }, i) => {
    const own = i === 0 ? [name, whole(tasks), whole(cpus)] : ["", "", ""];
    const patched = affected === 0 ? "" : functions.length > 0 ? functions.join(", ") : percent(affected);
    return [...own, phase, mode, percent(share), patched, i === 0 ? rates : ""].map((text) => ({
      text,
    }));
  });
}

function ratesText({ wakeUps, vmExits, condResched }: ExplainedClass["perSecond"]): string {
  const parts: [number, string][] = [
    [wakeUps, "wake-ups"],
    [vmExits, "VM exits"],
    [condResched, "cond_resched()"],
  ];
  return parts.flatMap(([rate, what]) => (rate > 0 ? [`${count(rate)} ${what}`] : [])).join(", ");
}

/** Fewer than so many, on average, are not worth a line. */
const WORTH_TELLING = 0.05;

function policyLines(policy: ExplainedPolicy, classes: ExplainedClass[], number: number, terminal: Terminal): string[] {
  const title = terminal.series(number)(`${seriesMark(number)} ${policy.policy}`);
  const width = Math.min(terminal.columns, WIDTH_MAX);
  const wrapped = (text: string) => wrap(text, width, 2).split("\n");
  return [
    title,
    ...wrapped(triesText(policy)),
    ...policy.ways.filter((one) => needsTelling(one, classes)).flatMap((one) => wrapped(wayText(one))),
    ...policy.never.flatMap((text) => wrapped(text).map(terminal.warn)),
  ];
}

function triesText({ firstTryMs, firstRoundMs, stragglers }: ExplainedPolicy): string {
  const first = firstTryMs === 0 ? "at once" : `after ${seconds(firstTryMs)}`;
  const round = firstRoundMs === null ? "No rounds." : `The first round comes after about ${seconds(firstRoundMs)}.`;
  const left = stragglers
    .filter(({ expected }) => expected >= WORTH_TELLING)
    .map(
      ({ class: name, expected, exact }) =>
        `${exact ? "" : "about "}${tasks(expected)} ${name === "idle" ? "idle tasks" : name}`,
    );
  return `The first try, ${first}, fails on ${left.length === 0 ? "hardly anybody" : left.join(", ")}. ${round}`;
}

function tasks(expected: number): string {
  return expected >= 100 ? whole(expected) : String(Math.round(expected * 10) / 10);
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** Somebody is there, and the first try may fail on him. */
function needsTelling({ class: name, phase, ways }: PhaseWays, classes: ExplainedClass[]): boolean {
  const owner = classes.find((one) => one.class === name)!;
  const share = owner.phases.find((one) => one.phase === phase)?.share ?? 0;
  return share * owner.tasks >= WORTH_TELLING && !ways.some(({ when }) => when === FOUND_ASLEEP);
}

function wayText({ class: name, phase, ways, never }: PhaseWays): string {
  if (ways.length > 0)
    return `${name} ${phase}: ${ways.map(({ mechanism, when }) => `${mechanism} ${when}`).join("; ")}.`;
  return `${name} ${phase}: ${never ? "never" : "not before another phase"}.`;
}
