// Traces to profiles, whole: small stored ones here, large ones in test/services/fit-stored.test.ts.

import { describe, expect, it } from "vitest";
import * as fitting from "../../../src/fit/fit.js";
import { fitPage } from "../../../src/report/page/fit-report.js";
import { hasSweep } from "../../../src/scenario/axes.js";
import { loadScenario } from "../../../src/scenario/index.js";
import { sourceOf } from "../../../src/scenario/source.js";
import { simulate } from "../../../src/simulate.js";
import { storedTrace, written } from "./stored-trace.js";

const SMALL = [
  "schedviz-ebpf_trace.txt",
  "bcc-cpudist_example.txt",
  "bcc-offcputime_example.txt",
  "own-sh-2cpu.perf-timehist.txt.gz",
];

/** Two tasks take turns on a CPU, as perf script prints it. */
const START = Array.from({ length: 40 }, (_, i) => {
  const [from, to] = i % 2 === 0 ? ["one:10", "two:20"] : ["two:20", "one:10"];
  const [comm, pid] = from!.split(":");
  const [next, nextPid] = to!.split(":");
  const at = (1 + i / 1000).toFixed(9);
  return `${comm} ${pid} [000] ${at}: sched:sched_switch: prev_comm=${comm} prev_pid=${pid} prev_prio=120 prev_state=S ==> next_comm=${next} next_pid=${nextPid} next_prio=120\n`;
}).join("");

/** Names of tasks that are words of every report too. */
const COMMON = ["sleep", "perf", "other", "sh", "dd"]; // dd: of HTML

describe("fit()", () => {
  it.each(SMALL)("makes a scenario of %s that is simulated as it stands", async (name) => {
    const { profile, result } = await fitting.fit([storedTrace(name)]);
    const { model } = loadScenario(profile, { file: name });
    expect(model.taskCount).toBeGreaterThan(0);
    expect(result.traces).toMatchObject([{ name, unreadable: 0 }]);
    expect(result.classes.length).toBe(model.classes.length);
    const { results } = await simulate({ scenario: profile, replicas: 5, workers: 1 });
    expect(results[0]!.replicas).toBe(5);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result); // no infinity, no map
  });

  it("takes several traces for one host's, one after the other", async () => {
    const [once, twice] = await Promise.all(
      [1, 2].map((times) => fitting.fit(Array.from({ length: times }, () => storedTrace("schedviz-ebpf_trace.txt")))),
    );
    const seen = ({ result }: fitting.Fit) =>
      result.classes.flatMap(({ phases }) => phases).reduce((sum, { duration }) => sum + duration.counts.whole, 0);
    expect(twice!.result.recording.windowNs).toBe(2 * once!.result.recording.windowNs);
    expect(twice!.result.recording.tasks).toBe(once!.result.recording.tasks);
    expect(seen(twice!)).toBe(2 * seen(once!));
  });

  it("draws workloads that fit as well, for a sweep that compiles at every point", async () => {
    const { profile } = await fitting.fit([storedTrace("schedviz-ebpf_trace.txt")], { draws: 4 });
    expect(hasSweep(sourceOf(profile))).toBe(true);
    const { workload } = (sourceOf(profile).value as { sweep: { vary: { workload: object[] } } }).sweep.vary;
    expect(workload).toHaveLength(4);
    expect(new Set(workload.map((one) => JSON.stringify(one))).size).toBe(4);
  });

  it("takes what its clock shows as no time for less than a step of it", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => {
      const at = `1.${String(i).padStart(6, "0")}`;
      return `one 10 [000] ${at}: raw_syscalls:sys_enter: NR 39 (0)\none 10 [000] ${at}: raw_syscalls:sys_exit: NR 39 = 10\n`;
    });
    const { profile } = await fitting.fit([written("t", lines.join(""))]);
    expect(profile).toContain("duration: { uniform: [ 0, 1us ] }");
  });

  it("says how many draws a scenario has room for", async () => {
    const asked = fitting.fit([storedTrace("bcc-offcputime_example.txt")], { draws: 1000 });
    await expect(asked).rejects.toThrow(/^1000 draws: a scenario has room for \d{2,3} of this trace's$/);
  });

  it("takes what the host has from who knows it, and says what was assumed", async () => {
    const options = { hz: 1000, cpus: 64 };
    const known = await fitting.fit([storedTrace("bcc-cpudist_example.txt")], options);
    expect(known.profile).toMatch(/cpus: 64 # from --cpus\n {2}hz: 1000 # from --hz/);
    const assumed = await fitting.fit([storedTrace("bcc-cpudist_example.txt")]);
    expect(assumed.profile).toMatch(/cpus: 4 # not in the trace \(assumption\)/);
  });

  it("Never: leaves a name of the trace in what is anonymised", async () => {
    const name = "own-sh-2cpu.perf-timehist.txt.gz";
    const plain = await fitting.fit([storedTrace(name)]);
    const commands = [...new Set(plain.result.classes.flatMap((one) => Object.keys(one.commands)))];
    const named = (found: fitting.Fit) => {
      const text = `${found.profile}\n${JSON.stringify(found.result)}\n${fitPage(found.result, found.profile)}`;
      return [...commands, name].filter((word) => !COMMON.includes(word) && new RegExp(`\\b${word}\\b`).test(text));
    };
    expect(named(plain).length).toBeGreaterThan(3);
    expect(named(await fitting.fit([storedTrace(name)], { anonymise: true }))).toEqual([]);
  });

  it("Never: leaves a line of the trace in what is anonymised", async () => {
    const lines = "a secret-name line\n";
    const trace = () => written("t", `${START}${lines}`);
    const plain = await fitting.fit([trace()]);
    expect(JSON.stringify(plain.result)).toContain("secret-name");
    const hidden = await fitting.fit([trace()], { anonymise: true });
    expect(hidden.result.traces[0]).toMatchObject({ name: "trace 1", unreadable: 1 });
    expect(`${JSON.stringify(hidden.result)}${hidden.profile}`).not.toContain("secret-name");
  });

  it.each([
    ["no known format", "lorem ipsum\ndolor sit\n", {}, /^t: not in a format that is known: tried .*perf-script/],
    ["nothing", "", {}, /^t: empty/],
    ["bytes that are no text", new Uint8Array(4096).fill(0), {}, /^t: /],
    ["a format that there is not", START, { format: "tcpdump" }, /expected one of .*, got tcpdump/],
    [
      "a format that it is not in",
      "lorem ipsum\n",
      { format: "strace" },
      /^t: read as strace.*, 1 of them unreadable.*line 1: /,
    ],
  ])("says what is wrong with %s", async (_, text, options, message) => {
    await expect(fitting.fit([written("t", text)], options)).rejects.toThrow(message);
  });

  it("tells how far it is, and stops when it is asked to", async () => {
    const stages = new Set<string>();
    await fitting.fit([storedTrace("schedviz-ebpf_trace.txt")], { onProgress: ({ stage }) => stages.add(stage) });
    expect([...stages]).toEqual(["bytes", "durations"]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fitting.fit([storedTrace("schedviz-ebpf_trace.txt")], { signal })).rejects.toThrow("enough");
  });
});
