// A run's directory that somebody else has filled: pipes, devices, links and bombs where files should be.

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, it } from "vitest";
import { LockedError, lockDirectory } from "../../src/results/directory-lock.js";
import { fromParquet } from "../../src/results/parquet.js";
import { readPlain } from "../../src/results/plain-file.js";
import { partialOf, writeWhole } from "../../src/results/whole-file.js";
import { ROOT, workshop } from "../spawned.js";

const { at, file, klpsim } = workshop("planted");
const IDLE = join(ROOT, "examples/idle-host.yaml");
const RUN = ["run", IDLE, "--replicas", "200", "--policy", "linux-6.1", "--shards", "2"];

beforeAll(async () => {
  expect(await klpsim(...RUN, "--out", "kept")).toMatchObject({ status: 0 });
});

let copies = 0;
/** A run's directory of its own, with something planted in it. */
function planted(plant: (directory: string) => void): string {
  const directory = `planted-${copies++}`;
  cpSync(at("kept"), at(directory), { recursive: true });
  plant(at(directory));
  return directory;
}

const replace = (path: string, put: (path: string) => void) => {
  rmSync(path, { recursive: true, force: true });
  put(path);
};
const pipe = (path: string) => execFileSync("mkfifo", [path]);
const endless = (path: string) => symlinkSync("/dev/zero", path);

describe("A planted pipe or device", () => {
  it.each(
    ["run.json", "results.json", "timing.json", "histograms.parquet"].flatMap((name) => [
      ["pipe", name, pipe] as const,
      ["link to a device without end", name, endless] as const,
    ]),
  )("Never: as %s, is %s waited for or read without end", async (_, name, put) => {
    const directory = planted((path) => replace(join(path, name), put));
    const { status, stderr } = await klpsim("export", directory);
    expect(status).toBe(2);
    expect(stderr).toContain("neither a file nor a link to one");
  });

  it("Never: in a shard's place, keeps resume from running it again", async () => {
    const directory = planted((path) => {
      rmSync(join(path, "results.json"));
      const [first, second] = readdirSync(join(path, "shards"));
      replace(join(path, "shards", first!), pipe);
      replace(join(path, "shards", second!), endless);
    });
    const { status, stderr } = await klpsim("resume", directory);
    expect(status).toBe(0);
    expect(stderr).toContain("neither a file nor a link to one: not used, its replicas are run again");
    expect(readFileSync(at(directory, "results.json"))).toEqual(readFileSync(at("kept/results.json")));
  });

  it("Never: in the lock's place, is waited for", async () => {
    const directory = planted((path) => pipe(join(path, "lock")));
    await expect(lockDirectory(at(directory), () => {})).rejects.toThrow("neither a file nor a link to one");
  });

  it("Never: is a directory taken for a file", async () => {
    await expect(readPlain(at("kept"))).rejects.toThrow("is a directory");
  });
});

describe("A planted link", () => {
  it("Never: has what it points at written over: results replace the link itself", async () => {
    file("precious", "precious");
    const directory = planted((path) => {
      for (const name of ["results.json", "timing.json", "results.parquet", "histograms.parquet"])
        replace(join(path, name), (link) => symlinkSync(at("precious"), link));
    });
    expect(await klpsim(...RUN, "--out", directory, "--force")).toMatchObject({ status: 0 });
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(lstatSync(at(directory, "results.json")).isFile()).toBe(true);
  });

  it("Never: in the place of a file that is being written, is written through", async () => {
    mkdirSync(at("shared"));
    file("precious", "precious");
    const number = Number(/-(\d+)\.partial$/.exec(partialOf(at("shared"), "x"))![1]);
    symlinkSync(at("precious"), at("shared", `.x@${hostname()}@${process.pid}-${number + 1}.partial`));
    await writeWhole(at("shared"), "x", "written");
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(readFileSync(at("shared/x"), "utf8")).toBe("written");
  });

  it("Never: in the place of shards/, has what it points at removed", async () => {
    mkdirSync(at("elsewhere"));
    file("elsewhere/precious", "precious");
    const directory = planted((path) => {
      rmSync(join(path, "results.json"));
      replace(join(path, "shards"), (link) => symlinkSync(at("elsewhere"), link));
    });
    expect(await klpsim(...RUN, "--out", directory, "--force")).toMatchObject({ status: 0 });
    expect(existsSync(at("elsewhere/precious"))).toBe(true);
  });
});

describe("A lock that lies", () => {
  const holder = { host: "not-here\x1b]0;title\x07", pid: 1, started: null, boot: null };

  it.each([
    ["of another host", JSON.stringify(holder)],
    ["of a process that nobody has the right to ask", JSON.stringify({ ...holder, host: hostname() })],
    ["of process 0, which would be all of the group", JSON.stringify({ ...holder, host: hostname(), pid: 0 })],
    ["of a negative process", JSON.stringify({ ...holder, host: hostname(), pid: -1 })],
    ["deeply nested", "[".repeat(100_000)],
    ["of an object without end", `{"__proto__": {"host": "x"}}`],
  ])("Never: %s, lets a second one in", async (_, text) => {
    const directory = planted((path) => writeFileSync(join(path, "lock"), text));
    await expect(lockDirectory(at(directory), () => {})).rejects.toThrow(LockedError);
    const told = await klpsim(...RUN, "--out", directory, "--force");
    expect(told.status).toBe(2);
    expect(told.stderr).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe("Parquet", () => {
  const table = () =>
    new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "count", data: [1, 2, 3], type: "INT32" }] }));

  it("Always: is read where it says what it holds", async () => {
    expect(await fromParquet(table())).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  });

  it("Never: is unpacked where a few bytes say that they are a billion rows", async () => {
    const data = new Int32Array(2 ** 24 + 1);
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "count", data, type: "INT32" }] }));
    await expect(fromParquet(bytes)).rejects.toThrow("rows, more than 16777216");
  });
});

describe("A run.json that lies", () => {
  it.each([
    [
      "a scenario that pollutes",
      (text: string) => text.replace('"scenario": {', '"scenario": {"__proto__": {"x": 1},'),
      "a name that cannot be used",
    ],
    [
      "a name with commands for the terminal",
      (text: string) => text.replace('"cpus"', '"\\u001b]0;x\\u0007\\u009b31m"'),
      "unknown field",
    ],
  ])("Never: with %s, is taken", async (_, change, words) => {
    const directory = planted((path) => {
      const name = join(path, "run.json");
      writeFileSync(name, change(readFileSync(name, "utf8")));
    });
    const { status, stderr } = await klpsim("export", directory);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
