import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLines, stored } from "./read.js";

const LINES = 2000;
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

const FORMATS: [string, readonly string[]][] = [
  [
    "strace",
    [...stored("own-sh.strace-Y-stderr.txt.gz"), ...stored("own-redis-node-2cpu.strace-f-ttt-T.txt.gz").slice(-2000)],
  ],
  ["perf-trace", stored("own-sh-2cpu.perf-trace.txt.gz")],
  ["perf-timehist", stored("own-sh-2cpu.perf-timehist.txt.gz")],
  ["lttng", LTTNG],
  ["kutrace", stored("kutrace-hello-4cpu.json.gz").slice(0, 2000)],
  ["schedviz", stored("schedviz-ebpf_trace.txt")],
  ["bcc-histogram", stored("bcc-cpudist_example.txt")],
  ["bpftrace-histogram", BPFTRACE],
  ["kvmexit", stored("bcc-kvmexit_example.txt")],
  ["offcputime", stored("bcc-offcputime_example.txt")],
];

/** A line with something put in, taken out, said twice, or cut short. */
function mutated(lines: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom(
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
      "9".repeat(20),
      "0x",
      "\\",
      "\0",
      "\u{1f600}",
    ),
  );
  return fc
    .tuple(fc.constantFrom(...lines), fc.nat(), fc.nat({ max: 12 }), piece, fc.boolean())
    .map(([line, place, taken, put, cut]) => {
      const at = place % (line.length + 1);
      return line.slice(0, at) + put + (cut && place % 5 === 0 ? "" : line.slice(at + taken));
    });
}

describe.each(FORMATS)("%s", (format, lines) => {
  it(`Never: of ${LINES} mutated lines one throws, hangs, makes a time or id that is no number, or goes uncounted`, () => {
    fc.assert(
      fc.property(fc.array(mutated(lines), { minLength: 100, maxLength: 100 }), (text) => {
        const { events, sums, quality, gaps } = readLines(format, text);
        const unused = [...quality.unused.values()].reduce((sum, count) => sum + count, 0);
        const counted = events.length + sums.length + quality.other + unused + quality.unreadable + quality.lostMarks;
        expect(counted).toBeGreaterThanOrEqual(text.length);
        expect(gaps.every(Number.isFinite)).toBe(true);
        for (const event of events) expect([event.at, event.cpu, event.pid].every(Number.isInteger)).toBe(true);
        for (const sum of sums)
          if (sum.type === "histogram")
            for (const { low, high, count } of sum.bins) expect(low < high && low >= 0 && count > 0).toBe(true);
      }),
      { numRuns: LINES / 100 },
    );
  });
});
