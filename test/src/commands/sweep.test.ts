// klpsim sweep as a user meets it: the built dist/cli.js in a process of its own.

import { describe, expect, it } from "vitest";
import type { SweepResult } from "../../../src/results/result.js";
import { klpsim, start } from "../../spawned.js";

const EXAMPLE = "examples/sweep-overcommit.yaml";

describe("klpsim sweep", () => {
  it("prints one JSON document, a row a point", async () => {
    const { status, stdout } = await klpsim("sweep", EXAMPLE, "--replicas", "10", "--json");
    const { points, axes, scenario }: SweepResult = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(scenario.name).toBe("sweep-overcommit");
    expect(axes.map(({ values }) => values!.length)).toEqual([5, 5]);
    expect(points).toHaveLength(25);
  });

  it("takes paths and designs from the command line instead", async () => {
    const options = ["--vary", "host.hz=100,250", "--vary", "workload.vcpu.count=8,16", "--design", "zip"];
    const { stdout } = await klpsim("sweep", EXAMPLE, "--replicas", "10", ...options);
    expect(stdout).toMatch(/^sweep-overcommit {2}2 points \(zip\), 10 transitions/);
  });

  it.each([
    ["a scenario without a sweep", ["examples/overcommit.yaml"], "--vary path=values"],
    ["a wrong value", [EXAMPLE, "--vary", "host.cpus=8,0"], "--vary host.cpus=8,0: host.cpus: expected"],
    ["another experiment", ["examples/rseq-delay.yaml"], "klpsim run examples/rseq-delay.yaml simulates its own sweep"],
    ["too many points", [EXAMPLE, "--vary", "a=1..300", "--vary", "b=1..400"], "120000 points"],
  ])("refuses %s with exit status 2", async (_, args, message) => {
    const { status, stdout, stderr } = await klpsim("sweep", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("ends with 130 on SIGINT", async () => {
    const { child, ended } = start(["sweep", EXAMPLE, "--replicas", "10000000"]);
    child.stderr?.once("data", () => child.kill("SIGINT"));
    expect((await ended).status).toBe(130);
  });
});

describe("klpsim run on a scenario with a sweep", () => {
  it("simulates it as it stands, and says what runs the points", async () => {
    const { status, stdout, stderr } = await klpsim("run", EXAMPLE, "--replicas", "10", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).results).toHaveLength(1);
    expect(stderr).toContain(`klpsim sweep ${EXAMPLE} runs its points`);
  });
});
