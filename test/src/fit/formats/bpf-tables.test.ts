import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import type { TraceSum } from "../../../../src/fit/trace-event.js";
import { readLines, stored } from "./read.js";

type Histogram = Extract<TraceSum, { type: "histogram" }>;

const histograms = (format: string, lines: readonly string[]) => readLines(format, lines).sums as Histogram[];
const totals = (sums: readonly Histogram[]) =>
  sums.flatMap(({ bins }) => bins).reduce((sum, { count }) => sum + count, 0);
const ROWS = [
  "     usecs               : count     distribution",
  "         0 -> 1          : 3        |****                |",
  "         2 -> 3          : 0        |                    |",
  "         4 -> 7          : 5        |********************|",
];

describe("bcc-histogram", () => {
  it.each([
    ["cpudist", 18, 12_181, 14],
    ["runqlat", 48, 84_731, 38],
  ])(
    "reads every table of the stored %s: %d with %d lengths, %d of one task; text is left out, nothing unread",
    (tool, tables, lengths, ofTasks) => {
      const lines = stored(`bcc-${tool}_example.txt`);
      const { quality } = readLines("bcc-histogram", lines);
      const sums = histograms("bcc-histogram", lines);
      expect([sums.length, totals(sums), sums.filter(({ task }) => task !== null).length]).toEqual([
        tables,
        lengths,
        ofTasks,
      ]);
      expect([quality.unreadable, quality.other + (quality.unused.get("text") ?? 0)]).toEqual([0, lines.length]);
    },
  );

  it("cpudist's tables are of what the tool said before them: one of the stored is of sleeps", () => {
    const of = histograms("bcc-histogram", stored("bcc-cpudist_example.txt")).map((sum) => sum.of);
    expect([of.filter((what) => what === "on-cpu").length, of.filter((what) => what === "off-cpu").length]).toEqual([
      17, 1,
    ]);
  });

  it("a row is all lengths from its first up to, not including, the one after its last, in ns", () => {
    const lines = [
      "Tracing on-CPU time... Hit Ctrl-C to end.",
      "^C",
      "",
      "pid = 5068 my dd",
      ...ROWS,
      "",
      "pid = 7",
      ...ROWS,
    ];
    const bins = [
      { low: 0, high: 2000, count: 3 },
      { low: 4000, high: 8000, count: 5 },
    ];
    expect(histograms("bcc-histogram", lines)).toEqual([
      { type: "histogram", of: "on-cpu", task: "my dd", bins },
      { type: "histogram", of: "on-cpu", task: "pid-7", bins },
    ]);
    const ms = [...lines.slice(0, 3), ROWS[0]!.replace("usecs", "msecs"), ...ROWS.slice(1)];
    expect(histograms("bcc-histogram", ms)[0]).toMatchObject({
      task: null,
      bins: [{ high: 2e6 }, { low: 4e6, high: 8e6 }],
    });
  });

  it("tables of nobody knows what, without a heading, and rows cut short are unread", () => {
    const cut = "         4 -> 7          : 5";
    const { quality } = readLines("bcc-histogram", [
      ...ROWS,
      "Tracing run queue latency... Hit Ctrl-C to end.",
      ROWS[1]!,
      cut,
    ]);
    expect([quality.unreadable, quality.examples.map(({ line }) => line)]).toEqual([5, [2, 3, 4, 6, 7]]);
  });
});

describe("bpftrace-histogram", () => {
  const MAPS = [
    "Attaching 3 probes...",
    "@oncpu_ns[redis-server]: ",
    "[256, 512)             3 |@@@@@@@@                    |",
    "[1K, 2K)               4 |@@@@@@@@@@@@@@@             |",
    "[1M, 2M)               0 |                            |",
    "",
    "@offcpu_us[12, redis]:",
    "[0]                    2 |@@@                         |",
    "[1]                    5 |@@@@@@@                     |",
    "(..., 0)               1 |@                           |",
    "",
    "@runq_ms: ",
    "[0, 100)              20 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@|",
    "[100, ...)             1 |@                           |",
    "",
    "@things[a]: ",
    "[2, 4)                 5 |@@@@@@@                     |",
    "@count: 12",
  ];

  it("reads hist() and lhist() maps whose names say what they are of and in which unit; others are counted", () => {
    const { sums, quality } = readLines("bpftrace-histogram", MAPS);
    expect(sums).toEqual([
      {
        type: "histogram",
        of: "on-cpu",
        task: "redis-server",
        bins: [
          { low: 256, high: 512, count: 3 },
          { low: 1024, high: 2048, count: 4 },
        ],
      },
      {
        type: "histogram",
        of: "off-cpu",
        task: "redis",
        bins: [
          { low: 0, high: 1000, count: 2 },
          { low: 1000, high: 2000, count: 5 },
        ],
      },
      {
        type: "histogram",
        of: "run-queue",
        task: null,
        bins: [
          { low: 0, high: 1e8, count: 20 },
          { low: 1e8, high: Number.POSITIVE_INFINITY, count: 1 },
        ],
      },
    ]);
    expect([...quality.unused]).toEqual([
      ["map @things", 1],
      ["map without a histogram", 1],
    ]);
    expect(quality.unreadable).toBe(0);
  });

  it("@usecs of bpftrace's runqlat.bt are waits for a CPU, by the tool's first line", () => {
    const lines = [
      "Attaching 5 probes...",
      "Tracing CPU scheduler... Hit Ctrl-C to end.",
      "^C",
      "@usecs: ",
      "[2, 4)   5 |@@@|",
    ];
    expect(histograms("bpftrace-histogram", lines)).toEqual([
      { type: "histogram", of: "run-queue", task: null, bins: [{ low: 2000, high: 4000, count: 5 }] },
    ]);
  });

  it("rows of no map, and rows cut short, are unread", () => {
    const { quality } = readLines("bpftrace-histogram", ["[2, 4)   5 |@@@|", "@oncpu_ns:", "[2, 4)   |@@@|"]);
    expect(quality.unreadable).toBe(2);
  });
});

describe("kvmexit", () => {
  it("reads every row of the stored example: 89 of 180,009 exits; text is left out, nothing unread", () => {
    const lines = stored("bcc-kvmexit_example.txt");
    const { sums, quality } = readLines("kvmexit", lines);
    const count = sums.reduce((sum, one) => sum + (one.type === "guest-exits" ? one.count : 0), 0);
    expect([sums.length, count, quality.unreadable]).toEqual([89, 180_009, 0]);
    expect(sums.length + quality.other + quality.unused.get("text")!).toBe(lines.length);
  });

  it("what the columns leave out is in the line before them", () => {
    const tid = [
      "Display kvm exit reasons and statistics for TID 12 after sleeping 10 secs.",
      "KVM_EXIT_REASON                     COUNT",
      "^CHLT      5",
    ];
    const vcpu = [
      "Display kvm exit reasons and statistics for PID 7 VCPU 2... Hit Ctrl-C to end.",
      "KVM_EXIT_REASON   COUNT",
      "HLT      5",
    ];
    const all = [
      "Display kvm exit reasons and statistics for all threads... Hit Ctrl-C to end.",
      "PID  TID  KVM_EXIT_REASON   COUNT",
      "7  12   EXIT_REASON_EPT_MISCONFIG 3",
      "12  HLT 3",
    ];
    const { sums, quality } = readLines("kvmexit", [...tid, ...vcpu, ...all]);
    expect(
      sums.map((sum) => sum.type === "guest-exits" && [sum.pid, sum.tid, sum.vcpu, sum.reason, sum.count]),
    ).toEqual([
      [-1, 12, null, "HLT", 5],
      [7, -1, 2, "HLT", 5],
      [7, 12, null, "EPT_MISCONFIG", 3],
    ]);
    expect(quality.examples.map(({ line, why }) => [line, why])).toEqual([[10, "1 ids where the heading has 2"]]);
  });
});

describe("offcputime", () => {
  it("reads every stack of the stored example, 63 in blocks and 47 folded, with all their time; nothing unread", () => {
    const { sums, quality } = readLines("offcputime", stored("bcc-offcputime_example.txt"));
    const total = sums.reduce((sum, one) => sum + (one.type === "blocked" ? one.total : 0), 0);
    expect([sums.length, total, quality.unreadable]).toEqual([110, (406_374_349 + 184_680_988) * 1000, 0]);
  });

  it("both layouts tell the same stack: innermost first, the kernel's part alone, without offsets and delimiters", () => {
    const functions = ["schedule", "pipe_wait", "pipe_read", "sys_read", "entry_SYSCALL_64"];
    const block = [
      "    schedule",
      "    pipe_wait+0x1f",
      "    pipe_read",
      "    sys_read",
      "    entry_SYSCALL_64",
      "    --",
      "    read",
      "    main",
      "    -                my sh (12)",
      "        94",
    ];
    const folded = "my sh;main;read;-;entry_SYSCALL_64;sys_read;pipe_read;pipe_wait;schedule 94";
    const undelimited = "my sh;main;read;entry_SYSCALL_64;sys_read;pipe_read;pipe_wait;schedule 94";
    const blocked = { type: "blocked", comm: "my sh", functions, total: 94_000 };
    expect(readLines("offcputime", [...block, "", folded, undelimited]).sums).toEqual([
      { ...blocked, pid: 12 },
      { ...blocked, pid: null },
      { ...blocked, pid: null },
    ]);
  });

  it("a time without a stack and a folded stack without a time are unread", () => {
    expect(readLines("offcputime", ["        94", "sh;entry;sys_read;pipe_read"]).quality.unreadable).toBe(2);
  });
});

it("each tool's output is told from every other format", () => {
  for (const [file, name] of [
    ["cpudist", "bcc-histogram"],
    ["runqlat", "bcc-histogram"],
    ["kvmexit", "kvmexit"],
    ["offcputime", "offcputime"],
  ]) {
    const head = stored(`bcc-${file}_example.txt`).slice(0, 300);
    expect(FORMATS.filter((format) => format.recognise(head) > 0.3).map((format) => format.name)).toEqual([name]);
  }
});
