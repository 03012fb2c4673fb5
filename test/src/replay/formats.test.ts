// Each form of a replay, read back by something that did not write it.

import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import type { Replay } from "../../../src/replay/account.js";
import type { ReplayEvent } from "../../../src/replay/events.js";
import { FORMATS, type FormatName } from "../../../src/replay/formats.js";
import { replay } from "../../../src/replay/replay.js";
import { tracksOf } from "../../../src/replay/tracks.js";
import { PERFETTO_PROTO } from "./perfetto.proto.js";
import { EVERY_MECHANISM } from "./scenario.js";

const told = await Promise.all(
  ["linux-5.13", "linux-6.4", "tired"].map((policy) =>
    replay({ scenario: EVERY_MECHANISM, policy, worst: 1, replicas: 50, workers: 0 }),
  ),
);
const cases = told.map((one): [string, Replay] => [one.policy, one]);

function text(of: Replay, format: FormatName): string {
  return [...FORMATS[format].write(of)].join("");
}

function events<T extends ReplayEvent["type"]>({ events }: Replay, type: T): Extract<ReplayEvent, { type: T }>[] {
  return events.filter((event): event is Extract<ReplayEvent, { type: T }> => event.type === type);
}

interface Decoded {
  at: number;
  type: string;
  name: string;
  value: number;
  track: string;
}

/** Packets of a Perfetto trace by protobufjs, names and tracks resolved. */
function decoded(of: Replay): Decoded[] {
  const Trace = protobuf.parse(PERFETTO_PROTO, { keepCase: true }).root.lookupType("Trace");
  const bytes = Buffer.concat([...FORMATS.perfetto.write(of)]);
  const plain = Trace.toObject(Trace.decode(bytes), { longs: Number, enums: String }) as {
    packet: Record<string, never>[];
  };
  const names = new Map<number, string>();
  const tracks = new Map<number, string>();
  const found: Decoded[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what a schema read at run time gives
  for (const packet of plain.packet as any[]) {
    const { track_descriptor: track, interned_data: interned, track_event: event } = packet;
    if (track) {
      const own = track.thread
        ? `${track.thread.thread_name} ${track.thread.pid} ${track.thread.tid}`
        : (track.process?.process_name ?? track.name);
      const counted = track.counter ? `${tracks.get(track.parent_uuid)}: ${own}` : own;
      tracks.set(track.uuid, counted);
    }
    for (const { iid, name } of interned?.event_names ?? []) names.set(iid, name);
    if (event)
      found.push({
        at: packet.timestamp / 1000,
        type: event.type,
        name: names.get(event.name_iid) ?? "",
        value: event.counter_value ?? 0,
        track: tracks.get(event.track_uuid) ?? "?",
      });
  }
  return found;
}

describe.each(cases)("A replay under %s", (_, one) => {
  it("Always: as JSON it is the replay, event by event", () => {
    expect(JSON.parse(text(one, "json"))).toEqual(JSON.parse(JSON.stringify(one)));
    expect(one.events.length).toBeGreaterThan(300);
  });

  it("Always: time does not run back in it, and its last event is completion", () => {
    const times = one.events.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(one.events.at(-1)).toEqual({ at: one.complete, type: "complete" });
  });

  it("Always: as a Perfetto trace, decoded by another library, it has every mark in its place", () => {
    const TYPES = {
      begin: "TYPE_SLICE_BEGIN",
      end: "TYPE_SLICE_END",
      instant: "TYPE_INSTANT",
      counter: "TYPE_COUNTER",
    };
    const found = decoded(one);
    const marks = [...tracksOf(one).marks];
    expect(found.map(({ at, type, name, value }) => [at, type, name, value])).toEqual(
      marks.map(({ at, type, name, value }) => [at, TYPES[type], name, value]),
    );
  });

  it("Always: that trace says what the events say: switches, tries, rounds, flags", () => {
    const found = decoded(one);
    const thread = (task: number) => {
      const { comm, pid, tgid } = one.tasks[task]!;
      return `${comm} ${tgid} ${pid}`;
    };
    const named = (start: string) =>
      found.filter(({ name, type }) => name.startsWith(start) && type !== "TYPE_SLICE_END");
    expect(named("switched: ").map(({ at, track, name }) => [at, track, name])).toEqual(
      events(one, "switch").map(({ at, task, mechanism }) => [at, thread(task), `switched: ${mechanism}`]),
    );
    expect(named("try ").map(({ at, name }) => [at, name])).toEqual(
      events(one, "try").map(({ at, number }) => [at, `try ${number}`]),
    );
    expect(named("round ").map(({ at }) => at)).toEqual(events(one, "round").map(({ at }) => at));
    expect(
      found.filter(({ track }) => track.includes(": TIF_")).map(({ at, track, value }) => [at, track, value === 1]),
    ).toEqual(events(one, "flag").map(({ at, task, flag, set }) => [at, `${thread(task)}: ${flag}`, set]));
  });

  it("Always: its slices are nested, and all are closed", () => {
    const depth = new Map<string, number>();
    for (const { type, track } of decoded(one)) {
      const change = type === "TYPE_SLICE_BEGIN" ? 1 : type === "TYPE_SLICE_END" ? -1 : 0;
      depth.set(track, (depth.get(track) ?? 0) + change);
      expect(depth.get(track)).toBeGreaterThanOrEqual(0);
    }
    expect([...depth.values()].filter((open) => open !== 0)).toEqual([]);
  });

  it("Always: as Chrome JSON it has the same marks, and a name for every thread", () => {
    const { traceEvents } = JSON.parse(text(one, "chrome")) as { traceEvents: Record<string, unknown>[] };
    const marks = [...tracksOf(one).marks];
    const PHASES = { begin: "B", end: "E", instant: "i", counter: "C" };
    expect(traceEvents.filter(({ ph }) => ph !== "M").map(({ ts, ph, tid }) => [ts, ph, tid])).toEqual(
      marks.map(({ at, type, track }) => [at, PHASES[type], track.tid]),
    );
    const named = new Set(traceEvents.filter(({ name }) => name === "thread_name").map(({ tid }) => tid));
    expect(one.tasks.every(({ pid }) => named.has(pid))).toBe(true);
  });

  it("Always: as text no line is longer than 100 columns, and the last lines say how long and whose doing", () => {
    const lines = text(one, "text").trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    const end = lines.slice(-5).join(" ");
    expect(end).toContain(`Complete after ${(one.complete! / 1e6).toFixed(3)} s: ${one.tries} tr`);
    expect(end).toContain(`(${one.blame!.class} in ${one.blame!.phase}) switched last, by ${one.blame!.mechanism}`);
  });

  it("Always: as a picture it has a lane for the task that switched last, and a line for each try", () => {
    const svg = text(one, "svg");
    const last = one.events.findLast(({ type }) => type === "switch");
    if (last?.type === "switch" && last.at === one.lastSwitch) expect(svg).toContain(`>${one.tasks[last.task]!.comm}<`);
    expect(svg.match(/stroke="#afb8c1"/g)).toHaveLength(one.tries);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
