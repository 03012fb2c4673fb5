// The package as a stranger gets it: packed, installed in an empty folder without optional parts and without scripts, and used there,
// on this Node, on the oldest that it is for and on the newest. Needs a registry, or npm's cache of one.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../spawned.js";
import { open, serve, titled, withoutBrowser } from "../web/page.js";

const BYTES_MAX = 10_000_000;
const INSTALL = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
const QUICKSTART = "node_modules/klpsim/examples/busy-vcpus.yaml";

const scratch = mkdtempSync(join(tmpdir(), "klpsim-package-"));
const app = join(scratch, "app");
afterAll(() => rmSync(scratch, { recursive: true }));

function run(program: string, args: string[], cwd = app): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: "pipe", maxBuffer: 1 << 26 });
}

function install(directory: string, ...what: string[]): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  try {
    run("npm", [...INSTALL, ...what], directory);
  } catch (error) {
    throw new Error(`npm could not install ${what.join(" ")}; is there a registry?\n${(error as Error).message}`);
  }
}

function bytesIn(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

beforeAll(() => {
  run("npm", ["pack", "--ignore-scripts", "--pack-destination", scratch], ROOT);
  const packed = readdirSync(scratch).find((name) => name.endsWith(".tgz"))!;
  install(app, "--omit=optional", join(scratch, packed));
});

const digestsIn = (json: string): string[] => JSON.parse(json).results.map(({ digest }: { digest: string }) => digest);

const LIBRARY = `import { simulate } from "klpsim";
const { results } = await simulate({ scenario: { host: { cpus: 4 }, policies: ["linux-6.1"] }, replicas: 20 });
console.log(JSON.stringify({ results }));
`;

const CONSUMER = `import { type RunResult, type Scenario, simulate } from "klpsim";
import * as browser from "klpsim/browser";
const cpus: Scenario["host"]["cpus"] = 4;
const run: RunResult = await simulate({ scenario: { host: { cpus } }, replicas: 10 });
const p50: number | null | undefined = run.results[0]?.latencyMs.quantiles[0]?.value;
export { browser, p50 };
// @ts-expect-error a number is no scenario
await simulate({ scenario: 7 });
`;

describe("The package, installed in an empty folder", () => {
  it("runs the quickstart scenario by npx", () => {
    const table = run("npx", ["klpsim", "run", QUICKSTART, "--replicas", "200"]);
    expect(table).toContain("busy-vcpus  200 transitions a policy");
  });

  it("finds nothing that fails", () => {
    expect(run("npx", ["klpsim", "doctor"])).not.toMatch(/^fail/m);
  });

  it("takes less than 10 MB with all it needs", () => {
    expect(bytesIn(join(app, "node_modules"))).toBeLessThan(BYTES_MAX);
  });

  it("has neither install scripts nor sources, tests or maps", () => {
    const files = readdirSync(join(app, "node_modules/klpsim"), { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => /^(src|test|bench|assembly|web)\/|\.map$|\.tsbuildinfo$/.test(file))).toEqual([]);
    for (const name of ["klpsim", "piscina"]) {
      const { scripts } = JSON.parse(readFileSync(join(app, "node_modules", name, "package.json"), "utf8"));
      expect(Object.keys(scripts ?? {}).filter((script) => /^(pre|post)?install$/.test(script))).toEqual([]);
    }
  });

  it("is a library", () => {
    writeFileSync(join(app, "use.js"), LIBRARY);
    expect(digestsIn(run(process.execPath, ["use.js"]))).toHaveLength(1);
  });

  it.each([
    ["nodenext", "nodenext"],
    ["bundler", "preserve"],
  ])("has types for whoever resolves modules as %s, with the compiler at its strictest", (resolution, module) => {
    writeFileSync(join(app, "use.ts"), CONSUMER);
    const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2023"];
    const how = ["--module", module, "--moduleResolution", resolution];
    run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...strict, ...how, "use.ts"]);
  });

  it.skipIf(withoutBrowser)(
    titled("is a library for browsers, served as it lies there: its example and Node's digests"),
    async () => {
      const served = await serve(join(app, "node_modules/klpsim"));
      try {
        const { page, told } = await open(served, { fragment: "examples/browser/index.html" });
        await page.getByRole("status").filter({ hasText: /^Done/ }).waitFor();
        expect(await page.getByRole("row").count()).toBe(4);
        const scenario = readFileSync(join(app, QUICKSTART), "utf8");
        const found = await page.evaluate(
          `import("${served.url}dist/browser.js").then(({ simulate }) => simulate(${JSON.stringify({ scenario, replicas: 200 })})).then(JSON.stringify)`,
        );
        const inNode = run("npx", ["klpsim", "run", QUICKSTART, "--replicas", "200", "--json"]);
        expect(digestsIn(String(found))).toEqual(digestsIn(inNode));
        expect(told).toEqual([]);
      } finally {
        await served.close();
      }
    },
  );

  it("is as publint and attw want it", () => {
    const [packed] = readdirSync(scratch).filter((name) => name.endsWith(".tgz"));
    const bin = (name: string) => join(ROOT, "node_modules/.bin", name);
    expect(run(bin("publint"), ["run", join(scratch, packed!), "--strict"])).toContain("All good");
    run(bin("attw"), [join(scratch, packed!), "--profile", "esm-only"]);
  });
});

describe.each([
  ["20.19.0", /^20\.19\./], // the oldest: engines of package.json
  ["latest", /^(2[5-9]|[3-9]\d)\./],
])("Node %s", (asked, version) => {
  const binary = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const node = join(scratch, asked, "node_modules", binary, "bin/node");
  beforeAll(() => install(join(scratch, asked), `${binary}@${asked}`));

  const both = (...args: string[]) =>
    [process.execPath, node].map((program) => run(program, ["node_modules/klpsim/dist/cli.js", ...args]));

  it("is what was asked for", () => {
    expect(run(node, ["-p", "process.versions.node"])).toMatch(version);
  });

  it("runs the quickstart scenario", () => {
    const table = run(node, ["node_modules/klpsim/dist/cli.js", "run", QUICKSTART, "--replicas", "200"]);
    expect(table).toContain("busy-vcpus  200 transitions a policy");
  });

  it("gives the same digests: run, compare, library", () => {
    for (const command of ["run", "compare"]) {
      const [here, there] = both(command, QUICKSTART, "--replicas", "300", "--workers", "2", "--json");
      expect(digestsIn(there!)).toEqual(digestsIn(here!));
    }
    writeFileSync(join(app, "use.js"), LIBRARY);
    expect(digestsIn(run(node, ["use.js"]))).toEqual(digestsIn(run(process.execPath, ["use.js"])));
  });

  it("tells the same replay and the same verdict of a litmus test", () => {
    const [here, there] = both("replay", QUICKSTART, "--policy", "linux-5.19");
    expect(there).toBe(here);
    const [verdict, again] = both("litmus", "L2", "--variant", "V-Petr");
    expect(again).toBe(verdict);
  });

  it("fits the same profile to the same trace", () => {
    const trace = join(ROOT, "test/data/traces/lisa-sched-6cpu.trace-cmd.txt");
    const [here, there] = both("fit", trace, "-o", "-");
    expect(there).toBe(here);
  });
});
