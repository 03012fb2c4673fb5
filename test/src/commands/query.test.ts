// klpsim query, in processes of their own.

import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { queryCommand } from "../../../src/commands/query.js";
import { UsageError } from "../../../src/commands/usage-error.js";
import { ROOT, workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";
import { refusal } from "./refusal.js";

const { directory, at, file, klpsim, start } = workshop("query");
const query = (...args: string[]) => klpsim("query", ...args);

beforeAll(async () => {
  file("small.json", JSON.stringify(SMALL_SCENARIO));
  await klpsim("run", "small.json", "--workers", "0", "--out", "kept");
  await klpsim("run", "small.json", "--workers", "0", "--out", "other's", "--policy", "plain", "--seed", "12");
});

describe("klpsim query", () => {
  it("asks the policies of several directories, whatever they are called", async () => {
    const sql = "SELECT directory, policy, seed, replicas FROM results ORDER BY ALL";
    const { status, stdout, stderr } = await query(sql, "kept", "other's", "--csv");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.trimEnd().split("\r\n")).toEqual([
      "directory,policy,seed,replicas",
      "kept,linux-4.12,11,300",
      "kept,linux-6.1,11,300",
      "other's,plain,12,300",
    ]);
  });

  it("counts in the histograms, as numbers in JSON", async () => {
    const sql = "SELECT policy, sum(count) AS transitions FROM histograms GROUP BY ALL ORDER BY ALL";
    expect(JSON.parse((await query(sql, "kept", "--json")).stdout)).toEqual({
      schemaVersion: 1,
      columns: [
        { name: "policy", type: "text" },
        { name: "transitions", type: "number" },
      ],
      rows: [
        { policy: "linux-4.12", transitions: 300 },
        { policy: "linux-6.1", transitions: 300 },
      ],
    });
  });

  it.each([
    ["read files", "SELECT * FROM read_text('HERE/small.json')"],
    ["write files", "COPY results TO 'HERE/stolen.csv'"],
    ["attach databases", "ATTACH 'HERE/stolen.db'"],
    ["load extensions", "LOAD httpfs"],
    ["open itself up again", "SET enable_external_access = true"],
  ])("Never: does a statement %s", async (_, sql) => {
    const before = readdirSync(directory);
    expect(await refusal(queryCommand, "query", sql.replace("HERE", directory), at("kept"))).toBeInstanceOf(UsageError);
    expect(readdirSync(directory)).toEqual(before);
  });

  it.each([
    ["a mistyped column", ["SELECT polcy FROM results", "kept"], 'Candidate bindings: "policy"'],
    ["two statements", ["SELECT 1; SELECT 2", "kept"], "expected one statement, got 2"],
    ["no statement", [" ", "kept"], "the statement is empty"],
    ["no directory of a run", ["SELECT 1", "."], "not the directory of a run"],
  ])("refuses %s", async (_, [sql, ...directories], message) => {
    const refused = await refusal(queryCommand, "query", sql!, ...directories.map((one) => at(one)));
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused.message).toContain(message);
  });

  it("says with status 1 how to install DuckDB where it is not", async () => {
    const bare = at("bare");
    mkdirSync(join(bare, "node_modules"), { recursive: true });
    cpSync(join(ROOT, "dist"), join(bare, "dist"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(bare, "package.json"));
    for (const name of readdirSync(join(ROOT, "node_modules")).filter((name) => !/^[.]|^@duckdb$/.test(name)))
      symlinkSync(join(ROOT, "node_modules", name), join(bare, "node_modules", name));
    expect(await start(["query", "SELECT 1", "kept"], { program: join(bare, "dist/cli.js") }).ended).toEqual({
      status: 1,
      stdout: "",
      stderr: "klpsim: query needs DuckDB, which is not installed: npm install @duckdb/node-api\n",
    });
  });
});
