import { describe, expect, it } from "vitest";
import { detect } from "../../../../src/fit/formats/index.js";
import { census, hasElsewhere, linesElsewhere, readLines, statesOf, stored } from "./read.js";

const told = (...lines: string[]) => readLines("ftrace", lines);
const first = (...lines: string[]) => told(...lines).events[0];
const SWITCH =
  "sched_switch: prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=2 next_prio=120";

describe("ftrace text", () => {
  it("a phone's trace without flags is read whole: 11,074 switches and 6,827 wake-ups, as grep counts them", () => {
    const lines = stored("catapult-android-systrace.ftrace.txt.gz");
    const all = readLines("ftrace", lines);
    expect(detect(lines.slice(0, 500)).name).toBe("ftrace");
    expect(census(all)).toEqual({ switch: 11_074, wakeup: 6827 });
    expect(statesOf(all)).toEqual({ running: 4323, interruptible: 5513, uninterruptible: 1238 });
    expect(all.quality).toMatchObject({ unreadable: 0, other: 0, lostMarks: 0 });
  });

  it("trace-cmd's raw fields are read whole: 1,856 switches, 1,068 wake-ups, states by numbers of before 4.14", () => {
    const lines = stored("lisa-sched-6cpu.trace-cmd.txt");
    const all = readLines("trace-cmd", lines);
    expect(detect(lines.slice(0, 500)).name).toBe("trace-cmd");
    expect(census(all)).toEqual({ switch: 1856, wakeup: 1068, note: 14 });
    expect(statesOf(all)).toEqual({ running: 773, interruptible: 929, uninterruptible: 134, killable: 3, dead: 17 });
    expect([all.quality.unreadable, all.quality.other, [...all.quality.unused]]).toEqual([
      0,
      2,
      [["sched_overutilized", 3]],
    ]);
  });

  it.skipIf(!hasElsewhere)("four traces of Trace Compass (EPL, where they are at hand) are read whole", () => {
    const counts = ["ftrace_syscalls", "android-sched-irq-syscall", "android-sched", "critical-path"].map((name) => {
      const all = readLines("ftrace", linesElsewhere(`tracecompass-${name}.ftrace.txt`));
      return [census(all), all.quality.unreadable];
    });
    expect(counts).toEqual([
      [{ enter: 423, exit: 419, switch: 60, wakeup: 32, migrate: 3, fork: 1, end: 2, rename: 1 }, 0],
      [{ enter: 51, exit: 50, switch: 9, wakeup: 5 }, 0],
      [{ switch: 82, wakeup: 57 }, 0],
      [{ switch: 28, wakeup: 13 }, 0],
    ]);
  });

  it.each([
    ["no flags", "a-1 [001] 5.000001:"],
    ["4 flags", "a-1     [001] d..3     5.000001:"],
    ["5 flags", "a-1     [001] d..2.     5.000001:"],
    ["flags that are digits", "a-1     [001] 1.234     5.000001:"],
    ["a process", "            a-1       (      1) [001] d..2.     5.000001:"],
    ["a process that was not kept", "            a-1       (-----) [001] d..2.     5.000001:"],
  ])("a line with %s is read", (_, head) => {
    expect(told(`   ${head} ${SWITCH}`).events.at(-1)).toEqual({
      type: "switch",
      at: 1000,
      cpu: 1,
      pid: 1,
      comm: "a",
      state: "interruptible",
      next: 2,
      nextComm: "b",
    });
  });

  it("a thread's process is told once, that of the idle task never", () => {
    const { events } = told(
      "          sh-12      (     10) [000] ..... 1.000001: sys_enter: NR 0 (0, 0, 0, 0, 0, 0)",
      "          sh-12      (     10) [000] ..... 1.000002: sys_exit: NR 0 = 0",
      "      <idle>-0       (-----) [000] d.... 1.000003: sched_waking: comm=x pid=7 prio=120 target_cpu=000",
    );
    expect(events.filter(({ type }) => type === "process")).toEqual([
      { type: "process", at: 1000, cpu: 0, pid: 12, comm: "sh", tgid: 10 },
    ]);
  });

  it.each([
    ["Web Content", "Web Content-7     [003] d... 1.5:"],
    ["IntentService[E", "IntentService[E-7     [003] d... 1.5:"],
    ["a [001] b", "a [001] b-7     [003] d... 1.5:"],
    ["kworker/0:0-ev", "kworker/0:0-ev-7     [003] d... 1.5:"],
    ["x: 1.0: y", "x: 1.0: y-7     [003] d... 1.5:"],
    ["-", "--7     [003] d... 1.5:"],
    ["café", "café-7     [003] d... 1.5:"],
  ])("a thread may be called %s", (comm, head) => {
    expect(first(`  ${head} sys_enter: NR 1 (1, 2, 3, 4, 5, 6)`)).toEqual({
      type: "enter",
      at: 5e8,
      cpu: 3,
      pid: 7,
      comm,
      call: "write",
    });
  });

  it("the idle task is swapper however it is spelled; a forgotten name is what it was before", () => {
    const { events } = told(
      "  <idle>-0  [000] d... 1.0: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=sh next_pid=5 next_prio=120",
      "  <...>-5  [000] .... 1.1: sys_enter: NR 0 (0, 0, 0, 0, 0, 0)",
      "  <...>-6  [000] .... 1.2: sys_enter: NR 0 (0, 0, 0, 0, 0, 0)",
    );
    expect(events.map(({ comm }) => comm)).toEqual(["swapper", "sh", "<...>"]);
  });

  it("names of both sides of a switch may hold what separates fields", () => {
    expect(
      first(
        "  x-1 [000] d... 1.0: sched_switch: prev_comm=a b=c prev_pid=1 prev_prio=120 prev_state=D|K ==> next_comm=n p=1 next_pid=2 next_prio=120",
      ),
    ).toMatchObject({ comm: "a b=c", state: "killable", nextComm: "n p=1" });
  });

  it("trace-cmd's own spelling of a switch and of a wake-up is read", () => {
    const lines = [
      "cpus=2",
      "          sh-1642  [002] 76.211701: sched_switch:         sh:1642 [120] S ==> swapper/2:0 [120]",
      "          sh-1642  [002] 76.211702: sched_wakeup:         kworker/u12:1:46 [120] success=1 CPU:002",
      "          sh-1642  [002] 76.211703: sched_wakeup:         kworker/u12:1:46 [120] success=0 CPU:002",
      "          sh-1642  [002] 76.211704: sched_wakeup_new:     sh:1643 [120] CPU:001",
    ];
    expect(detect(lines).name).toBe("trace-cmd");
    const { events, quality } = readLines("trace-cmd", lines);
    expect(events).toMatchObject([
      { type: "switch", pid: 1642, comm: "sh", state: "interruptible", next: 0, nextComm: "swapper" },
      { type: "wakeup", target: 46, targetComm: "kworker/u12:1", targetCpu: 2 },
      { type: "wakeup", target: 1643, targetCpu: 1 },
    ]);
    expect([...quality.unused]).toEqual([["wake-up of who was awake", 1]]);
  });

  it("system calls are read by number, by events of their own, and raw; results that are errors are negative", () => {
    const { events } = told(
      "  x-1 [000] .... 1.0: sys_exit: NR 202 = -110",
      "  x-1 [000] .... 1.1: sys_ioctl(fd: ff, cmd: 5410, arg: 7ffe0babe8fc)",
      "  x-1 [000] .... 1.2: sys_ioctl -> 0xfffffffffffffff5",
      "  x-1 [000] .... 1.3: sys_enter_newfstat: fd: 0x3, statbuf: 0x7ffc",
      "  x-1 [000] .... 1.4: sys_exit_mmap: 0x7f0000001000",
      "  x-1 [000] .... 1.5: sys_enter: id=0 args=ARRAY[00]",
      "  x-1 [000] .... 1.6: sys_exit: id=999 ret=-4",
      "  x-1 [000] .... 1.7: sys_exit: NR -1 = 0",
      "  x-1 [000] .... 1.8: sys_exit_read: -512",
    );
    expect(
      events.map((event) => ("call" in event ? [event.type, event.call, "result" in event ? event.result : "-"] : [])),
    ).toEqual([
      ["exit", "futex", -110],
      ["enter", "ioctl", "-"],
      ["exit", "ioctl", -11],
      ["enter", "fstat", "-"],
      ["exit", "mmap", 0x7f0000001000],
      ["enter", "read", "-"],
      ["exit", "nr-999", -4],
      ["exit", null, 0],
      ["exit", "read", -512],
    ]);
  });

  it("numbers of system calls are those of --arch", () => {
    const line = "  x-1 [000] .... 1.0: sys_enter: NR 63 (0, 0, 0, 0, 0, 0)";
    const calls = ([null, "aarch64", "arm"] as const).map((arch) => readLines("ftrace", [line], arch).events[0]);
    expect(calls).toMatchObject([{ call: "uname" }, { call: "read" }, { call: "dup2" }]);
  });

  it("guests are read as x86, arm64 and raw fields spell them", () => {
    const { events } = told(
      "  x-1 [000] .... 1.0: kvm_entry: vcpu 3, rip 0xffffffff81a",
      "  x-1 [000] .... 1.1: kvm_exit: vcpu 3 reason HLT rip 0x1 info1 0x0",
      "  x-1 [000] .... 1.2: kvm_exit: reason EPT_VIOLATION rip 0x1 info 0 0",
      "  x-1 [000] .... 1.3: kvm_entry: PC: 0xffff800010081f24",
      "  x-1 [000] .... 1.4: kvm_exit: TRAP: HSR_EC: 0x0001 (WFx), PC: 0xffff",
      "  x-1 [000] .... 1.5: kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0xffff",
    );
    expect(
      events.map((event) => ("vcpu" in event ? [event.type, event.vcpu, "reason" in event ? event.reason : "-"] : [])),
    ).toEqual([
      ["guest-entry", 3, "-"],
      ["guest-exit", 3, "HLT"],
      ["guest-exit", -1, "EPT_VIOLATION"],
      ["guest-entry", -1, "-"],
      ["guest-exit", -1, "WFx"],
      ["guest-exit", -1, "IRQ"],
    ]);
  });

  it("births, new names, ends, moves and marks are read", () => {
    expect(
      told(
        "  sh-1 [000] .... 1.0: sched_process_fork: comm=sh pid=1 child_comm=sh child_pid=2",
        "  sh-2 [000] .... 1.1: sched_process_exec: filename=/usr/bin/a-name-that-is-too-long pid=2 old_pid=2",
        "  sh-2 [000] .... 1.2: task_rename: pid=2 oldcomm=a b newcomm=c d oom_score_adj=0",
        "  sh-2 [000] .... 1.3: sched_migrate_task: comm=c d pid=2 prio=120 orig_cpu=0 dest_cpu=1",
        "  sh-2 [000] .... 1.4: sched_process_exit: comm=c d pid=2 prio=120 group_dead=1",
        "  sh-1 [000] .... 1.5: tracing_mark_write: klp: try 1",
      ).events,
    ).toMatchObject([
      { type: "fork", pid: 1, child: 2, childComm: "sh" },
      { type: "rename", pid: 2, to: "a-name-that-is-" },
      { type: "rename", pid: 2, to: "c d" },
      { type: "migrate", target: 2, from: 0, to: 1 },
      { type: "end", pid: 2 },
      { type: "note", words: "klp: try 1" },
    ]);
  });

  it("sched_waking counts only where there is no sched_wakeup", () => {
    const waking = (at: number) => `  x-1 [000] d... 1.${at}: sched_waking: comm=b pid=2 prio=120 target_cpu=001`;
    const wakeup = "  x-1 [000] d... 1.5: sched_wakeup: comm=b pid=2 prio=120 target_cpu=001";
    const { events, quality } = told(waking(1), waking(2), wakeup, waking(6), waking(7));
    expect([events.length, [...quality.unused]]).toEqual([3, [["sched_waking", 2]]]);
    expect(events[0]).toMatchObject({ type: "wakeup", target: 2, targetComm: "b", targetCpu: 1 });
  });

  it("kernel stacks of the tracer and of trace-cmd follow their event, without offsets, addresses and the tracer itself", () => {
    const { events, quality } = told(
      `  a-1 [000] d... 1.0: ${SWITCH}`,
      "  a-1 [000] d... 1.0: <stack trace>",
      " => trace_event_raw_event_sched_switch",
      " => __schedule+0x3b1/0x900",
      " => schedule",
      " => pipe_read.isra.0",
      "  a-1 [000] d... 1.1: <user stack trace>",
      " =>  <00007f1234567890>",
      "  a-1 [000] d... 1.2: kernel_stack:         <stack trace >",
      "=> futex_wait (ffffffff81123456)",
    );
    expect(events.filter(({ type }) => type === "stack")).toEqual([
      { type: "stack", at: 0, cpu: 0, pid: 1, comm: "a", functions: ["__schedule", "schedule", "pipe_read.isra.0"] },
      { type: "stack", at: 2e8, cpu: 0, pid: 1, comm: "a", functions: ["futex_wait"] },
    ]);
    expect([quality.unreadable, quality.other]).toEqual([0, 9]);
  });

  it("klpsim's own comments name its calls", () => {
    expect(told("# NR 501 is think of reader", "# NR 0 is r-2 of x").names).toEqual([
      { call: "nr-501", name: "think" },
      { call: "read", name: "r-2" },
    ]);
  });

  it.each([
    ["CPU:1 [LOST 128 EVENTS]", 128],
    ["CPU:1 [LOST EVENTS]", 0],
    ["CPU:1 [128 EVENTS DROPPED]", 128],
    ["CPU:1 [EVENTS DROPPED]", 0],
    ["CPU 1: 128 events lost", 128],
    ["##### CPU 1 buffer started ####", 0],
  ])("%s is a mark of lost events, and a gap of that CPU", (mark, count) => {
    const { quality, gaps } = told("  x-1 [000] .... 1.5: sys_enter: NR 0 (0, 0, 0, 0, 0, 0)", mark);
    expect([quality.lostMarks, quality.lostEvents, quality.unreadable, gaps]).toEqual([1, count, 0, [5e8]]);
  });

  it.each([
    ["a line of something else", "no task, CPU and time where ftrace has them"],
    [
      "  bash-12 [000] ..... 1234567: sched_switch: x",
      "a time that is not in seconds: record with trace_clock local or mono",
    ],
    ["  bash-12 [000] ..... 1.5: ", "no event after the time"],
    ["  bash-12 [000] ..... 1.5: sched_switch: prev_comm=a prev_pid=1", "not all fields of sched_switch"],
    ["  bash-12 [000] ..... 1.5: sched_wakeup: comm=a", "a wake-up without a thread's id"],
    ["  bash-12 [000] ..... 1.5: sys_exit: NR 5", "no result"],
    ["  bash-12 [000] ..... 1.5: sys_enter: (0)", "no call's number"],
    ["  bash-12 [000] ..... 1.5: kvm_exit:", "a kvm_exit without a reason"],
  ])("%s is unreadable, and the report says why", (line, why) => {
    expect(told(line).quality.examples).toEqual([{ line: 1, text: line, why }]);
  });
});
