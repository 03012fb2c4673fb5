// klpsim doctor, in processes of their own: here, and where something is wrong.

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
let directory: string;

interface Finding {
  check: string;
  health: string;
  found: string;
  advice: string | null;
}

/** The doctor of the package at `at`. */
function doctor(
  at: string,
  env: Record<string, string> = {},
): Promise<{ status: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: directory, env: { ...process.env, ...env } };
    execFile(process.execPath, [join(at, "dist/cli.js"), "doctor", "--json"], options, (error, stdout, stderr) => {
      resolve({ status: error ? error.code : 0, stdout, stderr });
    });
  });
}

const found = (stdout: string, check: string) =>
  (JSON.parse(stdout).checks as Finding[]).find((finding) => finding.check === check);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "klpsim-ill-"));
  for (const part of ["dist", "build", "package.json"])
    cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
});

afterAll(() => rmSync(directory, { recursive: true }));

describe("klpsim doctor", () => {
  it("finds nothing that fails here, and what it advises where it warns", async () => {
    const { status, stdout, stderr } = await doctor(root);
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
    const { status, stdout } = await doctor(root, { TMPDIR: join(directory, "nowhere") });
    expect(status).toBe(0);
    expect(found(stdout, "temporary files")).toMatchObject({
      health: "warn",
      advice: expect.stringContaining("TMPDIR"),
    });
  });

  it("fails where a module is not as it was built", async () => {
    const file = join(directory, "build/rseq.wasm");
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    const { status, stdout } = await doctor(directory);
    expect({ status, healthy: JSON.parse(stdout).healthy }).toEqual({ status: 1, healthy: false });
    expect(found(stdout, "modules")).toMatchObject({ health: "fail", found: "rseq.wasm: not as built" });
  });

  it("fails where another module stands in the place of the engine: its self-test comes out otherwise", async () => {
    cpSync(join(directory, "build/memory-fault.wasm"), join(directory, "build/release.wasm"));
    const { status, stdout } = await doctor(directory);
    expect(status).toBe(1);
    expect(found(stdout, "self-test")?.health).toBe("fail");
  });
});
