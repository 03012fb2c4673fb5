// A replay as a picture: how many are left over time, and what the longest stragglers do meanwhile; tries and rounds go
// through both.

import { scaleLinear } from "d3-scale";
import type { Replay } from "../replay/account.js";
import type { ReplayEvent } from "../replay/events.js";
import { DOINGS, type Doing, type Lane, type Timeline, timelineOf } from "../replay/lanes.js";
import { duration, whole } from "./format.js";
import { element, svgDocument, text } from "./svg.js";

const LANES_MAX = 32;
const LANE = 17;
const BAR = 11;
const TOP = 74;
const CHART = 92;
const GAP = 34;
const LEFT = 128;
const RIGHT = 24;
const FADED = 0.3; // once it has switched
const LABEL_ROOM = 26; // pixels between two numbers of tries

interface Colours {
  paper: string;
  ink: string;
  faint: string;
  grid: string;
  try: string;
  round: string;
  end: string;
  doing: Record<Doing, string>;
}

const THEMES: Record<"light" | "dark", Colours> = {
  light: {
    paper: "#ffffff",
    ink: "#1f2328",
    faint: "#57606a",
    grid: "#e3e6ea",
    try: "#afb8c1",
    round: "#bf3989",
    end: "#1a7f37",
    doing: {
      user: "#2563eb",
      kernel: "#d97706",
      guest: "#7c3aed",
      waiting: "#9aa4af",
      asleep: "#d5dae0",
      blocked: "#e5534b",
      gone: "#ffffff",
    },
  },
  dark: {
    paper: "#0d1117",
    ink: "#e6edf3",
    faint: "#9198a1",
    grid: "#2a313a",
    try: "#4b545f",
    round: "#f778ba",
    end: "#3fb950",
    doing: {
      user: "#60a5fa",
      kernel: "#f59e0b",
      guest: "#a78bfa",
      waiting: "#737e8a",
      asleep: "#333b45",
      blocked: "#f85149",
      gone: "#0d1117",
    },
  },
};

const LEGEND: Partial<Record<Doing, string>> = {
  user: "user mode",
  kernel: "kernel",
  guest: "guest",
  waiting: "waits for a CPU",
  asleep: "asleep",
  blocked: "asleep, patched function on the stack",
};

export interface TimelineOptions {
  /** Pixels; 960 unless said. */
  width?: number;
  /** light unless said. */
  theme?: "light" | "dark";
}

/** What is drawn where. */
interface Plot {
  x(ticks: number): number;
  width: number;
  right: number;
  lanesTop: number;
  bottom: number;
  colours: Colours;
}

/** An SVG document: a replay with all its events. */
export function timelineSvg(replay: Replay, { width = 960, theme = "light" }: TimelineOptions = {}): string {
  const timeline = timelineOf(replay, LANES_MAX);
  const colours = THEMES[theme];
  const lanesTop = TOP + CHART + GAP;
  const bottom = lanesTop + timeline.lanes.length * LANE;
  const x = scaleLinear([0, Math.max(1, timeline.end)], [LEFT, width - RIGHT]);
  const plot: Plot = { x, width, right: width - RIGHT, lanesTop, bottom, colours };
  const title = `${replay.scenario.name}, ${replay.policy}, replica ${replay.replica}`;
  return svgDocument({
    width,
    height: bottom + 92,
    title,
    description: describe(replay, timeline),
    children: [
      element("rect", { width, height: bottom + 92, fill: colours.paper }),
      text(24, 30, title, { "font-size": 18, "font-weight": 600, fill: colours.ink }),
      text(24, 50, outcome(replay), { "font-size": 13, fill: colours.faint }),
      ...marks(replay.events, plot),
      ...chart(timeline, plot),
      ...timeline.lanes.flatMap((lane, i) => laneOf(lane, lanesTop + i * LANE, plot)),
      ...axis(x, plot),
      ...legend(timeline, plot),
    ],
  });
}

function outcome({ complete, horizon, tries, rounds, blame }: Replay): string {
  const end =
    complete === null ? `not complete by ${duration(horizon / 1000)}` : `complete after ${duration(complete / 1000)}`;
  const last = blame === null ? "" : `; last: ${blame.class} in ${blame.phase}, by ${blame.mechanism}`;
  return `${end}, ${tries} ${tries === 1 ? "try" : "tries"}, ${rounds} ${rounds === 1 ? "round" : "rounds"}${last}`;
}

function describe(replay: Replay, { lanes }: Timeline): string {
  const last = lanes[0];
  const whose = last === undefined ? "" : ` The longest straggler is ${last.label}.`;
  return `A livepatch transition over time: ${outcome(replay)}.${whose}`;
}

/** Tries, rounds, what the administrator does, and the end, as vertical lines with their names on top. */
function marks(events: ReplayEvent[], plot: Plot): string[] {
  const { colours, x } = plot;
  const lines: string[] = [];
  let labelled = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const at = x(event.at);
    if (event.type === "try") {
      const shown = at - labelled >= LABEL_ROOM;
      if (shown) labelled = at;
      lines.push(mark(plot, at, colours.try, 1, shown ? String(event.number) : "", TOP - 4));
    } else if (event.type === "round") lines.push(mark(plot, at, colours.round, 1.5, "round", TOP + CHART + 14));
    else if (event.type === "admin") lines.push(mark(plot, at, colours.round, 1.5, event.do, TOP + CHART + 26));
    else if (event.type === "complete") lines.push(mark(plot, at, colours.end, 2, "", TOP));
  }
  return [...lines, text(24, TOP - 4, "tries", { "font-size": 11, fill: colours.faint })];
}

function mark({ bottom, colours }: Plot, at: number, colour: string, width: number, label: string, y: number): string {
  const ink = colour === colours.try ? colours.faint : colour;
  const line = element("path", { d: `M${fixed(at)} ${TOP}V${bottom}`, stroke: colour, "stroke-width": width });
  return label === ""
    ? line
    : `${line}\n${text(at, y, label, { "font-size": 11, "text-anchor": "middle", fill: ink })}`;
}

/** How many are left: a step at each change. */
function chart({ left }: Timeline, { x, right, colours }: Plot): string[] {
  const most = Math.max(1, ...left.map(({ count }) => count));
  const y = scaleLinear([0, most], [TOP + CHART, TOP + 6]);
  const steps = left.map(({ at, count }) => `H${fixed(x(at))}V${fixed(y(count))}`).join("");
  const label = (value: number, words: string) =>
    text(LEFT - 8, y(value) + 4, words, { "font-size": 11, "text-anchor": "end", fill: colours.faint });
  return [
    element("path", { d: `M${LEFT} ${y(0)}H${right}`, stroke: colours.grid }),
    label(most, whole(most)),
    label(0, "0"),
    text(24, y(most / 2) + 4, "tasks left", { "font-size": 12, fill: colours.ink }),
    element("path", { d: `M${LEFT} ${y(left[0]!.count)}${steps}H${right}`, stroke: colours.ink, "stroke-width": 2 }),
  ];
}

function laneOf(lane: Lane, top: number, { x, colours }: Plot): string[] {
  const middle = top + LANE / 2;
  const { switchedAt } = lane;
  const runs = runsOf(lane, x);
  const bars = DOINGS.flatMap((doing) =>
    [false, true].map((over) => {
      const own = runs.filter((run) => run.doing === doing && run.over === over);
      if (own.length === 0 || doing === "gone") return "";
      const d = own.map(({ from, to }) => `M${from} ${middle}H${to}`).join("");
      const look = { stroke: colours.doing[doing], "stroke-width": thickness(doing) };
      return element("path", { d, ...look, ...(over ? { opacity: FADED } : {}) });
    }),
  );
  const name = text(LEFT - 8, middle + 4, lane.label, { "font-size": 11, "text-anchor": "end", fill: colours.ink });
  return [name, ...bars, ...(switchedAt === null ? [] : [switchMark(x(switchedAt), middle, colours)])];
}

interface Run {
  from: number;
  to: number;
  doing: Doing;
  over: boolean; // it has switched
}

/** A lane pixel by pixel: each is of what took most of its time. */
function runsOf({ spans, switchedAt }: Lane, x: Plot["x"]): Run[] {
  const switched = switchedAt === null ? Number.POSITIVE_INFINITY : x(switchedAt);
  const pixels = new Map<number, Map<Doing, number>>();
  for (const { from, to, doing } of spans) {
    const [a, b] = [x(from), x(to)];
    for (let pixel = Math.floor(a); pixel < b; pixel++) {
      const share = Math.min(b, pixel + 1) - Math.max(a, pixel);
      const shares = pixels.get(pixel) ?? new Map<Doing, number>();
      shares.set(doing, (shares.get(doing) ?? 0) + share);
      pixels.set(pixel, shares);
    }
  }
  const runs: Run[] = [];
  for (const [pixel, shares] of pixels) {
    const [doing] = [...shares].reduce((most, one) => (one[1] > most[1] ? one : most));
    const last = runs.at(-1);
    const over = pixel >= switched;
    if (last?.doing === doing && last.over === over && last.to === pixel) last.to = pixel + 1;
    else runs.push({ from: pixel, to: pixel + 1, doing, over });
  }
  return runs;
}

/** A diamond. */
function switchMark(at: number, middle: number, colours: Colours): string {
  const d = `M${fixed(at)} ${middle - 6}l4.5 6l-4.5 6l-4.5 -6z`;
  return element("path", { d, fill: colours.end, stroke: colours.paper });
}

function axis(x: ReturnType<typeof scaleLinear<number, number>>, { bottom, right, colours }: Plot): string[] {
  const ticks = x.ticks(8).map((at) => {
    const words = `${Number((at / 1e6).toPrecision(6))}`;
    return text(x(at), bottom + 18, words, { "font-size": 11, "text-anchor": "middle", fill: colours.faint });
  });
  const unit = text(right, bottom + 34, "seconds since start", {
    "font-size": 11,
    "text-anchor": "end",
    fill: colours.faint,
  });
  return [element("path", { d: `M${LEFT} ${bottom + 4}H${right}`, stroke: colours.faint }), ...ticks, unit];
}

function legend({ lanes, others }: Timeline, { bottom, colours }: Plot): string[] {
  const used = new Set(
    lanes.flatMap(({ spans }) => spans.flatMap(({ from, to, doing }) => (from < to ? [doing] : []))),
  );
  const parts: string[] = [];
  let at = 24;
  const add = (swatch: string, words: string) => {
    parts.push(swatch, text(at + 18, bottom + 58, words, { "font-size": 12, fill: colours.ink }));
    at += 18 + words.length * 6.6 + 20;
  };
  for (const [doing, words] of Object.entries(LEGEND) as [Doing, string][]) {
    if (!used.has(doing)) continue;
    const height = thickness(doing);
    add(element("rect", { x: at, y: bottom + 54 - height / 2, width: 13, height, fill: colours.doing[doing] }), words);
  }
  add(switchMark(at + 7, bottom + 54, colours), "switched, faint from then on");
  const note = othersText(others);
  return [...parts, text(24, bottom + 80, note, { "font-size": 12, fill: colours.faint })];
}

function othersText({ count, switchedBy }: Timeline["others"]): string {
  if (count === 0) return "All tasks are shown.";
  const when =
    switchedBy === null
      ? "not all of them switched"
      : switchedBy === 0
        ? "all switched at once"
        : `all switched by ${duration(switchedBy / 1000)}`;
  return `The longest stragglers are shown; left out: ${whole(count)} others, idle tasks among them, ${when}.`;
}

function thickness(doing: Doing): number {
  return doing === "asleep" || doing === "waiting" ? BAR / 2 : BAR;
}

function fixed(value: number): number {
  return Math.round(10 * value) / 10;
}
