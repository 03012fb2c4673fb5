import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { census, inOrder, readLines, stored, threadsOf } from "./read.js";

const HEADING = "           time    cpu  task name                       wait time  sch delay   run time  state";
const read = (...lines: string[]) => readLines("perf-timehist", [HEADING, ...lines]);

describe("perf sched timehist", () => {
  it("reads a recorded one whole: 170 switches each with its stack, 93 wake-ups, 5 migrations, none unread", () => {
    const all = readLines("perf-timehist", stored("own-sh-2cpu.perf-timehist.txt.gz"));
    expect(census(all)).toEqual({ switch: 170, stack: 170, wakeup: 93, migrate: 5, process: 10 });
    expect([threadsOf(all), all.quality.unreadable, inOrder(all)]).toEqual([31, 0, true]);
  });

  it("a line is the switch from its task to the next, with the state and the kernel's part of the stack", () => {
    expect(
      read(
        "    1709.378417 [0000]  my node x[11363/11353]              0.000      0.000      0.006      S  next: other one[11362]         futex_wait <- do_futex <- entry_SYSCALL_64_after_hwframe <- [unknown] <- main",
      ).events,
    ).toEqual([
      { type: "process", at: 378417000, cpu: 0, pid: 11363, comm: "my node x", tgid: 11353 },
      {
        type: "switch",
        at: 378417000,
        cpu: 0,
        pid: 11363,
        comm: "my node x",
        state: "interruptible",
        next: 11362,
        nextComm: "other one",
      },
      {
        type: "stack",
        at: 378417000,
        cpu: 0,
        pid: 11363,
        comm: "my node x",
        functions: ["futex_wait", "do_futex", "entry_SYSCALL_64_after_hwframe"],
      },
    ]);
  });

  it("the idle task is printed in two ways; perf spells idle sleeps K; without --state it is not told how a task sleeps", () => {
    const { events, quality } = read(
      "    1709.379141 [0001]  <idle>                              0.000      0.000      0.033      I  next: kworker/u8:1[32]        ",
      "    1709.379149 [0001]  kworker/u8:1-ex[32]                 0.415      0.025      0.008      K  next: node[11363]             ",
      "    1709.379150 [0001]  swapper                                                          awakened: ksoftirqd/0[14]",
      "    1709.379169 [0001]  node[11363/11353]                   0.041      0.003      0.019  next: swapper/0[0]            ",
      "    1709.379170 [0001]  swapper                                                          migrated: a b[7/5] cpu 1 => 0",
    );
    expect(quality.unreadable).toBe(0);
    expect(events.map((event) => [event.pid, event.type, event.type === "switch" ? event.state : ""])).toEqual([
      [0, "switch", "running"],
      [32, "switch", "idle"],
      [0, "wakeup", ""],
      [11363, "process", ""],
      [11363, "switch", "unknown"],
      [0, "migrate", ""],
    ]);
  });

  it("-V's columns of CPUs are no part of a name", () => {
    const { events } = readLines("perf-timehist", [
      "           time    cpu  012  task name                       wait time  sch delay   run time",
      "    1709.378411 [0000]  s    perf[11400]                         0.000      0.000      0.000  next: sh[5]",
    ]);
    expect(events[0]).toMatchObject({ type: "switch", comm: "perf", next: 5 });
  });

  it("without -n it is refused, with how to print it", () => {
    const { quality } = read(
      "    1709.378411 [0000]  perf[11400]                         0.000      0.000      0.000 ",
    );
    expect(quality.examples[0]!.why).toMatch(/perf sched timehist -n -w --state/);
  });

  it("is told from every other format by its first lines", () => {
    const head = stored("own-sh-2cpu.perf-timehist.txt.gz").slice(0, 200);
    expect(FORMATS.filter((format) => format.recognise(head) > 0.1).map(({ name }) => name)).toEqual(["perf-timehist"]);
  });
});
