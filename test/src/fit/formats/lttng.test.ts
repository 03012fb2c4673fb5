import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { census, ELSEWHERE, hasElsewhere, inOrder, linesOf, readLines, statesOf, threadsOf } from "./read.js";

const STORED = "tracecompass-many-threads-8cpu.lttng-ctf.tar.xz";
const canRead = hasElsewhere && existsSync("/usr/bin/babeltrace2");

const SWITCH = `sched_switch: { cpu_id = 5 }, { prev_comm = "swapper/5", prev_tid = 0, prev_prio = 20, prev_state = 0, next_comm = "a, { \\"b", next_tid = 4297, next_prio = 20 }`;

describe("lttng", () => {
  it.skipIf(!canRead)(
    "reads the first 16,104 events of Trace Compass' many-threads; skipped where that trace or babeltrace2 is not at hand",
    () => {
      const dir = mkdtempSync(join(tmpdir(), "lttng-"));
      try {
        execFileSync("tar", ["-xJf", join(ELSEWHERE, STORED), "-C", dir]);
        const end = ["--end", "17:46:22.84"];
        const text = execFileSync("babeltrace2", [join(dir, "many-threads"), ...end], {
          maxBuffer: 1 << 28,
          env: { ...process.env, TZ: "UTC" },
        });
        const lines = linesOf(text);
        const all = readLines("lttng", lines);
        const named = (name: string) => lines.filter((line) => line.includes(` ${name}`)).length;
        expect(census(all)).toEqual({
          switch: named("sched_switch: "),
          wakeup: named("sched_wakeup: "),
          enter: named("syscall_entry_"),
          exit: named("syscall_exit_"),
          fork: named("sched_process_fork: "),
          end: named("sched_process_exit: "),
          process: named("lttng_statedump_process_state: "),
        });
        expect(lines.length).toBe(16_104);
        expect(statesOf(all).dead).toBe(named("sched_process_exit: "));
        expect([all.quality.unreadable, inOrder(all)]).toEqual([0, true]);
        expect(threadsOf(all)).toBeGreaterThan(100);
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
  );

  const types = (...lines: string[]) =>
    readLines("lttng", lines).events.map(({ type, at, pid, comm }) => `${at} ${pid} ${comm} ${type}`);

  it.each([
    ["as it is", "[17:46:22.794569892] (+?.?????????) host", "[17:46:22.794569999] (+0.000000107) host"],
    ["--clock-seconds --no-delta", "[1457113582.794569892] host", "[1457113582.794569999] host"],
    ["--clock-date", "[2016-03-04 23:59:59.794569892] host", "[2016-03-04 23:59:59.794569999] host"],
    ["--clock-cycles", "[00000002357794569892] (+000000001868) host", "[00000002357794569999] (+000000000107) host"],
    ["without a host", "[17:46:22.794569892] (+0.000000107)", "[17:46:22.794569999] (+0.000000107)"],
  ])("times %s; a call is the current task's", (_, at, then) => {
    expect(types(`${at} ${SWITCH}`, `${then} syscall_entry_read: { cpu_id = 5 }, { fd = 3, count = 8 }`)).toEqual([
      "794569892 0 swapper switch",
      '794569999 4297 a, { \\"b enter',
    ]);
  });

  it("before a CPU's first switch its task is not known, unless the context names it", () => {
    const { events, quality } = readLines("lttng", [
      "[00:00:01.000000000] h syscall_exit_ioctl: { cpu_id = 5 }, { ret = 1, arg = 0 }",
      '[00:00:01.000000001] h syscall_exit_ioctl: { cpu_id = 5 }, { pid = 8, tid = 9, procname = "qemu" }, { ret = -4, arg = 0 }',
      '[00:00:01.000000002] h sched_wakeup: { cpu_id = 5 }, { comm = "sh", tid = 7, prio = 20, target_cpu = 2 }',
    ]);
    expect([...quality.unused]).toEqual([["syscall_exit_ioctl before its CPU's first switch", 1]]);
    expect(events).toEqual([
      { type: "process", at: 1, cpu: 5, pid: 9, comm: "qemu", tgid: 8 },
      { type: "exit", at: 1, cpu: 5, pid: 9, comm: "qemu", call: "ioctl", result: -4 },
      { type: "wakeup", at: 2, cpu: -1, pid: 0, comm: "swapper", target: 7, targetComm: "sh", targetCpu: 2 },
    ]);
  });

  it("vCPUs enter and leave guests, by new and old names of the events, with the reason's name", () => {
    const context = '{ cpu_id = 1 }, { tid = 9, procname = "CPU 0/KVM" }';
    const { events } = readLines("lttng", [
      `[00:00:01.000000000] h kvm_x86_entry: ${context}, { vcpu_id = 3 }`,
      `[00:00:01.000000001] h kvm_x86_exit: ${context}, { exit_reason = 12, guest_rip = 0xFFFF, isa = 1, info1 = 0, info2 = 0 }`,
      `[00:00:01.000000002] h kvm_entry: ${context}, { vcpu_id = 3 }`,
      `[00:00:01.000000003] h kvm_exit: ${context}, { exit_reason = 120, guest_rip = 0x1, isa = 2, info1 = 0, info2 = 0 }`,
      `[00:00:01.000000004] h kvm_exit: ${context}, { exit_reason = 999, guest_rip = 0x1, isa = 1, info1 = 0, info2 = 0 }`,
    ]);
    expect(events.map((event) => ("reason" in event ? [event.vcpu, event.reason] : event.type))).toEqual([
      "guest-entry",
      [3, "HLT"],
      "guest-entry",
      [3, "hlt"],
      [3, "exit-999"],
    ]);
  });

  it("forks, executions, ends, migrations, unknown calls and enumerated states are read", () => {
    const { events, quality } = readLines("lttng", [
      '[00:00:01.000000000] h sched_switch: { cpu_id = 0 }, { prev_comm = "a", prev_tid = 1, prev_prio = 20, prev_state = ( "TASK_UNINTERRUPTIBLE" : container = 2 ), next_comm = "b", next_tid = 2, next_prio = 20 }',
      '[00:00:01.000000001] h sched_process_fork: { cpu_id = 0 }, { parent_comm = "b", parent_tid = 2, parent_pid = 2, parent_ns_inum = 1, child_comm = "b", child_tid = 3, _vtids_length = 1, vtids = [ [0] = 3 ], child_pid = 3, child_ns_inum = 1 }',
      '[00:00:01.000000002] h sched_process_exec: { cpu_id = 0 }, { filename = "/usr/bin/true", tid = 2, old_tid = 2 }',
      "[00:00:01.000000003] h syscall_entry_unknown: { cpu_id = 0 }, { id = 600, args = [ [0] = 1 ] }",
      '[00:00:01.000000004] h sched_migrate_task: { cpu_id = 0 }, { comm = "b", tid = 3, prio = 20, orig_cpu = 0, dest_cpu = 1 }',
      '[00:00:01.000000005] h sched_process_exit: { cpu_id = 0 }, { comm = "true", tid = 2, prio = 20 }',
      "[00:00:01.000000006] h syscall_entry_getpid: { cpu_id = 0 }, { }",
    ]);
    expect(quality.unreadable).toBe(0);
    expect(
      events.map((event) => [
        event.type,
        event.comm,
        "call" in event ? event.call : "state" in event ? event.state : "",
      ]),
    ).toEqual([
      ["switch", "a", "uninterruptible"],
      ["fork", "b", ""],
      ["rename", "b", ""],
      ["enter", "true", "nr-600"],
      ["migrate", "true", ""],
      ["end", "true", ""],
      ["enter", "true", "getpid"],
    ]);
  });

  it.each([
    ['[warning] Tracer discarded 23 events between [09:00:00.1] and [09:00:00.2] in trace "x"', 23],
    ['WARNING: Tracer discarded 23 events between [09:00:00.1] and [09:00:00.2] in trace "x" within stream "y"', 23],
    ["WARNING: Tracer may have discarded events between [09:00:00.1] and [09:00:00.2]", 0],
  ])("%s: a gap, after which it is not known who is current", (lost, events) => {
    const all = readLines("lttng", [
      `[00:00:01.000000000] h ${SWITCH}`,
      lost,
      "[00:00:01.000000003] h syscall_entry_read: { cpu_id = 5 }, { fd = 3 }",
    ]);
    expect([all.quality.lostMarks, all.quality.lostEvents, all.gaps, all.events.length]).toEqual([1, events, [0], 1]);
  });

  it("lines that end too early are unread", () => {
    const { quality } = readLines("lttng", [
      `[00:00:01.000000000] h ${SWITCH.slice(0, -30)}`,
      "[00:00:01.000000000] h sched_switch: { cpu_id = 5 }, { prev_tid = 3 }",
      "[00:00:01.000000000] h sched_switch: { cpu = 5 }, { prev_tid = 3 }",
      "[00:00:01] h sched_sw",
    ]);
    expect(quality.unreadable).toBe(4);
  });

  it("an id that is no whole number, or none that can be held, is unread", () => {
    const ids = ["0.5", "0.0e1x", ".5", "NaN"];
    const { events, quality } = readLines(
      "lttng",
      ids.map(
        (id) => `[00:00:01.000000000] h sched_wakeup: { cpu_id = 5 }, { comm = "sh", tid = ${id}, target_cpu = 2 }`,
      ),
    );
    expect([events, quality.unreadable]).toEqual([[], ids.length]);
  });

  it("is told from every other format by its first lines", () => {
    const head = [`[17:46:22.794569892] (+?.?????????) host ${SWITCH}`];
    expect(FORMATS.filter((format) => format.recognise(head) > 0.1).map(({ name }) => name)).toEqual(["lttng"]);
  });
});
