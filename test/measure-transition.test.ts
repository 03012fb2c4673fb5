// examples/kernel-lab/measure-transition.sh against a made-up sysfs.

import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseOwnMeasurements } from "../src/validate/measurements.js";

const SCRIPT = fileURLToPath(new URL("../examples/kernel-lab/measure-transition.sh", import.meta.url));
const FAKE = fileURLToPath(new URL("fake-livepatch.mjs", import.meta.url));

let home = "";
let sysfs = "";
let kernels: ChildProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "klpsim-sysfs-"));
  sysfs = join(home, "livepatch");
  mkdirSync(sysfs);
  kernels = [];
});
afterEach(() => {
  for (const kernel of kernels) kernel.kill("SIGKILL");
  rmSync(home, { recursive: true });
});

/** A livepatch that is loaded; its transitions last that long. */
async function loaded(name: string, enabled: 0 | 1, ...lasting: (number | "stuck")[]): Promise<void> {
  const directory = join(sysfs, name);
  mkdirSync(directory);
  writeFileSync(join(directory, "enabled"), `${enabled}\n`);
  kernels.push(spawn(process.execPath, [FAKE, directory, "keep", ...lasting.map(String)], { stdio: "inherit" }));
  while (!existsSync(join(directory, "transition"))) await new Promise((resolve) => setTimeout(resolve, 5));
}

function enabledNow(name: string): string {
  return readFileSync(join(sysfs, name, "enabled"), "utf8").trim();
}

interface Ended {
  status: number | null;
  rows: ReturnType<typeof parseOwnMeasurements>;
  stdout: string;
  stderr: string;
}

/** `interrupt`: SIGINT as soon as that holds of stdout. */
function measure(
  args: string[],
  { input = "", path = "", interrupt }: { input?: string; path?: string; interrupt?: (stdout: string) => boolean } = {},
): Promise<Ended> {
  const script = spawn("sh", [SCRIPT, "--sysfs", sysfs, "--wait", "0", "--poll", "5", ...args], {
    env: { ...process.env, PATH: `${path}:${process.env.PATH}` },
    stdio: [input === "" ? "ignore" : "pipe", "pipe", "pipe"],
  });
  script.stdin?.end(input);
  let stdout = "";
  let stderr = "";
  script.stdout?.on("data", (chunk) => (stdout += chunk));
  script.stderr?.on("data", (chunk) => (stderr += chunk));
  const watch = setInterval(() => {
    if (!interrupt?.(stdout)) return;
    clearInterval(watch);
    script.kill("SIGINT");
  }, 20);
  return new Promise((resolve) =>
    script.on("close", (status) => {
      clearInterval(watch);
      resolve({ status, stdout, stderr, rows: stdout === "" ? [] : parseOwnMeasurements(stdout, "rows.jsonl") });
    }),
  );
}

describe("of a livepatch that is loaded", () => {
  it("writes a row a transition, as klpsim validate reads them, and leaves it enabled as it was", async () => {
    await loaded("fix", 1, 150, 300);
    const { status, rows, stderr } = await measure(["fix", "--times", "2", "--cap", "20", "--yes", "--cell", "quiet"]);
    expect(status).toBe(0);
    expect(rows.map(({ direction }) => direction)).toEqual(["unpatch", "patch", "unpatch", "patch"]);
    expect(rows[0]).toMatchObject({ cell: "quiet", variant: "live", censored: false, cap_ms: 20_000 });
    rows.forEach(({ transition_ms: ms }, i) => {
      const lasted = i === 0 ? 150 : 300;
      expect(ms).toBeGreaterThanOrEqual(lasted - 20); // its clock has steps of 10 ms
      expect(ms).toBeLessThan(lasted + 10_000);
    });
    expect(stderr).toMatch(
      /will disable and enable the livepatch fix 2 times .*\n(.*\n)*.*will be enabled, as it is now/,
    );
    expect(enabledNow("fix")).toBe("1");
  });

  it("begins with enabling where it was disabled, and leaves it disabled", async () => {
    await loaded("fix", 0, 20);
    const { rows } = await measure(["fix", "--times", "1", "--yes"]);
    expect(rows.map(({ direction }) => direction)).toEqual(["patch", "unpatch"]);
    expect(enabledNow("fix")).toBe("0");
  });

  it("writes a censored row and reverses where a transition outlasts the cap", async () => {
    await loaded("fix", 1, "stuck", 20);
    const { status, rows, stderr } = await measure(["fix", "--times", "2", "--cap", "1", "--yes"]);
    expect(status).toBe(0);
    expect(rows.map(({ direction, censored }) => [direction, censored])).toEqual([
      ["unpatch", true],
      ["unpatch", false],
      ["patch", false],
      ["unpatch", false],
    ]);
    expect(stderr).toContain("not over after 1 s: reversing it");
    expect(enabledNow("fix")).toBe("1");
  });

  it("puts it back on Ctrl-C in the middle of a transition, with status 130 and whole rows", async () => {
    await loaded("fix", 1, 20, 20, "stuck", 20);
    const disabling = (stdout: string) => stdout.split("\n").length === 3 && enabledNow("fix") === "0";
    const { status, rows } = await measure(["fix", "--times", "5", "--yes"], { interrupt: disabling });
    expect(status).toBe(130);
    expect(rows).toHaveLength(2);
    expect(enabledNow("fix")).toBe("1");
  });

  it("asks first, and does nothing unless told to", async () => {
    await loaded("fix", 1, 20);
    for (const input of ["", "n\n"]) {
      const { status, stdout, stderr } = await measure(["fix"], { input });
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain("Go on? [y/N]");
      expect(stderr).toContain("nothing was done");
    }
    expect((await measure(["fix", "--times", "1"], { input: "y\n" })).rows).toHaveLength(2);
  });

  it.each([
    ["while another transition runs", ["fix"], "a transition of other is running"],
    ["one that is not there", ["fx"], "no such livepatch is loaded"],
    ["where sysfs could not enable it again", ["late"], "drops a patch once it is disabled"],
    ["what is no number", ["fix", "--times", "x"], "--times: expected a whole number from 1 to 9999, got 'x'"],
    ["an unknown option", ["fix", "--force"], "--force: no such option"],
    ["two at once", ["fix", "late"], "one livepatch at a time"],
  ])("refuses %s", async (what, args, message) => {
    await loaded("fix", 1, 20);
    mkdirSync(join(sysfs, "late"));
    for (const name of ["enabled", "force"]) writeFileSync(join(sysfs, "late", name), "1\n");
    mkdirSync(join(sysfs, "other"));
    writeFileSync(join(sysfs, "other", "transition"), what.includes("another") ? "1\n" : "0\n");
    const { status, stdout, stderr } = await measure([...args, "--yes"]);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({
      status: what.includes("transition runs") || args.length === 1 ? 1 : 2,
      stdout: "",
    });
    expect(enabledNow("fix")).toBe("1");
  });
});

describe("of a livepatch that is not loaded", () => {
  /** insmod and rmmod of a kernel from 5.1 on, which note what they are asked. */
  function tools(lasting: string): string {
    const bin = join(home, "bin");
    mkdirSync(bin);
    const tool = (name: string, lines: string[]) => {
      writeFileSync(join(bin, name), ["#!/bin/sh", `echo ${name} "$@" >>"${home}/log"`, ...lines, ""].join("\n"));
      chmodSync(join(bin, name), 0o755);
    };
    tool("insmod", [
      `mkdir "${sysfs}/my_fix"; : >"${sysfs}/my_fix/force"; echo 1 >"${sysfs}/my_fix/enabled"`,
      `"${process.execPath}" "${FAKE}" "${sysfs}/my_fix" drop ${lasting} </dev/null >/dev/null 2>&1 &`,
      `while [ ! -e "${sysfs}/my_fix/transition" ]; do sleep 0.01; done`,
    ]);
    tool("rmmod", [`[ ! -e "${sysfs}/my_fix" ]`]);
    return bin;
  }

  it("loads it to enable it, and removes it each time it has been disabled", async () => {
    const path = tools("200");
    const module = join(home, "my-fix.ko");
    writeFileSync(module, "");
    const { status, rows, stderr } = await measure([module, "--times", "2", "--yes"], { path });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(rows.map(({ direction, cell }) => [direction, cell])).toEqual([
      ["patch", "my_fix"],
      ["unpatch", "my_fix"],
      ["patch", "my_fix"],
      ["unpatch", "my_fix"],
    ]);
    for (const { transition_ms: ms } of rows) {
      expect(ms).toBeGreaterThanOrEqual(180);
      expect(ms).toBeLessThan(10_000);
    }
    expect(existsSync(join(sysfs, "my_fix"))).toBe(false);
    const log = readFileSync(join(home, "log"), "utf8");
    expect(log.match(/^insmod/gm)).toHaveLength(2);
    expect(log.trimEnd().endsWith("rmmod my_fix")).toBe(true);
  });

  it("disables and removes what it loaded on Ctrl-C", async () => {
    const path = tools("20");
    const module = join(home, "my-fix.ko");
    writeFileSync(module, "");
    const loadedOnce = (stdout: string) => stdout.includes('"patch"');
    const { status } = await measure([module, "--times", "3", "--yes"], { path, interrupt: loadedOnce });
    expect(status).toBe(130);
    expect(existsSync(join(sysfs, "my_fix"))).toBe(false);
    expect(readFileSync(join(home, "log"), "utf8")).toMatch(/rmmod my_fix\n$/);
  });

  it("never touches one that somebody else loaded", async () => {
    await loaded("my_fix", 1, 20);
    const path = tools("20");
    writeFileSync(join(home, "my-fix.ko"), "");
    const { status, stderr } = await measure([join(home, "my-fix.ko"), "--yes"], { path });
    expect(status).toBe(1);
    expect(stderr).toContain("my_fix is loaded already");
    expect(existsSync(join(home, "log"))).toBe(false);
    expect(enabledNow("my_fix")).toBe("1");
  });
});
