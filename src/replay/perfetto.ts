// A replay as a Perfetto trace (protos/perfetto/trace in google/perfetto): packets of track descriptors and track events,
// names interned. ui.perfetto.dev opens it.

import { PbfWriter } from "pbf";
import type { Replay } from "./account.js";
import { type Mark, type Track, tracksOf } from "./tracks.js";

const NS_PER_TICK = 1000;
const PACKETS_A_PIECE = 4096;
const SEQUENCE = 1;

// Numbers of fields, by message.
const TRACE = { packet: 1 };
const PACKET = { timestamp: 8, sequence: 10, trackEvent: 11, interned: 12, sequenceFlags: 13, trackDescriptor: 60 };
const DESCRIPTOR = { uuid: 1, name: 2, process: 3, thread: 4, parent: 5, counter: 8 };
const PROCESS = { pid: 1, name: 6 };
const THREAD = { pid: 1, tid: 2, name: 5 };
const COUNTER = { unit: 3 };
const EVENT = { type: 9, nameIid: 10, track: 11, counterValue: 30 };
const INTERNED = { eventNames: 2 };
const NAME = { iid: 1, name: 2 };

const TYPE: Record<Mark["type"], number> = { begin: 1, end: 2, instant: 3, counter: 4 };
const UNIT_COUNT = 2;
const STATE_CLEARED = 1;
const NEEDS_STATE = 2;

/** The trace in pieces. */
export function* perfettoPieces(replay: Replay): Generator<Uint8Array> {
  const { tracks, marks } = tracksOf(replay);
  const names = new Map<string, number>();
  let writer = new PbfWriter();
  let packets = 0;
  for (const track of tracks) writer.writeMessage(TRACE.packet, writeTrack, track);
  for (const mark of marks) {
    writer.writeMessage(TRACE.packet, writeMark, { mark, names, isFirst: packets === 0 });
    packets += 1;
    if (packets % PACKETS_A_PIECE > 0) continue;
    yield writer.finish();
    writer = new PbfWriter();
  }
  yield writer.finish();
}

function writeTrack(track: Track, pbf: PbfWriter): void {
  pbf.writeVarintField(PACKET.sequence, SEQUENCE);
  pbf.writeMessage(PACKET.trackDescriptor, writeDescriptor, track);
}

function writeDescriptor(track: Track, pbf: PbfWriter): void {
  const { id, kind, name, parent } = track;
  pbf.writeVarintField(DESCRIPTOR.uuid, id);
  if (kind === "process") pbf.writeMessage(DESCRIPTOR.process, writeProcess, track);
  else if (kind === "task") pbf.writeMessage(DESCRIPTOR.thread, writeThread, track);
  else pbf.writeStringField(DESCRIPTOR.name, name);
  if (kind === "counter") pbf.writeMessage(DESCRIPTOR.counter, writeCounter, track);
  if (parent !== null) pbf.writeVarintField(DESCRIPTOR.parent, parent.id);
}

function writeProcess({ pid, name }: Track, pbf: PbfWriter): void {
  pbf.writeVarintField(PROCESS.pid, pid);
  pbf.writeStringField(PROCESS.name, name);
}

function writeThread({ pid, tid, name }: Track, pbf: PbfWriter): void {
  pbf.writeVarintField(THREAD.pid, pid);
  pbf.writeVarintField(THREAD.tid, tid);
  pbf.writeStringField(THREAD.name, name);
}

function writeCounter(_: Track, pbf: PbfWriter): void {
  pbf.writeVarintField(COUNTER.unit, UNIT_COUNT);
}

interface Packet {
  mark: Mark;
  names: Map<string, number>;
  isFirst: boolean;
}

function writeMark({ mark, names, isFirst }: Packet, pbf: PbfWriter): void {
  pbf.writeVarintField(PACKET.timestamp, mark.at * NS_PER_TICK);
  pbf.writeVarintField(PACKET.sequence, SEQUENCE);
  pbf.writeVarintField(PACKET.sequenceFlags, NEEDS_STATE | (isFirst ? STATE_CLEARED : 0));
  if (mark.name !== "" && !names.has(mark.name)) {
    names.set(mark.name, names.size + 1);
    pbf.writeMessage(PACKET.interned, writeInterned, { iid: names.size, name: mark.name });
  }
  pbf.writeMessage(PACKET.trackEvent, writeEvent, { mark, iid: names.get(mark.name) });
}

interface EventName {
  iid: number;
  name: string;
}

function writeInterned(name: EventName, pbf: PbfWriter): void {
  pbf.writeMessage(INTERNED.eventNames, writeName, name);
}

function writeName({ iid, name }: EventName, pbf: PbfWriter): void {
  pbf.writeVarintField(NAME.iid, iid);
  pbf.writeStringField(NAME.name, name);
}

function writeEvent({ mark, iid }: { mark: Mark; iid: number | undefined }, pbf: PbfWriter): void {
  pbf.writeVarintField(EVENT.type, TYPE[mark.type]);
  if (iid !== undefined) pbf.writeVarintField(EVENT.nameIid, iid);
  pbf.writeVarintField(EVENT.track, mark.track.id);
  if (mark.type === "counter") pbf.writeVarintField(EVENT.counterValue, mark.value);
}
