// The command as a user meets it: the built dist/cli.js in a process of its own.

import { closeSync, existsSync, openSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Ended, workshop } from "../spawned.js";
import { SMALL_SCENARIO } from "./execute/small-job.js";

const { directory, at, file, klpsim, start } = workshop("cli");
const small = file("small.json", JSON.stringify(SMALL_SCENARIO));

describe("klpsim run", () => {
  let quick: Ended;
  let before: string[];
  let after: string[];
  beforeAll(async () => {
    before = readdirSync(directory);
    quick = await klpsim("run", small);
    after = readdirSync(directory);
  });

  it("prints tables and plot on stdout, nothing on stderr, when it is quick", () => {
    const { status, stdout, stderr } = quick;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^small {2}300 transitions a policy, seed 11/);
    expect(stdout).toContain("● linux-6.1");
    expect(stdout).toContain("P(transition takes longer than t)");
    expect(stdout).not.toContain("\x1b");
  });

  it("prints the same bytes twice", async () => {
    expect((await klpsim("run", small, "--workers", "3")).stdout).toBe(quick.stdout);
  });

  it("leaves the plot out on request", async () => {
    expect((await klpsim("run", small, "--no-plot")).stdout).not.toContain("takes longer");
  });

  it("prints one JSON document, with the options in it", async () => {
    const options = [
      "--policy",
      "plain",
      "--policy",
      "kvm-v2",
      "--replicas",
      "20",
      "--seed",
      "5",
      "--set",
      "host.cpus=8",
    ];
    const { status, stdout } = await klpsim("run", small, "--json", "--build", "debug", ...options);
    const run = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(run).toMatchObject({ schemaVersion: 1, seed: 5, replicas: 20 });
    expect(run.results.map(({ policy }: { policy: string }) => policy)).toEqual(["plain", "kvm-v2"]);
  });

  it("takes a policy from a file of its own, by the file's name", async () => {
    file("hasty.yaml", "extends: linux-6.1\nsignalEveryTries: 2\n");
    const { stdout } = await klpsim("run", small, "--json", "--replicas", "5", "--policy", "hasty.yaml");
    expect(JSON.parse(stdout).results[0].policy).toBe("hasty");
  });

  it("reads a scenario from stdin", async () => {
    const stdin = JSON.stringify({ ...SMALL_SCENARIO, name: undefined });
    const { stdout } = await start(["run", "-", "--replicas", "5"], { stdin }).ended;
    expect(stdout).toMatch(/^stdin {2}5 transitions/);
  });

  it("writes nothing but its output", () => {
    expect(after).toEqual(before);
  });
});

describe("klpsim run, of an experiment with variants,", () => {
  const rseq = () =>
    file("rseq.json", JSON.stringify({ experiment: "rseq", test: { iterations: 20 }, run: { replicas: 4 } }));

  it("prints a table: a metric a row, a variant a column", async () => {
    const { status, stdout, stderr } = await klpsim("run", rseq(), "--variant", "1us", "3-getcpu");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^rseq {2}4 replicas a variant, seed 1/);
    expect(stdout).toMatch(/\n +1us +3-getcpu\nsuccesses +[\d,.]+ +[\d,.]+\n/);
  });

  it("prints one JSON document, the same on any number of workers", async () => {
    const [one, three] = await Promise.all(
      ["1", "3"].map(async (workers) =>
        JSON.parse((await klpsim("run", rseq(), "--json", "--workers", workers)).stdout),
      ),
    );
    expect(one).toMatchObject({ schemaVersion: 1, scenario: { name: "rseq" }, replicas: 4 });
    expect(three.results).toEqual(one.results);
  });

  it("writes the picture of a sweep where it is asked to", async () => {
    const sweep = file("sweep.yaml", "{experiment: rseq, sweep: {delays: [0, 1us, 9us]}, test: {iterations: 20}}");
    await klpsim("run", sweep, "--replicas", "3", "--plots", "pictures");
    expect(readdirSync(at("pictures"))).toEqual(["sweep.svg"]);
  });

  it.each([
    ["--policy", ["linux-6.1"], "rseq.json is about rseq: see --variant"],
    ["--variant", ["2us"], "--variant 2us: expected one of none, 1us"],
    ["--plots", ["pictures"], "a sweep over delays"],
  ])("refuses %s %s", async (option, values, message) => {
    rseq();
    const { status, stdout, stderr } = await klpsim("run", "rseq.json", option, ...values);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("refuses --variant for a transition", async () => {
    const { status, stderr } = await klpsim("run", small, "--variant", "1us");
    expect({ status, told: stderr.includes("is about a transition: see --policy") }).toEqual({ status: 2, told: true });
  });
});

describe("A mistake is told on stderr with status 2, and stdout stays empty:", () => {
  beforeAll(() => {
    file("binary.yaml", Uint8Array.of(0x68, 0xff, 0xfe, 0x00));
    file("nul.yaml", "host: {\0}");
    file("huge.yaml", `# ${"x".repeat(9 * 2 ** 20)}`);
    file("empty.yaml", "");
    file("wrong.yaml", "host: { cpu: 3 }");
  });

  it.each([
    ["a missing file", ["run", "nowhere.yaml"], "nowhere.yaml: no such file"],
    ["a directory", ["run", "."], ".: is a directory"],
    ["a name too long for a file", ["run", "x".repeat(5000)], "name too long"],
    ["a device", ["run", "/dev/zero"], "/dev/zero: neither a file nor a pipe"],
    ["a binary file", ["run", "binary.yaml"], "binary.yaml: not a text file"],
    ["a file with NUL bytes", ["run", "nul.yaml"], "nul.yaml: not a text file"],
    ["an enormous file", ["run", "huge.yaml"], "huge.yaml: larger than 8 MiB"],
    ["an empty file", ["run", "empty.yaml"], "empty.yaml"],
    ["a wrong field", ["run", "wrong.yaml"], "wrong.yaml:1:9"],
    ["no scenario", ["run"], "missing required argument 'scenario'"],
    ["two scenarios", ["run", "small.json", "small.json"], "too many arguments"],
    ["an unknown option", ["run", "small.json", "--polcy", "x"], "Did you mean --policy?"],
    ["an unknown command", ["rum", "small.json"], "Did you mean run?"],
    ["an unknown policy", ["run", "small.json", "--policy", "kvm-v3"], "did you mean kvm-v1?"],
    [
      "a policy's file that is missing",
      ["run", "small.json", "--policy", "nowhere.yaml"],
      "nowhere.yaml: no such file",
    ],
    ["a wrong policy's file", ["run", "small.json", "--policy", "wrong.yaml"], "wrong.yaml:1:1: host: unknown field"],
    ["an unknown build", ["run", "small.json", "--build", "fast"], "release, debug"],
    ["no replicas", ["run", "small.json", "--replicas", "0"], "from 1 to 1000000000"],
    ["half a replica", ["run", "small.json", "--replicas", "0.5"], "whole number"],
    ["1e300 replicas", ["run", "small.json", "--replicas", "1e300"], "whole number"],
    ["a negative seed", ["run", "small.json", "--seed", "-1"], "18446744073709551615"],
    ["a seed of 2^64", ["run", "small.json", "--seed", "18446744073709551616"], "18446744073709551615"],
    ["too many workers", ["run", "small.json", "--workers", "1025"], "from 0 to 1024"],
    ["a setting without a value", ["run", "small.json", "--set", "host.cpus"], "--set host.cpus"],
    ["an unknown topic", ["behaviours", "bussy-guest"], "did you mean busy-guest?"],
    ["no command", [], "Usage: klpsim"],
  ])("%s", async (_, args, message) => {
    const { status, stdout, stderr } = await klpsim(...args);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

describe.each(["policies", "behaviours", "examples"])("klpsim %s", (topics) => {
  it("lists each with a text, shows one in full, and both as JSON", async () => {
    const list = JSON.parse((await klpsim(topics, "--json")).stdout);
    expect(list.schemaVersion).toBe(1);
    expect(list[topics].length).toBeGreaterThan(9);
    const [{ name, text }] = list[topics];
    const listed = (await klpsim(topics)).stdout;
    expect(listed).toContain(name);
    expect(listed.replace(/\s+/g, " ")).toContain(text);
    expect((await klpsim(topics, name)).stdout.length).toBeGreaterThan(text.length);
    expect(JSON.parse((await klpsim(topics, name, "--json")).stdout)[topics]).toEqual([list[topics][0]]);
  });
});

describe("klpsim behaviours and policies", () => {
  it("show what a scenario can take up again, with the same result", async () => {
    const behaviour = parse((await klpsim("behaviours", "vhost-worker")).stdout);
    const { name: _, ...policy } = parse((await klpsim("policies", "linux-6.4")).stdout);
    const digest = async (vhost: unknown, ...options: string[]) => {
      const scenario = { host: { cpus: 4 }, workload: { vhost: { kind: "kthread", count: 2, behaviour: vhost } } };
      const { stdout } = await klpsim(
        "run",
        file("vhost.json", JSON.stringify(scenario)),
        "--json",
        "--replicas",
        "50",
        ...options,
      );
      return JSON.parse(stdout).results[0].digest;
    };
    const shown = await digest(behaviour, "--policy", file("shown.json", JSON.stringify(policy)));
    expect(shown).toBe(await digest("vhost-worker", "--policy", "linux-6.4"));
  });
});

describe("klpsim", () => {
  it("says its version and helps, with status 0", async () => {
    expect(await klpsim("--version")).toMatchObject({ status: 0, stderr: "" });
    for (const args of [["--help"], ["run", "--help"], ["help", "run"]]) {
      const { status, stdout } = await klpsim(...args);
      expect(status).toBe(0);
      expect(stdout).toContain("Usage: klpsim");
    }
  });

  it("ends with 130 and no output on SIGINT", async () => {
    const { child, ended } = start(["run", small, "--replicas", "1000000000", "--json"]);
    child.stderr?.once("data", () => child.kill("SIGINT")); // the first progress line
    const { status, stdout, stderr } = await ended;
    expect({ status, stdout }).toEqual({ status: 130, stdout: "" });
    expect(stderr).toMatch(/of 2,000,000,000 transitions .*\/s .* left\nklpsim: interrupted\n$/);
  });

  it.skipIf(!existsSync("/dev/full"))("tells with status 1 that its output cannot be written", async () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = await start(["policies"], { stdout: full }).ended;
    closeSync(full);
    expect(stderr).toMatch(/^klpsim: cannot write the output: .*\n$/);
    expect(status).toBe(1);
  });

  it("keeps its exit status when nobody reads stderr", async () => {
    const { child, ended } = start(["run", "nowhere.yaml"]);
    child.stderr?.destroy();
    expect((await ended).status).toBe(2);
  });

  it("says nothing when its reader leaves", async () => {
    const { child, ended } = start(["policies"]);
    child.stdout?.destroy();
    expect((await ended).stderr).toBe("");
  });
});
