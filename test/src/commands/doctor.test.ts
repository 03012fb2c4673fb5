// klpsim doctor, in processes of their own: here, and where something is wrong.

import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT, start, workshop } from "../../spawned.js";

const { directory, at } = workshop("ill");

interface Finding {
  check: string;
  health: string;
  found: string;
  advice: string | null;
}

/** The doctor of the package at `root`. */
const doctor = (root: string, env?: Record<string, string>) =>
  start(["doctor", "--json"], { program: join(root, "dist/cli.js"), cwd: directory, env }).ended;

const found = (stdout: string, check: string) =>
  (JSON.parse(stdout).checks as Finding[]).find((finding) => finding.check === check);

beforeAll(() => {
  for (const part of ["dist", "build", "package.json"]) cpSync(join(ROOT, part), at(part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), at("node_modules"));
});

describe("klpsim doctor", () => {
  it("finds nothing that fails here, and what it advises where it warns", async () => {
    const { status, stdout, stderr } = await doctor(ROOT);
    const { schemaVersion, healthy, checks } = JSON.parse(stdout);
    expect({ status, stderr, schemaVersion, healthy }).toEqual({
      status: 0,
      stderr: "",
      schemaVersion: 1,
      healthy: true,
    });
    for (const { health, advice } of checks) expect(advice === null).toBe(health === "ok");
    expect(found(stdout, "self-test")?.health).toBe("ok");
    expect(found(stdout, "workers")?.health).toBe("ok");
  });

  it("warns of a directory for temporary files that is not there", async () => {
    const { status, stdout } = await doctor(ROOT, { TMPDIR: at("nowhere") });
    expect(status).toBe(0);
    expect(found(stdout, "temporary files")).toMatchObject({
      health: "warn",
      advice: expect.stringContaining("TMPDIR"),
    });
  });

  it("fails where a module is not as it was built", async () => {
    const file = at("build/rseq.wasm");
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    const { status, stdout } = await doctor(directory);
    expect({ status, healthy: JSON.parse(stdout).healthy }).toEqual({ status: 1, healthy: false });
    expect(found(stdout, "modules")).toMatchObject({ health: "fail", found: "rseq.wasm: not as built" });
  });

  it("fails where another module stands in the place of the engine: its self-test comes out otherwise", async () => {
    cpSync(at("build/memory-fault.wasm"), at("build/release.wasm"));
    const { status, stdout } = await doctor(directory);
    expect(status).toBe(1);
    expect(found(stdout, "self-test")?.health).toBe("fail");
  });
});
