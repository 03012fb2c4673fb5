import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeDirectories, removeLeftovers, writeWhole } from "../../../src/results/whole-file.js";

const { open, rename } = fs;

/** The file system with a call of its own kind, for as long as `work` takes. */
async function withFs(calls: Partial<typeof fs>, work: () => Promise<void>): Promise<void> {
  Object.assign(fs, calls);
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs, { open, rename });
    syncBuiltinESMExports();
  }
}

const top = mkdtempSync(join(tmpdir(), "klpsim-whole-"));
afterAll(() => rmSync(top, { recursive: true }));
const read = (name: string) => readFileSync(join(top, name), "utf8");
const error = (code: string) => Object.assign(new Error(code), { code });

describe("A file that is written whole", () => {
  it("replaces what was there, and leaves nothing beside it", async () => {
    await writeWhole(top, "a", "one");
    await writeWhole(top, "a", Buffer.from("two"));
    expect(read("a")).toBe("two");
    expect(readdirSync(top)).toEqual(["a"]);
  });

  it("leaves what was there, and nothing beside it, where it cannot be written", async () => {
    await writeWhole(top, "b", "one");
    await withFs({ rename: () => Promise.reject(error("ENOSPC")) }, () =>
      expect(writeWhole(top, "b", "two")).rejects.toThrow("ENOSPC"),
    );
    expect(read("b")).toBe("one");
    expect(readdirSync(top)).toEqual(["a", "b"]);
  });

  it.each(["ENOENT", "EEXIST"])("is there where the rename was done and %s came back (NFS)", async (code) => {
    const lost: typeof rename = async (from, to) => {
      await rename(from, to);
      throw error(code);
    };
    await withFs({ rename: lost }, () => writeWhole(top, code, "done"));
    expect(read(code)).toBe("done");
  });

  it("is there where directories cannot be synced", async () => {
    const refusing: typeof open = (path, flags) => (path === top ? Promise.reject(error("EISDIR")) : open(path, flags));
    await withFs({ open: refusing }, () => writeWhole(top, "unsynced", "done"));
    expect(read("unsynced")).toBe("done");
  });
});

describe("What a dead writer left", () => {
  it("is removed, but not what one of this or another host is at", async () => {
    mkdirSync(join(top, "left"));
    const names = [
      `.a@${hostname()}@${2 ** 22 + 1}-0.partial`,
      `.a@${hostname()}@${process.ppid}-0.partial`,
      `.a@not-${hostname()}@${2 ** 22 + 1}-0.partial`,
      "a",
    ];
    for (const name of names) writeFileSync(join(top, "left", name), "");
    await removeLeftovers(join(top, "left"));
    expect(readdirSync(join(top, "left")).sort()).toEqual(names.slice(1).sort());
    await removeLeftovers(join(top, "nowhere"));
  });
});

describe("Making directories", () => {
  it("makes all that are missing, and none that is there", async () => {
    await makeDirectories(join(top, "x/y/z"));
    await makeDirectories(join(top, "x/y/z"));
    expect(readdirSync(join(top, "x/y"))).toEqual(["z"]);
  });

  it.each([
    ["where there is a file", () => join(top, "a/b"), "ENOTDIR"],
    ["on a file", () => join(top, "a"), "EEXIST"],
    ["under /proc, where Node's own would try for ever", () => "/proc/klpsim/x", "ENOENT"],
  ])("fails %s", async (_, path, code) => {
    await expect(makeDirectories(path())).rejects.toThrow(code);
  });
});
