// klpsim ui in a process of its own, from a package whose page is a small one.

import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT, type Started, start, workshop } from "../../spawned.js";

const { directory, at, file } = workshop("ui");
const PAGE = "<!doctype html><title>the page</title>";

/** klpsim of that package. */
const ui = (...args: string[]) => start(["ui", ...args], { program: at("dist/cli.js"), cwd: directory });

/** Its first line, once it is there. */
function firstLine({ child, ended }: Started): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout!.once("data", (chunk) => resolve(String(chunk).trim()));
    ended.then(({ stderr }) => reject(new Error(stderr)));
  });
}

beforeAll(async () => {
  const isWanted = (path: string) => basename(path) !== "web";
  for (const part of ["dist", "build", "package.json"])
    cpSync(join(ROOT, part), at(part), { recursive: true, filter: isWanted });
  symlinkSync(join(ROOT, "node_modules"), at("node_modules"));
  mkdirSync(at("dist/web"));
  file("dist/web/index.html", PAGE);
  const run = [
    "run",
    join(ROOT, "examples/idle-host.yaml"),
    "--replicas",
    "20",
    "--policy",
    "linux-6.1",
    "--out",
    "kept",
  ];
  expect(await start(run, { cwd: directory }).ended).toMatchObject({ status: 0 });
});

describe("klpsim ui", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "prints the page's address, serves it, and ends with 0 on %s",
    async (signal) => {
      const started = ui();
      const url = await firstLine(started);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      expect(await (await fetch(url)).text()).toBe(PAGE);
      started.child.kill(signal);
      expect(await started.ended).toEqual({ status: 0, stdout: `${url}\n`, stderr: "" });
    },
  );

  it("prints address and port as JSON", async () => {
    const started = ui("--json");
    const { schemaVersion, url, port } = JSON.parse(await firstLine(started));
    expect({ schemaVersion, url }).toEqual({ schemaVersion: 1, url: `http://127.0.0.1:${port}/` });
    started.child.kill("SIGINT");
    expect((await started.ended).status).toBe(0);
  });

  it("ends at once, whoever is connected", async () => {
    const started = ui();
    const url = await firstLine(started);
    await (await fetch(url)).text(); // the connection is kept alive
    started.child.kill("SIGINT");
    expect((await started.ended).status).toBe(0);
  });

  it.each(["kept", "kept/results.json"])(
    "serves the results of %s to the page, which its address tells to ask",
    async (path) => {
      const started = ui(path);
      const url = await firstLine(started);
      expect(url).toMatch(/\/\?loaded-run$/);
      expect(await (await fetch(url)).text()).toBe(PAGE);
      const loaded = await fetch(new URL("loaded.json", url));
      expect(loaded.headers.get("cache-control")).toBe("no-store");
      expect(loaded.headers.get("content-type")).toBe("application/json; charset=utf-8");
      const scenario = await fetch(new URL("loaded.yaml", url));
      expect(await scenario.text()).toMatch(/^name: idle-host$/m);
      expect((await loaded.json()).results[0]).toMatchObject({ policy: "linux-6.1", replicas: 20 });
      started.child.kill("SIGINT");
      expect((await started.ended).status).toBe(0);
    },
  );

  it("has no loaded.json unless it was given results", async () => {
    const started = ui();
    const url = await firstLine(started);
    expect((await fetch(new URL("loaded.json", url))).status).toBe(404);
    expect((await fetch(new URL("?loaded", url))).status).toBe(404);
    started.child.kill("SIGINT");
    await started.ended;
  });

  it("refuses what is no result, and a directory of no run", async () => {
    file("wrong.json", "{}");
    expect(await ui("wrong.json").ended).toMatchObject({ status: 2, stderr: expect.stringContaining("wrong.json") });
    expect(await ui("dist").ended).toMatchObject({ status: 2, stderr: expect.stringContaining("run.json") });
    expect(await ui("nowhere").ended).toMatchObject({ status: 2, stderr: "klpsim: nowhere: no such file\n" });
  });

  it("says which port is taken", async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port)),
    );
    const { status, stdout, stderr } = await ui("--port", String(port)).ended;
    other.close();
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(`klpsim: --port ${port}: taken; without --port a free one is found\n`);
  });

  it.each([
    ["--port", "0", "Expected a whole number from 1 to 65535"],
    ["--port", "http", "Expected a whole number from 1 to 65535"],
    ["--host", "0.0.0.0", "Allowed choices are 127.0.0.1, ::1"],
    ["--host", "localhost", "Allowed choices are 127.0.0.1, ::1"],
  ])("refuses %s %s", async (option, value, words) => {
    expect(await ui(option, value).ended).toMatchObject({ status: 2, stderr: expect.stringContaining(words) });
  });

  it("says what is missing where the page is not built", async () => {
    rmSync(at("dist/web/index.html"));
    const { status, stderr } = await ui().ended;
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `klpsim: the page is not built: no index.html in ${at("dist/web/")} (in a clone: npm run build)\n`,
    });
    file("dist/web/index.html", PAGE);
  });
});
