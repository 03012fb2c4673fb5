// --patch-functions and --patch-module: what they make of a scenario, and, in processes of their own, of runs.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { compareCommand } from "../../../src/commands/compare.js";
import { explainCommand } from "../../../src/commands/explain.js";
import { planCommand } from "../../../src/commands/plan.js";
import { readScenario } from "../../../src/commands/read-text.js";
import { replayCommand } from "../../../src/commands/replay.js";
import { runCommand } from "../../../src/commands/run.js";
import {
  type SimulationOptions,
  simulateOptions,
  simulationOptions,
} from "../../../src/commands/simulation-options.js";
import { sweepCommand } from "../../../src/commands/sweep.js";
import { compileRun } from "../../../src/simulate.js";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";
import { moduleOf, sectionOf } from "../patch/modules.js";
import { printed } from "./printed.js";
import { refusal } from "./refusal.js";

const { at, file, klpsim } = workshop("patch");
const small = file("small.json", JSON.stringify({ ...SMALL_SCENARIO, patch: { functions: ["do_sys_poll"] } }));
const stored = (name: string) => readFileSync(new URL(`../../data/modules/${name}`, import.meta.url));

/** A command that has the options and prints what is to be simulated: the patch's functions, and the scenario's hash. */
function jobCommand(program: Command): void {
  simulationOptions(program.command("job")).action(async (path: string, options: SimulationOptions) => {
    const { model } = compileRun(await simulateOptions(await readScenario(path), "small.json", options));
    process.stdout.write(JSON.stringify({ functions: model.patch.functions, hash: model.hash }));
  });
}

async function job(...args: string[]): Promise<{ functions: string[]; hash: string; err: string }> {
  const { out, err } = await printed(jobCommand, "job", small, ...args);
  return { ...JSON.parse(out), err };
}

describe("--patch-functions", () => {
  it("sets patch.functions as --set does, however the names are parted, each once", async () => {
    const { functions, hash } = await job("--set", "patch.functions=[vfs_read, pipe_read]");
    const same = { functions, hash, err: "" };
    expect(await job("--patch-functions", "vfs_read,pipe_read")).toEqual(same);
    expect(await job("--patch-functions", "vfs_read", "--patch-functions", " pipe_read, vfs_read ")).toEqual(same);
    expect((await job()).hash).not.toBe(hash);
  });

  it("has the last word where --set has one as well, wherever it stands", async () => {
    const set = ["--set", "patch.functions=[do_sys_poll, vfs_read]"];
    const wanted = await job("--patch-functions", "pipe_read");
    expect(wanted.functions).toEqual(["pipe_read"]);
    expect(await job("--patch-functions", "pipe_read", ...set)).toEqual(wanted);
    expect(await job(...set, "--patch-functions", "pipe_read")).toEqual(wanted);
  });

  it("says which functions affect nobody, with a near miss, and takes them all the same", async () => {
    const names = "pipe_raed,pipe_read.isra.0,tcp_recvmsg,tcp_sendmsg,pipe_read";
    const { functions, err } = await job("--patch-functions", names);
    expect(functions).toEqual(names.split(","));
    expect(err.split("\n")).toEqual([
      "klpsim: pipe_raed: on no stack of small.json; did you mean pipe_read? a patch of it affects nobody here",
      "klpsim: pipe_read.isra.0: on no stack of small.json; did you mean pipe_read? a patch of it affects nobody here",
      "klpsim: tcp_recvmsg, tcp_sendmsg: on no stack of small.json: a patch of them affects nobody here",
      "",
    ]);
  });

  it("says so where no stack names any function", async () => {
    const { err } = await job(
      "--set",
      "workload={spin: {kind: user, behaviour: cpu-bound}}",
      "--patch-functions",
      "a,b",
    );
    expect(err).toBe(
      "klpsim: small.json names no function on any stack: it makes no difference there which functions are patched\n",
    );
  });

  it("leaves it to the command to tell what is wrong with the scenario", async () => {
    const refused = await refusal(runCommand, "run", small, "--set", "host.cpus=0", "--patch-functions", "a");
    expect(refused.message).toContain("--set host.cpus=0: host.cpus: expected");
  });

  it.each([
    ["a name that no function has", "pipe_read,9p_read", 'Expected the name of a kernel function, got "9p_read"'],
    ["no name", " , ", "Expected the names of kernel functions"],
    ["more than a scenario takes", many(1025), "1025 functions to patch: a scenario takes at most 1024"],
  ])("refuses %s", async (_, names, message) => {
    expect((await refusal(jobCommand, "job", small, "--patch-functions", names)).message).toContain(message);
  });

  it.each(["--patch-functions", "--patch-module"])("is refused, as is %s, where nothing is patched", async (option) => {
    const rseq = file("rseq.json", JSON.stringify({ experiment: "rseq", test: { iterations: 20 } }));
    const { message } = await refusal(runCommand, "run", rseq, option, "fix.ko");
    expect(message).toBe(`${option}: ${rseq} is about rseq, not a transition`);
  });
});

function many(count: number): string {
  return Array.from({ length: count }, (_, i) => `f${i}`).join(",");
}

describe("--patch-module", () => {
  it("takes the functions that a livepatch module replaces, and says which", async () => {
    const { functions, err } = await job("--patch-module", file("fix.ko", moduleOf("klp_patch", "x86-64")));
    expect(functions).toEqual(["pipe_read", "ext4_sync_file"]);
    expect(err).toBe(
      `klpsim: ${at("fix.ko")}: replaces pipe_read of vmlinux; ext4_sync_file of ext4\n` +
        "klpsim: ext4_sync_file: on no stack of small.json: a patch of it affects nobody here\n",
    );
  });

  it("takes those of --patch-functions as well", async () => {
    const both = await job("--patch-module", at("fix.ko"), "--patch-functions", "vfs_read,pipe_read");
    expect(both.functions).toEqual(["pipe_read", "ext4_sync_file", "vfs_read"]);
  });

  it("unpacks gzip and xz", async () => {
    const gzip = file("fix.ko.gz", gzipSync(moduleOf("kpatch", "aarch64")));
    expect((await job("--patch-module", gzip)).functions).toEqual(["pipe_read", "ext4_sync_file"]);
    const xz = file("own.ko.xz", stored("static.ko.xz"));
    expect((await job("--patch-module", xz)).functions).toEqual([
      "pipe_read",
      "vfs_read.isra.0",
      "ext4_file_write_iter",
    ]);
  });

  it("unpacks zstd where Node does, and says what does where it does not", async () => {
    const zstd = file("own.ko.zst", stored("static.ko.zst"));
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    if (major > 22 || (major === 22 && minor >= 15)) {
      expect((await job("--patch-module", zstd)).functions).toContain("ext4_file_write_iter");
      const cut = file("cut.ko.zst", stored("static.ko.zst").subarray(0, 500));
      expect((await refusal(jobCommand, "job", small, "--patch-module", cut)).message).toContain("stream is cut");
    } else {
      const { message } = await refusal(jobCommand, "job", small, "--patch-module", zstd);
      expect(message).toBe(`${zstd}: compressed with zstd: unpack it first (zstd -d)`);
    }
  });

  it("warns of a module that the kernel would not take as a livepatch", async () => {
    const undeclared = moduleOf("kpatch", "x86-64", (parts) => {
      sectionOf(parts, ".modinfo").data = "license=GPL\0";
    });
    const { err } = await job("--patch-module", file("old.ko", undeclared));
    expect(err).toContain("old.ko: no livepatch=Y in its .modinfo: the kernel does not take it as a livepatch\n");
  });

  it("names no more than a few of very many", async () => {
    const large = moduleOf("kpatch", "x86-64", (parts) => {
      const names = Array.from({ length: 200 }, (_, i) => `function_${100 + i}\0`);
      sectionOf(parts, ".rodata.str1.1").data = `vmlinux\0${names.join("")}`;
      const table = sectionOf(parts, ".kpatch.funcs");
      table.data = new Uint8Array(56 * 200);
      table.pointers = names.flatMap((_, i) => [
        { at: 56 * i, symbol: "text" },
        { at: 56 * i + 40, symbol: "texts", addend: 8 + 13 * i },
        { at: 56 * i + 48, symbol: "texts" },
      ]);
    });
    const { functions, err } = await job("--patch-module", file("large.ko", large));
    expect(functions).toHaveLength(200);
    expect(err).toMatch(/: replaces function_100, .*, function_107 and 192 more of vmlinux\n/);
    expect(err).toMatch(/: function_100, .*, function_107 and 192 more: on no stack of small.json: a patch of them/);
  });

  it.each<[string, () => string, string]>([
    ["a file that is not there", () => at("nothing.ko"), "nothing.ko: no such file"],
    ["a scenario", () => small, "small.json: no ELF file"],
    ["a directory", () => at(), ": is a directory, not a kernel module"],
    ["a packed file cut short", () => file("cut.ko.gz", gzipSync("x".repeat(999)).subarray(0, 20)), "cut or damaged"],
    [
      "a damaged one",
      () => file("cut.ko.xz", stored("static.ko.xz").fill(7, 40, 90)),
      "its xz stream is cut or damaged",
    ],
    [
      "one that unpacks to very much",
      () => file("bomb.gz", gzipSync(new Uint8Array(2 ** 26 + 1))),
      "larger than 64 MiB",
    ],
  ])("refuses %s", async (_, name, message) => {
    expect((await refusal(jobCommand, "job", small, "--patch-module", name())).message).toContain(message);
  });
});

describe("both", () => {
  it("are options of every command that simulates transitions", () => {
    const program = new Command();
    for (const add of [runCommand, compareCommand, sweepCommand, replayCommand, explainCommand, planCommand])
      add(program);
    for (const command of program.commands) {
      const options = command.options.map(({ long }) => long);
      expect(options).toEqual(expect.arrayContaining(["--patch-functions", "--patch-module"]));
    }
  });

  it("give a run the digests that --set gives it, and the record that keeps another run out of its directory", async () => {
    const run = ["run", "small.json", "--workers", "0", "--replicas", "40", "--json"];
    const digests = ({ stdout }: { stdout: string }) =>
      JSON.parse(stdout).results.map((one: { digest: string }) => one.digest);
    const kept = await klpsim(...run, "--patch-module", "fix.ko", "--out", "kept");
    const set = ["--set", "patch.functions=[pipe_read, ext4_sync_file]"];
    expect(digests(await klpsim(...run, ...set))).toEqual(digests(kept));
    expect((await klpsim(...run, ...set, "--out", "kept")).stderr).toContain("kept holds this run already");
    const other = await klpsim(...run, "--patch-functions", "vfs_read", "--out", "kept");
    expect(other).toMatchObject({ status: 2, stdout: "" });
    expect(other.stderr).toContain("scenario.patch.functions");
  });
});
