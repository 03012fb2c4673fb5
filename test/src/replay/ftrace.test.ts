// What a reader of ftrace text expects of a replay: the layout, and a story without gaps for each CPU and task.

import { describe, expect, it } from "vitest";
import type { Replay } from "../../../src/replay/account.js";
import { ftraceLines } from "../../../src/replay/ftrace.js";
import { replay } from "../../../src/replay/replay.js";
import { EVERY_MECHANISM } from "./scenario.js";

const LINE = /^\s*(.+)-(\d+)\s+\[(\d{3})\] [d.N]..{3} +(\d+)\.(\d{6}): (\w+): (.*)$/;
const SWITCH =
  /^prev_comm=(.+) prev_pid=(\d+) prev_prio=120 prev_state=([RSDTtIZ]) ==> next_comm=(.+) next_pid=(\d+) next_prio=120$/;

interface Line {
  pid: number;
  cpu: number;
  at: number;
  event: string;
  words: string;
}

function linesOf(one: Replay): Line[] {
  return [...ftraceLines(one)]
    .filter((line) => !line.startsWith("#") && !line.startsWith(" => ") && !line.endsWith(": <stack trace>"))
    .map((line) => {
      const [, , pid, cpu, s, us, event, words] = LINE.exec(line) ?? expect.fail(line);
      return { pid: Number(pid), cpu: Number(cpu), at: Number(s) * 1e6 + Number(us), event: event!, words: words! };
    });
}

describe.each(["linux-5.13", "linux-6.4", "remote"])("A replay under %s as ftrace text", async (policy) => {
  const one = await replay({ scenario: EVERY_MECHANISM, policy, replica: 7 });
  const lines = linesOf(one);

  it("Always: every line has the layout of the kernel's trace file, in the order of time", () => {
    expect(lines.length).toBeGreaterThan(100);
    const times = lines.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("Always: on each CPU who comes is who goes next, and who a line is by runs there", () => {
    const current = one.cpus.map(({ current }) => (current === null ? 0 : one.tasks[current]!.pid));
    for (const { pid, cpu, event, words } of lines) {
      expect(pid).toBe(current[cpu]);
      if (event !== "sched_switch") continue;
      const [, , prev, , , next] = SWITCH.exec(words) ?? expect.fail(words);
      expect(Number(prev)).toBe(current[cpu]);
      current[cpu] = Number(next);
    }
  });

  it("Always: CPU time by its switches is that of the events", () => {
    const ran = new Map<number, number>();
    const since = one.cpus.map(() => 0);
    for (const { cpu, at, event, words } of lines) {
      if (event !== "sched_switch") continue;
      const prev = Number(SWITCH.exec(words)![2]);
      ran.set(prev, (ran.get(prev) ?? 0) + at - since[cpu]!);
      since[cpu] = at;
    }
    const events = new Map<number, number>();
    const begun = new Map<number, number>(
      one.cpus.flatMap(({ current }) => (current === null ? [] : [[current, 0] as const])),
    );
    for (const event of one.events) {
      if (event.type === "sched-in") begun.set(event.task, event.at);
      if (event.type !== "sched-out" || event.task < 0) continue;
      const { pid } = one.tasks[event.task]!;
      events.set(pid, (events.get(pid) ?? 0) + event.at - begun.get(event.task)!);
    }
    for (const [pid, ticks] of events) expect([pid, ran.get(pid) ?? 0]).toEqual([pid, ticks]);
  });

  it("Always: a task enters no system call before it has left the last one", () => {
    const inside = new Map<number, string>();
    for (const { pid, event, words } of lines) {
      const [, nr] = /^NR (\d+)/.exec(words) ?? [];
      if (event === "sys_enter") {
        expect(inside.get(pid)).toBeUndefined();
        inside.set(pid, nr!);
      } else if (event === "sys_exit") {
        if (inside.has(pid)) expect(inside.get(pid)).toBe(nr);
        inside.delete(pid);
      }
    }
  });

  it("Always: between kvm_entry and kvm_exit a vCPU's thread runs on, and leaves no CPU", () => {
    const inGuest = new Set(
      one.tasks.filter(({ start }) => start?.state === "running" && start.mode === "guest").map(({ pid }) => pid),
    );
    for (const { pid, event, words } of lines) {
      if (event === "kvm_entry") inGuest.add(pid);
      if (event === "kvm_exit") expect(inGuest.delete(pid)).toBe(true);
      if (event === "sched_switch") expect(inGuest.has(Number(SWITCH.exec(words)![2]))).toBe(false);
    }
  });

  it("Always: who goes to sleep in a phase with a stack leaves it below the switch, and nobody else a line of one", () => {
    const all = [...ftraceLines(one)];
    const stacks = new Set(one.phases.filter(({ stack }) => stack.length > 0).map(({ stack }) => stack.join()));
    let seen = 0;
    for (const [i, line] of all.entries()) {
      if (!line.endsWith(": <stack trace>")) continue;
      const end = all.findIndex((other, j) => j > i && !other.startsWith(" => "));
      const frames = all.slice(i + 1, end < 0 ? all.length : end).map((frame) => frame.slice(" => ".length));
      expect(stacks).toContain(frames.join());
      expect(all[i - 1]).toContain("sched_switch: ");
      seen++;
    }
    expect(seen).toBeGreaterThan(2);
    const frames = all.filter((line, i) => line.startsWith(" => ") && !/^ => |: <stack trace>$/.test(all[i - 1] ?? ""));
    expect(frames).toEqual([]);
  });
});
