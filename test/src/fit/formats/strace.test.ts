import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../../src/fit/formats/index.js";
import { census, inOrder, readLines, stored, threadsOf } from "./read.js";

const AT = "1795225636.47";
const told = (...lines: string[]) => readLines("strace", lines);
const brief = (lines: string[]) =>
  told(...lines).events.map((event) => {
    const { type, at, pid, comm } = event;
    const what = "call" in event ? event.call : "";
    const result = event.type === "exit" ? ` = ${event.result}` : event.type === "fork" ? event.child : "";
    return `${at / 1000} ${pid} ${comm} ${type} ${what}${result}`.trim();
  });

describe("strace", () => {
  it("reads the stored trace whole: 23,835 calls of 20 threads, 20 of which end in one, 19 forks, none unread", () => {
    const all = readLines("strace", stored("own-redis-node-2cpu.strace-f-ttt-T.txt.gz"));
    expect(census(all)).toEqual({ enter: 23835, exit: 23815, fork: 19, rename: 12, end: 20 });
    expect([threadsOf(all), all.quality.unreadable, inOrder(all)]).toEqual([20, 0, true]);
  });

  it("reads what goes to a terminal: strace's own words break a line, the first task gets its pid late", () => {
    const all = readLines("strace", stored("own-sh.strace-Y-stderr.txt.gz"));
    expect(census(all)).toEqual({ enter: 490, exit: 482, fork: 8, rename: 8, end: 9 });
    expect([threadsOf(all), all.quality.unreadable, inOrder(all)]).toEqual([9, 0, true]);
  });

  it("a call lasts from its line's time as long as it says, also where others' lines come between", () => {
    expect(
      brief([
        `7  ${AT}0000 read(3, "= 5) = 6 <0.1>", 9) = 9 <0.000221>`,
        `7  ${AT}1000 futex(0x7f, FUTEX_WAIT, 2, NULL <unfinished ...>`,
        `8  ${AT}1500 brk(NULL)       = 0x55d57e59b000 <0.000033>`,
        `7  ${AT}1900 <... futex resumed>) = -1 EAGAIN (Resource temporarily unavailable) <0.000850>`,
      ]),
    ).toEqual([
      "470000 7 pid-7 enter read",
      "470221 7 pid-7 exit read = 9",
      "471000 7 pid-7 enter futex",
      "471500 8 pid-8 enter brk",
      "471533 8 pid-8 exit brk = 94375436201984",
      "471850 7 pid-7 exit futex = -11",
    ]);
  });

  it("without the call's beginning its end is told alone, at the time of its line", () => {
    expect(brief([`7 ${AT}0000 <... epoll_wait resumed>[], 128, 100) = 0 <0.100>`])).toEqual([
      "470000 7 pid-7 exit epoll_wait = 0",
    ]);
  });

  it("names come from execve, prctl and -Y; children have their parent's, and are known before it returns", () => {
    expect(
      brief([
        `7 ${AT}0000 execve("/usr/bin/a very long name", ["x"], 0x7 /* 39 vars */) = 0 <0.000001>`,
        `7 ${AT}0010 clone3({flags=CLONE_VM, exit_signal=0}, 88 <unfinished ...>`,
        `9 ${AT}0020 rseq(0x7f, 0x20, 0, 0x53053053) = 0 <0.000001>`,
        `9 ${AT}0030 prctl(PR_SET_NAME, "io") = 0 <0.000001>`,
        `7 ${AT}0040 <... clone3 resumed> => {parent_tid=[9]}, 88) = 9 <0.000029>`,
        `7 ${AT}0050 execve("/bin/none", ["x"], 0x7 /* 39 vars */) = -1 ENOENT (No such file or directory) <0.000001>`,
        `7<sh> ${AT}0060 vfork()               = 10<sh> <0.000002>`,
      ]),
    ).toEqual([
      "470000 7 pid-7 enter execve",
      "470001 7 pid-7 rename",
      "470001 7 a very long nam exit execve = 0",
      "470010 7 a very long nam enter clone3",
      "470020 7 a very long nam fork 9",
      "470020 9 a very long nam enter rseq",
      "470021 9 a very long nam exit rseq = 0",
      "470030 9 a very long nam enter prctl",
      "470031 9 a very long nam rename",
      "470031 9 io exit prctl = 0",
      "470039 7 a very long nam exit clone3 = 9",
      "470050 7 a very long nam enter execve",
      "470051 7 a very long nam exit execve = -2",
      "470060 7 sh enter vfork",
      "470062 7 sh exit vfork = 10",
      "470062 7 sh fork 10",
    ]);
  });

  it("restarts are results, restart_syscall goes on with the call before, and after an attach it is its own", () => {
    expect(
      brief([
        `7 ${AT}0000 restart_syscall(<... resuming interrupted read ...>) = 0 <0.000005>`,
        `7 ${AT}0010 poll([{fd=4}], 1, -1) = ? ERESTART_RESTARTBLOCK (Interrupted by signal) <0.000005>`,
        `7 ${AT}0016 --- SIGCONT {si_signo=SIGCONT, si_code=SI_USER, si_pid=1, si_uid=0} ---`,
        `7 ${AT}0020 restart_syscall(<... resuming interrupted poll ...>) = 1 <0.000005>`,
        `7 ${AT}0030 rt_sigsuspend([], 8) = ? ERESTARTNOHAND (To be restarted if no handler) <0.000005>`,
        `7 ${AT}0040 accept(3, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.000005>`,
      ]).filter((line) => line.includes("exit")),
    ).toEqual([
      "470005 7 pid-7 exit restart_syscall = 0",
      "470015 7 pid-7 exit poll = -516",
      "470025 7 pid-7 exit poll = 1",
      "470035 7 pid-7 exit rt_sigsuspend = -514",
      "470045 7 pid-7 exit accept = -512",
    ]);
  });

  it("who dies in a call never returns from it", () => {
    const lines = [
      `7 ${AT}0000 exit_group(0)   = ?`,
      `8 ${AT}0001 futex(0x7f, FUTEX_WAIT, 2, NULL <unfinished ...>`,
      `8 ${AT}0002 <... futex resumed>)      = ?`,
      `8 ${AT}0003 +++ killed by SIGKILL (core dumped) +++`,
      `7 ${AT}0004 +++ exited with 0 +++`,
    ];
    expect(census(told(...lines))).toEqual({ enter: 2, end: 2 });
  });

  it("a thread that executes goes on under its process's pid", () => {
    const lines = [
      `7 ${AT}0000 futex(0x7f, FUTEX_WAIT, 2, NULL <unfinished ...>`,
      `8 ${AT}0001 execve("/bin/true", ["true"], 0x7 /* 3 vars */ <unfinished ...>`,
      `7 ${AT}0300 +++ superseded by execve in pid 8 +++`,
      `7 ${AT}0301 <... execve resumed>) = 0 <0.000300>`,
    ];
    expect(brief(lines).slice(2)).toEqual([
      "470300 8 pid-8 end",
      "470301 7 pid-8 rename",
      "470301 7 true exit execve = 0",
    ]);
  });

  it("reads -tt across midnight, -r beside -ttt, -n, -i and [pid N]", () => {
    expect(
      brief([
        `[pid    12] 23:59:59.999990 getpid() = 12 <0.000001>`,
        `[pid    12] 00:00:00.000010 [  39] [00007f2e] getpid() = 12 <0.000001>`,
      ]),
    ).toEqual([
      "999990 12 pid-12 enter getpid",
      "999991 12 pid-12 exit getpid = 12",
      "1000010 12 pid-12 enter getpid",
      "1000011 12 pid-12 exit getpid = 12",
    ]);
    expect(brief([`${AT}0000 (+     0.000000) getpid() = 12 <0.000001>`])[0]).toBe("470000 1 pid-1 enter getpid");
  });

  it.each([
    ["-r", "11454      0.000120 brk(NULL) = 0x55a9ac175000 <0.000004>", /-r.*record with -ttt -T/],
    ["-t", "11454 05:28:30 brk(NULL) = 0x55a9ac175000 <0.000004>", /-t\).*record with -ttt -T/],
    ["no -T", `11454 ${AT}0000 brk(NULL) = 0x55a9ac175000`, /no duration: record with -T/],
    ["a line's end missing", `11454 ${AT}0000 brk(NU`, /without a result/],
    ["something else", "hello world", /no line of strace/],
  ])("refuses %s and says why", (_, line, why) => {
    const { quality, events } = told(line);
    expect([quality.unreadable, events.length]).toEqual([1, 0]);
    expect(quality.examples[0]!.why).toMatch(why);
  });

  it("attached and detached in the middle of a call, it is told as entered", () => {
    const all = told(
      "strace: Process 568 attached",
      `${AT}0000 restart_syscall(<... resuming interrupted read ...>strace: Process 568 detached`,
      " <detached ...>",
    );
    expect([census(all), all.quality.unreadable]).toEqual([{ enter: 1 }, 0]);
  });

  it("is told from every other format by its first lines", () => {
    const head = stored("own-redis-node-2cpu.strace-f-ttt-T.txt.gz").slice(0, 200);
    expect(FORMATS.filter((format) => format.recognise(head) > 0.1).map(({ name }) => name)).toEqual(["strace"]);
  });
});
