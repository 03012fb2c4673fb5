// Every stored trace through klpsim fit and klpsim run, as a user types it.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { workshop } from "../spawned.js";

const { at, klpsim } = workshop("fit-stored");
const data = (name: string) => new URL(`../data/traces/${name}`, import.meta.url).pathname;
const shared = (name: string) => `/work/shared/traces/${name}`;

const FREE = [
  "own-redis-node-2cpu.perf-script.txt.gz",
  "own-redis-node-2cpu.strace-f-ttt-T.txt.gz",
  "own-sh-2cpu.perf-trace.txt.gz",
  "own-sh-2cpu.perf-timehist.txt.gz",
  "own-sh.strace-Y-stderr.txt.gz",
  "kutrace-hello-4cpu.json.gz",
  "lisa-sched-6cpu.trace-cmd.txt",
  "catapult-android-systrace.ftrace.txt.gz",
  "schedviz-ebpf_trace.txt",
  "bcc-cpudist_example.txt",
  "bcc-offcputime_example.txt",
].map(data);
const ELSEWHERE = [
  "tracecompass-android-sched-irq-syscall.ftrace.txt",
  "tracecompass-android-sched.ftrace.txt",
  "tracecompass-critical-path.ftrace.txt",
  "tracecompass-ftrace_syscalls.ftrace.txt",
].map(shared);

describe("A stored trace", () => {
  it.each(FREE)("becomes a scenario that runs: %s", runs);

  it.skipIf(!existsSync(ELSEWHERE[0]!)).each(ELSEWHERE)(
    `becomes a scenario that runs: %s${existsSync(ELSEWHERE[0]!) ? "" : " (left out: its licence keeps it elsewhere)"}`,
    runs,
  );

  it("of redis answers with one command after the other, the second within 10 s", async () => {
    await klpsim("fit", FREE[0]!, "-o", "redis.yaml", "--fit-report", "redis.html");
    const begun = performance.now();
    const { status, stdout } = await klpsim("run", "redis.yaml", "--policy", "linux-6.4");
    expect(status).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(stdout).toContain("linux-6.4");
    expect(readFileSync(at("redis.html"), "utf8")).toContain("redis-server");
  });

  it("of redis shows by its draws how far it determines the answer", async () => {
    await klpsim("fit", FREE[0]!, "-o", "drawn.yaml", "--draws", "3");
    const { status, stdout } = await klpsim("sweep", "drawn.yaml", "--replicas", "20", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).points).toHaveLength(3);
  });
});

async function runs(path: string): Promise<void> {
  const { status, stdout } = await klpsim("fit", path, "-o", "profile.yaml", "--force", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout).traces[0].unreadable).toBe(0);
  const answer = await klpsim("run", "profile.yaml", "--replicas", "10", "--json");
  expect(answer).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(answer.stdout).results[0].replicas).toBe(10);
}
