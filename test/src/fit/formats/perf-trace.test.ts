import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { census, inOrder, readLines, stored, threadsOf } from "./read.js";

const brief = (...lines: string[]) =>
  readLines("perf-trace", lines).events.map((event) => {
    const result =
      event.type === "exit" ? ` = ${event.result}` : event.type === "fork" ? ` ${event.child} ${event.childComm}` : "";
    return `${event.at} ${event.comm}/${event.pid} ${event.type}${"call" in event ? ` ${event.call}` : ""}${result}`;
  });

describe("perf trace", () => {
  it("reads a recorded one whole: 1,015 calls of 9 threads, 8 forks, none unread", () => {
    const all = readLines("perf-trace", stored("own-sh-2cpu.perf-trace.txt.gz"));
    expect(census(all)).toEqual({ enter: 1015, exit: 1008, fork: 8 });
    expect([threadsOf(all), all.quality.unreadable, inOrder(all)]).toEqual([9, 0, true]);
  });

  it("a line's time is when its call began; one that was interrupted by others ends later", () => {
    expect(
      brief(
        "     0.000 ( 0.012 ms): redis-server/6234 read(fd: 5, buf: 0x7ffe, count: 16384)   = 12",
        "     5.513 (         ): kworker/u8:1/11 x/11392 wait4(upid: -1, stat_addr: 0x7ffc)   ...",
        "     5.513 ( 4.587 ms): kworker/u8:1/11 x/11392  ... [continued]: wait4())           = 11394 (cat)",
        "     9.981 (         ): cat/11394 exit_group()                                       = ?",
      ),
    ).toEqual([
      "0 redis-server/6234 enter read",
      "12000 redis-server/6234 exit read = 12",
      "5513000 kworker/u8:1/11 x/11392 enter wait4",
      "10100000 kworker/u8:1/11 x/11392 exit wait4 = 11394",
      "9981000 cat/11394 enter exit_group",
    ]);
  });

  it("a call from before the trace ends at the time of the line before; a new task's first return is none", () => {
    expect(
      brief(
        "     1.762 ( 0.156 ms): sh/11392 clone(clone_flags: CHILD_CLEARTID)                  = 11393 (sh 2)",
        "         ? (         ): sh 2/11393  ... [continued]: clone())                         = ",
        "         ? (         ): node/500  ... [continued]: futex())                           = 0",
      ),
    ).toEqual([
      "1762000 sh/11392 enter clone",
      "1918000 sh/11392 exit clone = 11393",
      "1918000 sh/11392 fork 11393 sh 2",
      "1918000 node/500 exit futex = 0",
    ]);
  });

  it("times of -T, lines without names, and one thread alone are read", () => {
    expect(brief("1735736.787 ( 0.011 ms): 77 futex(uaddr: 0x56)                = -1 EAGAIN (Resource)")).toEqual([
      "736787000 pid-77/77 enter futex",
      "736798000 pid-77/77 exit futex = -11",
    ]);
    expect(brief("     0.000 ( 0.011 ms): getppid()                                  = ")).toEqual([
      "0 pid-1/1 enter getppid",
      "11000 pid-1/1 exit getppid = null",
    ]);
  });

  it("other events are counted by name, lost ones are a gap, tables of -s are no trouble, the rest is unread", () => {
    const { quality, gaps } = readLines("perf-trace", [
      '     0.000 migration/0/18 sched:sched_switch(prev_comm: "migration/0", prev_pid: 18)',
      "     0.001 ( 0.000 ms): node/18 minfault [__memset+0x3] => [heap]@0x2 (d.)",
      "LOST 12 events!",
      " Summary of events:",
      "     0.413 ( 0.003 ms): sh/5 brk(",
    ]);
    expect([...quality.unused]).toEqual([
      ["sched:sched_switch", 1],
      ["minfault", 1],
    ]);
    expect([quality.lostMarks, quality.lostEvents, gaps.length, quality.other, quality.unreadable]).toEqual([
      1, 12, 1, 1, 1,
    ]);
  });

  it("is told from every other format by its first lines", () => {
    const head = stored("own-sh-2cpu.perf-trace.txt.gz").slice(0, 200);
    expect(FORMATS.filter((format) => format.recognise(head) > 0.1).map(({ name }) => name)).toEqual(["perf-trace"]);
  });
});
