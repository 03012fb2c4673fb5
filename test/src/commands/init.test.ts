// klpsim init, in processes of their own.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/commands/failure.js";
import { initCommand } from "../../../src/commands/init.js";
import { workshop } from "../../spawned.js";
import { refusal } from "./refusal.js";

const { at, klpsim } = workshop("init");

describe("klpsim init", () => {
  it("writes a scenario that runs", async () => {
    const written = await klpsim(
      "init",
      "--cpus",
      "4",
      "--vcpus",
      "4",
      "--policies",
      "linux-5.19",
      "kvm-v2",
      "-o",
      "host.yaml",
    );
    expect(written).toEqual({
      status: 0,
      stdout:
        "host.yaml: 4 CPUs, 236 tasks, linux-5.19, kvm-v2\nNext: klpsim explain host.yaml, klpsim run host.yaml\n",
      stderr: "",
    });
    const { status, stdout } = await klpsim("run", "host.yaml", "--replicas", "5", "--json");
    expect({ status, name: JSON.parse(stdout).scenario.name }).toEqual({ status: 0, name: "host" });
  });

  it("Never: writes over a file unless it is forced", async () => {
    const flags = ["init", "--vcpus", "1", "-o", "mine.yaml"];
    await klpsim(...flags, "--cpus", "3");
    const text = () => readFileSync(at("mine.yaml"), "utf8");
    const before = text();
    const refused = await klpsim(...flags, "--cpus", "5");
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("mine.yaml: there already; --force writes over it");
    expect(text()).toBe(before);
    await klpsim(...flags, "--cpus", "5", "--force");
    expect(text()).toBe(before.replace("cpus: 3\n", "cpus: 5\n"));
  });

  it("prints it with -o -", async () => {
    const { stdout } = await klpsim("init", "-o", "-");
    expect(stdout).toContain("\npatch:\n");
  });

  it.each([
    ["an unknown policy", ["--policies", "linux-6.2"], "did you mean linux-6.1?"],
    ["a function that can be none", ["--patch-functions", "a,9b"], 'Expected the name of a kernel function, got "9b"'],
    ["no CPU", ["--cpus", "0"], "from 1 to 4096"],
  ])("refuses %s, and writes nothing", async (_, args, message) => {
    const file = at("wrong.yaml");
    const refused = await refusal(initCommand, "init", "--yes", ...args, "-o", file);
    expect(refused.message).toContain(message);
    expect(existsSync(file)).toBe(false);
  });

  it("says that it cannot write", async () => {
    const refused = await refusal(initCommand, "init", "--yes", "-o", at("nowhere/host.yaml"));
    expect(refused).toBeInstanceOf(Failure);
    expect(refused.message).toContain("nowhere/host.yaml: cannot be written: ");
  });
});
