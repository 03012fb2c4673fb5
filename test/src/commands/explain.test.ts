// klpsim explain and run --blame as a user meets them.

import { describe, expect, it } from "vitest";
import { klpsim } from "../../spawned.js";

const READERS = "examples/blocked-readers.yaml";
const SMALL = ["--replicas", "40", "--set", "workload.reader.count=32", "--policy", "linux-6.1"];

describe("klpsim explain", () => {
  it("tells in words, and nothing on stderr", async () => {
    const { status, stdout, stderr } = await klpsim("explain", "examples/idle-host.yaml", "--policy", "linux-5.13");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^idle-host {2}what will be simulated\n/);
    expect(stdout).toContain("never switch under linux-5.13");
    expect(stdout).not.toContain("\x1b");
  });

  it("prints one JSON document", async () => {
    const { stdout } = await klpsim("explain", READERS, "--json", ...SMALL);
    const explanation = JSON.parse(stdout);
    expect(explanation).toMatchObject({
      schemaVersion: 1,
      scenario: { name: "blocked-readers" },
      run: { replicas: 40 },
    });
    expect(explanation.policies.map(({ policy }: { policy: string }) => policy)).toEqual(["linux-6.1"]);
  });

  it.each([
    ["another experiment", ["examples/rseq-delay.yaml"], "is about rseq: only a transition is explained"],
    ["a missing file", ["nowhere.yaml"], "nowhere.yaml: no such file"],
    ["a wrong setting", [READERS, "--set", "host.cpus=none"], "host.cpus"],
  ])("refuses %s", async (_, args, message) => {
    const { status, stdout, stderr } = await klpsim("explain", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("klpsim run --blame", () => {
  it("adds where the time goes, the same bytes on any number of workers", async () => {
    const args = ["run", READERS, "--no-plot", "--blame", ...SMALL];
    const [one, two] = await Promise.all(["0", "2"].map((workers) => klpsim(...args, "--workers", workers)));
    expect(two.stdout).toBe(one.stdout);
    expect(one.stdout).toMatch(/to the round or try that moved the last task +1\d\.\d+ s +15\.\d+ s/);
    expect(one.stdout).toMatch(/reader read, user-exit +100%/);
    expect(one.stdout).toMatch(/function pipe_read +1\d\.\d+ s/);
  });

  it("has nothing of it in the JSON of a run that does not ask", async () => {
    const run = async (...more: string[]) =>
      JSON.parse((await klpsim("run", READERS, "--json", ...SMALL, ...more)).stdout).results[0];
    const [plain, blamed] = await Promise.all([run(), run("--blame", "--no-what-if")]);
    const { delays, ...rest } = blamed;
    expect(rest).toEqual(plain);
    expect(delays).toMatchObject({ replicas: 40, whatIf: [] });
  });

  it.each([
    [["--what-if", "class:reader"], "only with --blame"],
    [["--no-what-if"], "only with --blame"],
    [["--blame", "--what-if", "class:raeder"], "--what-if class:raeder: expected one of reader, idle"],
  ])("refuses %j", async (args, message) => {
    const { status, stdout, stderr } = await klpsim("run", READERS, ...SMALL, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
