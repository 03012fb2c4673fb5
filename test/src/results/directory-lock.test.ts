import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { LOCK, LockedError, lockDirectory } from "../../../src/results/directory-lock.js";
import { ownIdentity, type ProcessIdentity } from "../../../src/results/process-identity.js";

const directory = mkdtempSync(join(tmpdir(), "klpsim-lock-"));
const file = join(directory, LOCK);
const taken: ProcessIdentity[] = [];
const lock = () => lockDirectory(directory, (ended) => taken.push(ended));
const left = (holder: Partial<ProcessIdentity>) => writeFileSync(file, JSON.stringify({ ...ownIdentity(), ...holder }));

beforeEach(() => {
  taken.length = 0;
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe("The lock of a directory", () => {
  it("is one process's at a time, names it, and leaves nothing", async () => {
    const release = await lock();
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject(ownIdentity());
    await expect(lock()).rejects.toThrow(`process ${process.pid} is writing to it`);
    release();
    expect(readdirSync(directory)).toEqual([]);
    (await lock())();
  });

  it.each<[string, Partial<ProcessIdentity>]>([
    ["whose number nobody has", { pid: 2 ** 22 + 1, started: "1" }],
    ["whose number another process has by now", { started: "1" }],
    ["of an earlier boot", { boot: "an earlier one" }],
  ])("is taken over from a process %s", async (_, holder) => {
    left(holder);
    (await lock())();
    expect(taken).toMatchObject([holder]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ["of another host", () => left({ host: `not-${hostname()}` }), `of host not-${hostname()}`],
    ["of a process that lives", () => left({}), "wait for it, or end it"],
    ["that names nobody", () => writeFileSync(file, ""), "delete it if nobody writes"],
  ])("is not taken over %s", async (_, leave, message) => {
    leave();
    await expect(lock()).rejects.toThrow(LockedError);
    await expect(lock()).rejects.toThrow(message);
    expect(readdirSync(directory)).toEqual([LOCK]);
  });

  it("Never: lets two in, however many take a stale one over at once", async () => {
    for (let round = 0; round < 30; round++) {
      left({ started: "1" });
      const results = await Promise.allSettled(Array.from({ length: 8 }, lock));
      const got = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(got).toHaveLength(1);
      got[0]!();
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it("waits where another's is aside, as it is while somebody looks whether it is stale", async () => {
    writeFileSync(`${file}.aside`, JSON.stringify(ownIdentity()));
    await expect(lock()).rejects.toThrow("others are about to write");
    writeFileSync(`${file}.aside`, JSON.stringify({ ...ownIdentity(), started: "1" }));
    (await lock())();
    expect(readdirSync(directory)).toEqual([]);
  });
});
