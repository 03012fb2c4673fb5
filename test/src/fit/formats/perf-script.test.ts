import { describe, expect, it } from "vitest";
import { detect } from "../../../../src/fit/formats/index.js";
import { census, readLines, statesOf, stored, threadsOf } from "./read.js";

const told = (...lines: string[]) => readLines("perf-script", lines);
const ENTER = "raw_syscalls:sys_enter: NR 7 (0, 0, 0, 0, 0, 0)";

describe("perf script", () => {
  it("a recorded one is read whole: 28,311 calls, 28,315 returns, 2,134 switches, 1,240 wake-ups, as grep counts them", () => {
    const lines = stored("own-redis-node-2cpu.perf-script.txt.gz");
    const all = readLines("perf-script", lines);
    expect(detect(lines.slice(0, 500)).name).toBe("perf-script");
    expect(census(all)).toEqual({ enter: 28_311, exit: 28_315, switch: 2134, wakeup: 1240 });
    expect(statesOf(all)).toEqual({ running: 869, interruptible: 1203, uninterruptible: 62 });
    expect([threadsOf(all), all.quality.unreadable, all.quality.other]).toEqual([20, 0, 0]);
  });

  it.each([
    ["a thread", "redis  6234 [001]  1942.030381607:", { at: 30_381_607, cpu: 1, pid: 6234, comm: "redis" }],
    ["us", "redis  6234 [001]  1942.030381:", { at: 30_381_000, cpu: 1, pid: 6234, comm: "redis" }],
    ["spaces in the name", "Web Content 12 7 [063]  5.5:", { at: 5e8, cpu: 63, pid: 7, comm: "Web Content 12" }],
    ["brackets in the name", "a [000] b  7 [001]  5.5:", { at: 5e8, cpu: 1, pid: 7, comm: "a [000] b" }],
    ["letters that are hexadecimal", "cafe  7 [001]  5.5:", { at: 5e8, cpu: 1, pid: 7, comm: "cafe" }],
    ["no CPU", "redis  6234  5.5:", { at: 5e8, cpu: -1, pid: 6234, comm: "redis" }],
    ["a period", "redis  6234 [001]  5.5:          1", { at: 5e8, cpu: 1, pid: 6234, comm: "redis" }],
    ["the idle task", "swapper     0 [001]  5.5:", { at: 5e8, cpu: 1, pid: 0, comm: "swapper" }],
  ])("a line with %s is read", (_, head, where) => {
    expect(told(`     ${head} ${ENTER}`).events).toEqual([{ type: "enter", ...where, call: "poll" }]);
  });

  it("pid/tid tells the process, once", () => {
    const { events } = told(`  a b 10/12 [000] 1.0: ${ENTER}`, `  a b 10/12 [000] 1.1: ${ENTER}`);
    expect(events.map(({ type, pid }) => [type, pid])).toEqual([
      ["process", 12],
      ["enter", 12],
      ["enter", 12],
    ]);
    expect(events[0]).toMatchObject({ tgid: 10, comm: "a b" });
  });

  it("events of sched, syscalls and kvm are read; others are counted by their whole names", () => {
    const { events, quality } = told(
      "  a 1 [000] 1.0: sched:sched_process_exit: comm=a pid=1 prio=120",
      "  a 1 [000] 1.1: syscalls:sys_enter_read: fd: 0x00000003, buf: 0x7f, count: 0x10",
      "  a 1 [000] 1.2: syscalls:sys_exit_read: 0xfffffffffffffffc",
      "  a 1 [000] 1.3: kvm:kvm_entry: vcpu 0, rip 0x0",
      "  a 1 [000] 1.4: probe:sched_switch: (ffffffff81)",
      "  a 1 [000] 1.5:     250000 cpu-clock:pppH: ",
      "  a 1 [000] 1.6: sched:sched_stat_runtime: comm=a pid=1 runtime=5 [ns]",
    );
    expect(events.map(({ type }) => type)).toEqual(["end", "enter", "exit", "guest-entry"]);
    expect(events[2]).toMatchObject({ call: "read", result: -4 });
    expect(Object.fromEntries(quality.unused)).toEqual({
      "probe:sched_switch": 1,
      "cpu-clock:pppH": 1,
      sched_stat_runtime: 1,
    });
  });

  it("call chains become stacks of kernel functions, innermost first, at their event", () => {
    const { events, quality } = told(
      `redis 7 [001]  5.5: ${ENTER}`,
      "\tffffffff81a3c4f0 __traceiter_sys_enter+0x50 ([kernel.kallsyms])",
      "\tffffffff81a3c4f1 __schedule+0x3b1 ([kernel.kallsyms])",
      "\tffffffffc0a3c4f1 kvm_vcpu_block+0x33 ([kvm])",
      "\tffffffff81a3c4f2 schedule ([guest.kernel])",
      "\tffffffffff600000 [unknown] ([vsyscall])",
      "\t          ba9f1 __libc_read+0x21 (/usr/lib/x86_64-linux-gnu/libc.so.6 (deleted))",
      "\t    7f12345 [unknown] ([unknown])",
      "\t          44f1 nfs_read+0x1 (/lib/modules/6.1.0/kernel/fs/nfs/nfs.ko.xz)",
      "",
      `redis 8 [001]  5.6: ${ENTER}`,
      "\t          ba9f1 read+0x21 (/usr/lib/libc.so.6)",
      "",
      `redis 9 [001]  5.7: ${ENTER}`,
      "        ffffffff81a3c4f1 futex_wait ([kernel.kallsyms])",
    );
    expect(events.filter(({ type }) => type === "stack")).toEqual([
      {
        type: "stack",
        at: 5e8,
        cpu: 1,
        pid: 7,
        comm: "redis",
        functions: ["__schedule", "kvm_vcpu_block", "schedule", "nfs_read"],
      },
      { type: "stack", at: 7e8, cpu: 1, pid: 9, comm: "redis", functions: ["futex_wait"] },
    ]);
    expect([quality.unreadable, quality.other]).toEqual([0, 12]);
  });

  it("the header says what machine it was; --arch says so louder", () => {
    const lines = ["# ========", "# arch : aarch64", "  a 1 [000] 1.0: raw_syscalls:sys_enter: NR 63 (0)"];
    expect(
      [readLines("perf-script", lines), readLines("perf-script", lines, "x86-64")].map(({ events }) => events[0]),
    ).toMatchObject([{ call: "read" }, { call: "uname" }]);
  });

  it.each([
    ["LOST 5 events!", 5, -1],
    ["Processed 12 events and lost 3 chunks!", 0, -1],
    ["  a 1 [002] 1.5: PERF_RECORD_LOST lost 12", 12, 2],
    ["  a 1 [002] 1.5: PERF_RECORD_LOST_SAMPLES lost 7", 7, 2],
  ])("%s is a mark of lost events", (mark, count, cpu) => {
    const { quality, gapCpus } = told(`  a 1 [000] 1.5: ${ENTER}`, mark);
    expect([quality.lostMarks, quality.lostEvents, quality.unreadable, gapCpus]).toEqual([1, count, 0, [cpu]]);
  });

  it.each([
    ["  a 1 [000] 1.5: hello", "no event after the time"],
    ["hello", "no task, CPU and time where perf script has them"],
    ["  a 1 [000] 1.5: sched:sched_switch: prev_comm=a", "not all fields of sched_switch"],
  ])("%s is unreadable, and the report says why", (line, why) => {
    expect(told(line).quality.examples).toEqual([{ line: 1, text: line, why }]);
  });
});
