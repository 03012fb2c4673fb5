import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { census, inOrder, readLines, statesOf, stored, threadsOf } from "./read.js";

const lines = stored("kutrace-hello-4cpu.json.gz");

describe("kutrace", () => {
  it("reads the stored trace whole: 38,697 rows are 472 switches, 847 calls, 259 wake-ups of 54 threads, none unread", () => {
    const all = readLines("kutrace", lines);
    expect(census(all)).toEqual({ switch: 472, enter: 847, exit: 846, wakeup: 259, fork: 1, end: 1, note: 2 });
    expect(statesOf(all)).toEqual({ running: 217, interruptible: 140, unknown: 114, dead: 1 });
    expect([threadsOf(all), all.quality.unreadable, inOrder(all)]).toEqual([54, 0, true]);
    expect(all.quality.unused.get("page_fault")).toBe(185);
  });

  it("every thread's calls end before the next one begins, but for those under way at either end", () => {
    const inside = new Map<number, string | null>();
    for (const event of readLines("kutrace", lines).events)
      if (event.type === "enter") {
        expect(inside.get(event.pid) ?? null).toBeNull();
        inside.set(event.pid, event.call);
      } else if (event.type === "exit") {
        if (inside.has(event.pid)) expect(event.call).toBe(inside.get(event.pid));
        inside.set(event.pid, null);
      }
  });

  const rows = (...rows: string[]) =>
    readLines("kutrace", ["{", '"events" : [', ...rows, '[999.0, 0.0, 0, 0, 0, 0, 0, 0, 0, ""]', "],"]);

  it("a call goes on through faults and waits until user mode; the wait tells the state", () => {
    const { events, quality } = rows(
      '[ 49.00000100, 0.00000100, 0, 7, 0, 65543, 0, 0, 0, "sh.7"],',
      '[ 49.00000200, 0.00000100, 0, 7, 0, 2048, 3, 0, 0, "read"],',
      '[ 49.00000300, 0.00000100, 0, 7, 0, 1038, 0, 0, 0, "page_fault"],',
      '[ 49.00000400, 0.00000100, 0, 7, 0, 2048, 0, 0, 0, "read"],',
      '[ 49.00000500, 0.00000100, 0, 7, 0, 2559, 0, 0, 0, "-sched-"],',
      '[ 49.00000600, 0.00000300, 0, 0, 0, 65536, 0, 0, 0, "-idle-"],',
      '[ 49.00000601, 0.00000400, -1, 7, 0, 783, 0, 0, 0, "wait_pipe"],',
      '[ 49.00000900, 0.00000001, 0, 0, 0, 518, 7, 0, 0, "runnable.7"],',
      '[ 49.00000900, 0.00000100, 0, 0, 0, -3, 0, 7, 0, "-wakeup-"],',
      '[ 49.00001000, 0.00000100, 0, 7, 0, 2048, 0, 65532, 0, "read"],',
      '[ 49.00001100, 0.00000100, 0, 7, 0, 65543, 0, 65532, 0, "sh.7"],',
    );
    const sh = { cpu: 0, pid: 7, comm: "sh" };
    expect(events).toEqual([
      { type: "enter", at: 2000, ...sh, call: "read" },
      { type: "switch", at: 6000, ...sh, state: "interruptible", next: 0, nextComm: "swapper" },
      { type: "wakeup", at: 9000, cpu: 0, pid: 0, comm: "swapper", target: 7, targetComm: "sh", targetCpu: 0 },
      { type: "switch", at: 10000, cpu: 0, pid: 0, comm: "swapper", state: "running", next: 7, nextComm: "sh" },
      { type: "exit", at: 11000, ...sh, call: "read", result: -4 },
    ]);
    expect(quality.unreadable).toBe(0);
  });

  it("a thread that comes from before the trace may be in a call: only its end is told", () => {
    const { events } = rows(
      '[ 49.00000100, 0.00000100, 0, 0, 0, 65536, 0, 0, 0, "-idle-"],',
      '[ 49.00000200, 0.00000000, 0, 7, 0, 65543, 0, 0, 0, "sh.7"],',
      '[ 49.00000200, 0.00000100, 0, 7, 0, 2071, 0, 1, 0, "select"],',
      '[ 49.00000300, 0.00000100, 0, 7, 0, 65543, 0, 1, 0, "sh.7"],',
    );
    expect(events.map(({ type, at }) => [type, at])).toEqual([
      ["switch", 2000],
      ["exit", 3000],
    ]);
  });

  it("rows without instructions per cycle (version 1), and the first row beside the heading, are read", () => {
    const { events, quality } = readLines("kutrace", [
      '  { "Comment" : "V1", "version" : 1, "events" : [ [ 1.5, 0.1, 0, 7, 0, 65543, 0, 0, "sh.7"],',
      '[ 1.6, 0.1, 0, 7, 0, 2048, 0, 0, "read"],',
    ]);
    expect([events.length, quality.unreadable]).toEqual([1, 0]);
  });

  it("a row that is cut or has too few fields is unread", () => {
    const { quality } = rows(
      '[ 49.1, 0.1, 0, 7, 0, 65543, 0, 0, 0, "sh',
      "[ 49.1, 0.1, 0, 7],",
      '[ 49.1, "x", 0, 7, 0, 1, 2, 3, 4, "a"],',
    );
    expect(quality.unreadable).toBe(3);
  });

  it("a span without an end is unread", () => {
    const { events, quality } = rows('[ 49.00000100, 9e999, 0, 7, 0, 65543, 0, 0, 0, "sh.7"],');
    expect([events, quality.unreadable]).toEqual([[], 1]);
  });

  it("is told from every other format by its first lines", () => {
    expect(FORMATS.filter((format) => format.recognise(lines.slice(0, 200)) > 0.1).map(({ name }) => name)).toEqual([
      "kutrace",
    ]);
  });
});
