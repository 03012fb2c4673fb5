// Lines as a damaged trace of each format has them: real ones, with something put in, taken out, or cut short.

import fc from "fast-check";
import { expect } from "vitest";
import { readLines, stored } from "./read.js";

const LTTNG = [
  '[17:46:22.794569892] (+0.000002220) host sched_switch: { cpu_id = 5 }, { prev_comm = "swapper/5", prev_tid = 0, prev_prio = 20, prev_state = 0, next_comm = "sh", next_tid = 4297, next_prio = 20 }',
  "[17:46:22.794572361] (+0.000002469) host syscall_exit_epoll_wait: { cpu_id = 5 }, { ret = 1, events = 140272155494592 }",
  '[17:46:22.794575646] (+0.000003285) host sched_wakeup: { cpu_id = 5 }, { tid = 9, procname = "a" }, { comm = "sh", tid = 4297, prio = 20, target_cpu = 5 }',
  "[17:46:22.794580637] (+0.000004991) host kvm_x86_exit: { cpu_id = 5 }, { exit_reason = 12, guest_rip = 0xFF, isa = 1 }",
  "WARNING: Tracer discarded 23 events between [09:00:00.1] and [09:00:00.2]",
];
const BPFTRACE = [
  "@oncpu_ns[redis-server]: ",
  "[256, 512)             3 |@@@@@@@@        |",
  "[1K, 2K)        4 |@@@|",
  "(..., 0)               1 |@ |",
  "[5]  4 |@|",
  "",
];
/** What the stored traces of ftrace, trace-cmd and perf script lack. */
const FTRACE = [
  "# NR 501 is think of reader",
  "  IntentService[E-3866  (  3866) [001] ...1.   652.762632: sys_exit: NR 54 = 0",
  "  x-1 [000] .... 1.2: sys_ioctl -> 0xfffffffffffffff5",
  "  x-1 [000] .... 1.3: sys_enter_newfstat: fd: 0x3, statbuf: 0x7ffc",
  "  x-1 [000] .... 1.4: kvm_exit: vcpu 3 reason HLT rip 0x1 info1 0x0",
  "  x-1 [000] .... 1.5: kvm_entry: PC: 0xffff800010081f24",
  "  x-1 [000] .... 1.5: sched_process_fork: comm=sh pid=1 child_comm=sh child_pid=2",
  "  x-1 [000] .... 1.5: sched_process_exec: filename=/usr/bin/x pid=2 old_pid=2",
  "  x-1 [000] .... 1.5: task_rename: pid=2 oldcomm=a b newcomm=c d oom_score_adj=0",
  "  x-1 [000] .... 1.6: <stack trace>",
  " => pipe_read+0x1/0x2",
  "CPU:1 [LOST 128 EVENTS]",
  "##### CPU 1 buffer started ####",
];
const TRACE_CMD = [
  "cpus=2",
  "          sh-1642  [002] 76.211701: sched_switch:         sh:1642 [120] S ==> swapper/2:0 [120]",
  "          sh-1642  [002] 76.211702: sched_wakeup:         kworker/u12:1:46 [120] success=1 CPU:002",
  "          sh-1642  [002] 76.211702: kernel_stack:         <stack trace >",
  "=> futex_wait (ffffffff81123456)",
];
const PERF_SCRIPT = [
  "  a b 10/12 [000] 1.5: syscalls:sys_exit_read: 0xfffffffffffffffc",
  "  a 1  1.5:     250000 cpu-clock:pppH: ",
  "\tffffffff81a3c4f1 __schedule+0x3b1 ([kernel.kallsyms])",
  "\t          ba9f1 __libc_read+0x21 (/usr/lib/x86_64-linux-gnu/libc.so.6 (deleted))",
  "  a 1 [002] 1.5: PERF_RECORD_LOST lost 12",
  "LOST 5 events!",
  "",
];

/** By format. */
export const SAMPLES: Record<string, () => readonly string[]> = {
  ftrace: () => [...FTRACE, ...stored("catapult-android-systrace.ftrace.txt.gz").slice(0, 100)],
  "trace-cmd": () => [...TRACE_CMD, ...stored("lisa-sched-6cpu.trace-cmd.txt").slice(0, 100)],
  "perf-script": () => [...PERF_SCRIPT, ...stored("own-redis-node-2cpu.perf-script.txt.gz").slice(0, 100)],
  strace: () => [
    ...stored("own-sh.strace-Y-stderr.txt.gz"),
    ...stored("own-redis-node-2cpu.strace-f-ttt-T.txt.gz").slice(-2000),
  ],
  "perf-trace": () => stored("own-sh-2cpu.perf-trace.txt.gz"),
  "perf-timehist": () => stored("own-sh-2cpu.perf-timehist.txt.gz"),
  lttng: () => LTTNG,
  kutrace: () => stored("kutrace-hello-4cpu.json.gz").slice(0, 2000),
  schedviz: () => stored("schedviz-ebpf_trace.txt"),
  "bcc-histogram": () => stored("bcc-cpudist_example.txt"),
  "bpftrace-histogram": () => BPFTRACE,
  kvmexit: () => stored("bcc-kvmexit_example.txt"),
  offcputime: () => stored("bcc-offcputime_example.txt"),
};

const PIECES = [
  "",
  " ",
  "[",
  "]",
  "<",
  ">",
  "{",
  "}",
  '"',
  "=",
  ":",
  "-",
  ".",
  "0x",
  "\\",
  "\0",
  "\u{1f600}",
  "9".repeat(20),
  "9e999",
  "e-3",
  ".5",
  "NaN",
];

export function mutated(lines: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom(...PIECES));
  return fc
    .tuple(fc.constantFrom(...lines), fc.nat(), fc.nat({ max: 12 }), piece, fc.boolean())
    .map(([line, place, taken, put, cut]) => {
      const at = place % (line.length + 1);
      return line.slice(0, at) + put + (cut && place % 5 === 0 ? "" : line.slice(at + taken));
    });
}

/** No line throws, makes a time or an id that is no number, or goes uncounted. */
export function expectSound(format: string, text: readonly string[]): void {
  const { events, sums, quality, gaps } = readLines(format, text);
  const unused = [...quality.unused.values()].reduce((sum, count) => sum + count, 0);
  const counted = events.length + sums.length + quality.other + unused + quality.unreadable + quality.lostMarks;
  expect(counted).toBeGreaterThanOrEqual(text.length);
  if (ONE_A_LINE.has(format)) {
    const beside = events.filter(({ type }) => type === "stack" || type === "process").length;
    expect(counted - beside).toBe(text.length);
  }
  expect(gaps.every(Number.isFinite)).toBe(true);
  for (const event of events) expect([event.at, event.cpu, event.pid].every(Number.isInteger)).toBe(true);
  for (const sum of sums)
    if (sum.type === "histogram")
      for (const { low, high, count } of sum.bins) expect(low < high && low >= 0 && count > 0).toBe(true);
}

/** Formats each of whose lines is one event or none; stacks and processes are told beside. */
const ONE_A_LINE = new Set(["ftrace", "trace-cmd", "perf-script"]);
