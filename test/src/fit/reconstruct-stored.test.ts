// CPU time of the tasks of two stored traces, against a few lines that look at nothing but who is on a CPU when.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { classesOf } from "../../../src/fit/classes.js";
import { readTrace } from "../../../src/fit/read-trace.js";
import { Reconstruction } from "../../../src/fit/reconstruct.js";
import type { Recording } from "../../../src/fit/recording.js";

const TRACES = new URL("../../data/traces/", import.meta.url);

function bytesOf(name: string): Uint8Array {
  return readFileSync(new URL(name, TRACES));
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function reconstructed(name: string): Promise<Recording> {
  const reconstruction = new Reconstruction();
  await readTrace(only(bytesOf(name)), reconstruction);
  return reconstruction.finish();
}

/** Of each task of a recording, still there at its end or not. */
function cpuTimes({ lots }: Recording): Map<number, number> {
  const times = lots.map(({ pid, account }): [number, number] => {
    const phases = [...account.phases.values()].filter(({ spec }) => spec.mode !== "sleep");
    return [pid ?? -1, phases.reduce((sum, { lengths }) => sum + lengths.seen, 0)];
  });
  return new Map(times.filter(([, time]) => time > 0));
}

interface Line {
  pid: number;
  cpu: number;
  at: number;
  prev: number | null;
  next: number | null;
}

/** `whole`: of the whole machine, so that who is on a CPU first was there from the start. */
function plainCpuTimes(lines: readonly Line[], whole: boolean): Map<number, number> {
  const [start, end] = [lines[0]!.at, lines.at(-1)!.at];
  const on = new Map<number, { pid: number; since: number; seen: number }>();
  const times = new Map<number, number>();
  const leave = (cpu: number, at: number) => {
    const { pid, since } = on.get(cpu)!;
    if (pid > 0) times.set(pid, (times.get(pid) ?? 0) + at - since);
    on.delete(cpu);
  };
  for (const { pid, cpu, at, prev, next } of lines) {
    const before = on.get(cpu);
    if (before !== undefined && before.pid !== pid) leave(cpu, before.seen); // nobody saw it leave
    if (before?.pid !== pid) on.set(cpu, { pid, since: whole && before === undefined ? start : at, seen: at });
    on.get(cpu)!.seen = at;
    if (prev === null || next === null) continue;
    leave(cpu, at);
    on.set(cpu, { pid: next, since: at, seen: at });
  }
  for (const cpu of [...on.keys()]) leave(cpu, end);
  return new Map([...times].filter(([, time]) => time > 0));
}

function linesOf(text: string, form: RegExp, digits: number): Line[] {
  return text.split("\n").flatMap((line) => {
    const [, pid, cpu, seconds, rest] = form.exec(line) ?? [];
    if (seconds === undefined) return [];
    const number = (field: RegExp) => {
      const found = field.exec(rest!);
      return found === null ? null : Number(found[1]);
    };
    const [whole, part] = seconds.split(".");
    const at = Number(whole) * 1e9 + Number(part!.padEnd(9, "0").slice(0, 9));
    expect(part!.length).toBe(digits);
    return [{ pid: Number(pid), cpu: Number(cpu), at, prev: number(/prev_pid=(\d+)/), next: number(/next_pid=(\d+)/) }];
  });
}

describe("Stored traces", () => {
  it("Always: give each task of some that perf recorded the CPU time that its switches and events say", async () => {
    const name = "own-redis-node-2cpu.perf-script.txt.gz";
    const recording = await reconstructed(name);
    const lines = linesOf(gunzipSync(bytesOf(name)).toString(), /^ *\S.*? +(\d+) \[(\d+)\] +([\d.]+): +(.*)$/, 9);
    expect(lines.length).toBe(60_000);
    const plain = plainCpuTimes(lines, false);
    const recorded = new Set(lines.map(({ pid }) => pid));
    for (const pid of plain.keys()) if (!recorded.has(pid)) plain.delete(pid); // seen only as others' successor
    expect(sorted(cpuTimes(recording))).toEqual(sorted(plain));
    expect(recording.window).toBe(lines.at(-1)!.at - lines[0]!.at);
  });

  it("Always: give each task of a whole machine's the CPU time that its switches say", async () => {
    const name = "lisa-sched-6cpu.trace-cmd.txt";
    const recording = await reconstructed(name);
    const lines = linesOf(
      Buffer.from(bytesOf(name)).toString(),
      /^ *\S.*?-(\d+) +\[(\d+)\] .*?([\d]+\.\d+): +(.*)$/,
      6,
    );
    const ended = recording.lots.filter(({ pid }) => pid === null);
    const [found, plain] = [cpuTimes(recording), plainCpuTimes(lines, true)];
    found.delete(-1);
    for (const [pid, time] of found) expect([pid, time]).toEqual([pid, plain.get(pid)]);
    const sum = (times: Iterable<number>) => [...times].reduce((all, time) => all + time, 0);
    const ofEnded = sum(ended.map((lot) => [...cpuTimes({ ...recording, lots: [lot] }).values()][0] ?? 0));
    expect(sum(found.values()) + ofEnded).toBe(sum(plain.values()));
    const busy = recording.busy.reduce((all, share) => all + share * recording.window, 0);
    expect(busy).toBeCloseTo(sum(plain.values()), 0);
  });

  it("Always: of perf's give the classes that ran, redis among them with its sleeps by call", async () => {
    const { classes } = classesOf(await reconstructed("own-redis-node-2cpu.perf-script.txt.gz"), {
      by: "name",
      anonymise: false,
    });
    const redis = classes.find(({ name }) => name === "redis-server")!;
    expect(redis).toMatchObject({ kind: "user", tasks: 1 });
    expect([...redis.phases.keys()]).toEqual(
      expect.arrayContaining(["user", "read", "write", "epoll_wait", "epoll_wait-sleep"]),
    );
    expect(redis.phases.get("epoll_wait-sleep")).toMatchObject({
      mode: "sleep",
      wait: "interruptible",
      call: "epoll_wait",
    });
  });
});

function sorted(times: Map<number, number>): [number, number][] {
  return [...times].sort(([a], [b]) => a - b);
}
