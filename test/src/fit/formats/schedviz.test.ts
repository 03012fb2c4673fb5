import { expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { census, inOrder, readLines, statesOf, stored } from "./read.js";

const lines = stored("schedviz-ebpf_trace.txt");

it("reads the stored trace whole: 975 switches, 16 wake-ups, none unread", () => {
  const all = readLines("schedviz", lines);
  expect(census(all)).toEqual({ switch: 975, wakeup: 16 });
  expect(statesOf(all)).toEqual({ running: 487, interruptible: 485, idle: 3 });
  expect([all.quality.unreadable, all.quality.other, inOrder(all)]).toEqual([0, 9, true]);
});

it("numbers are hexadecimal, names may hold colons, who wakes is who is current there", () => {
  const { events } = readLines("schedviz", [
    "P:1:a:78:kworker/0:1",
    "W:10:1:0:a",
    "S:20:1:0:0:a",
    "W:30:1:0:b",
    "M:40:1:0:3:b",
  ]);
  expect(events).toEqual([
    { type: "wakeup", at: 16, cpu: -1, pid: 0, comm: "swapper", target: 10, targetComm: "kworker/0:1", targetCpu: 0 },
    { type: "switch", at: 32, cpu: 1, pid: 0, comm: "swapper", state: "running", next: 10, nextComm: "kworker/0:1" },
    { type: "wakeup", at: 48, cpu: 1, pid: 10, comm: "kworker/0:1", target: 11, targetComm: "pid-11", targetCpu: 0 },
    { type: "migrate", at: 64, cpu: 1, pid: 10, comm: "kworker/0:1", target: 11, from: 0, to: 3 },
  ]);
});

it("lost events are a gap; what has not all its fields is unread", () => {
  const { quality, gaps } = readLines("schedviz", [
    "Attaching 6 probes...",
    "S:20:1:0:0:a",
    "Lost 7 events",
    "S:20:1:0:0",
    "W:x:1:2:3",
  ]);
  expect([quality.lostEvents, gaps, quality.unreadable]).toEqual([7, [32], 2]);
});

it("is told from every other format by its first lines", () => {
  expect(FORMATS.filter((format) => format.recognise(lines.slice(0, 200)) > 0.1).map(({ name }) => name)).toEqual([
    "schedviz",
  ]);
});
