// A fresh trace of a known load, recorded here by perf, if it may: what klpsim fit finds in it is what the load does.

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { FitResult } from "../../src/results/fit-result.js";
import { workshop } from "../spawned.js";

const { at, klpsim } = workshop("fit-perf");
const EVENTS = "raw_syscalls:sys_enter,raw_syscalls:sys_exit,sched:sched_switch,sched:sched_wakeup";
const LOAD = new URL("timer-load.mjs", import.meta.url).pathname;

const probe = spawnSync("perf", ["record", "-q", "-e", EVENTS, "-o", "/dev/null", "--", "true"], { encoding: "utf8" });
const may = probe.status === 0;
const WHY = may
  ? ""
  : ` (left out: perf record is not permitted here: ${(probe.stderr ?? String(probe.error)).trim().split("\n")[0]})`;

describe.skipIf(!may)(`A recording of 300 times 10 ms of sleep and 1 ms of work${WHY}`, () => {
  it.each([
    ["alone", [], "comm,tid,cpu,time,event,trace", false],
    ["with kernel stacks", ["-g"], "comm,tid,cpu,time,event,trace,ip,sym", true],
  ])("%s is fitted by sleeps of 10 ms and stretches of 1 ms", async (_, flags, fields, stacks) => {
    execFileSync("perf", ["record", "-q", ...flags, "-e", EVENTS, "-o", at("perf.data"), "--", process.execPath, LOAD]);
    const script = ["script", "-F", fields, "--ns", "-i", at("perf.data")];
    execFileSync("sh", ["-c", `perf "$@" > "${at("perf.txt")}"`, "sh", ...script]);
    const { status, stdout } = await klpsim(
      "fit",
      "perf.txt",
      "-o",
      "perf.yaml",
      "--force",
      "--class-by",
      "task",
      "--json",
    );
    expect(status).toBe(0);
    const found: FitResult = JSON.parse(stdout);
    expect(found.traces[0]!.unreadable).toBe(0);
    const phases = found.classes.flatMap((one) => one.phases);
    const sleep = phases.find(
      ({ call, mode, duration }) => call === "futex" && mode === "sleep" && duration.counts.whole >= 290,
    );
    const median = sleep?.duration.curve.find(({ survival }) => survival <= 0.5);
    expect(median?.lengthNs).toBeGreaterThan(10e6);
    expect(median?.lengthNs).toBeLessThan(10.5e6); // timer slack
    expect(median?.lawLengthNs).toBeGreaterThan(9.9e6);
    expect(median?.lawLengthNs).toBeLessThan(10.6e6);
    expect(sleep?.stack.some((name) => name.includes("futex_wait"))).toBe(stacks);
    const work = found.classes.find((one) => one.phases.includes(sleep!))!.phases.find(({ name }) => name === "user");
    const worked = work!.duration.meanNs!.value! * (work!.duration.counts.whole / 300);
    expect(worked / 1e6).toBeGreaterThan(0.8);
    expect(worked / 1e6).toBeLessThan(1.6);
    const answer = await klpsim("run", "perf.yaml", "--replicas", "20", "--patch-functions", "do_futex", "--json");
    expect(answer.status).toBe(0);
  });
});
