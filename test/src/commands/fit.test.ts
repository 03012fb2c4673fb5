// klpsim fit: what it writes, prints and refuses.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../../src/commands/failure.js";
import { fitCommand } from "../../../src/commands/fit.js";
import { UsageError } from "../../../src/commands/usage-error.js";
import { loadScenario } from "../../../src/scenario/index.js";
import { storedPath } from "../fit/stored-trace.js";
import { printed } from "./printed.js";
import { refusal } from "./refusal.js";

const TRACE = storedPath("bcc-cpudist_example.txt");

describe("klpsim fit", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "klpsim-fit-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);

  it("writes a scenario, and says what it found and what the trace cannot tell", async () => {
    const { out, err } = await printed(fitCommand, "fit", TRACE, "-o", at("host.yaml"), "--fit-report", at("fit.html"));
    expect(loadScenario(readFileSync(at("host.yaml"), "utf8")).model.classes.length).toBe(3);
    expect(out).toMatch(/^11 tasks in 3 classes, with 4 durations\./);
    for (const part of [
      "bcc-cpudist_example.txt  bcc-histogram",
      "Phases and their laws",
      "What this recording cannot tell",
    ])
      expect(out).toContain(part);
    expect(out).toContain(`klpsim run ${at("host.yaml")}`);
    expect(err).toBe("");
    expect(readFileSync(at("fit.html"), "utf8")).toMatch(/^<!doctype html>[\s\S]*Laws tried/);
  });

  it("prints everything as JSON, and the scenario alone with -o -", async () => {
    const json = await printed(fitCommand, "fit", TRACE, "-o", at("json.yaml"), "--json");
    expect(JSON.parse(json.out)).toMatchObject({
      schemaVersion: 1,
      traces: [{ format: "bcc-histogram", unreadable: 0 }],
    });
    const { out, err } = await printed(fitCommand, "fit", TRACE, "-o", "-");
    expect(loadScenario(out).model.classes.length).toBe(3);
    expect(err).toContain("What this recording cannot tell");
  });

  it("Never: writes over a file unless it is forced", async () => {
    writeFileSync(at("mine.yaml"), "mine");
    const refused = await refusal(fitCommand, "fit", TRACE, "-o", at("mine.yaml"));
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused.message).toContain("mine.yaml: there already; --force writes over it");
    expect(readFileSync(at("mine.yaml"), "utf8")).toBe("mine");
    await printed(fitCommand, "fit", TRACE, "-o", at("mine.yaml"), "--force");
    expect(readFileSync(at("mine.yaml"), "utf8")).toContain("workload:");
  });

  it.each([
    ["a file that is not there", ["nowhere.txt"], UsageError, "nowhere.txt: no such file"],
    ["a directory", [tmpdir()], UsageError, "a directory: "],
    ["stdin twice", ["-", "-"], UsageError, "stdin can be read once only"],
    ["JSON and the scenario on one stream", [TRACE, "-o", "-", "--json"], UsageError, "--json: prints to stdout"],
    ["a format that there is not", [TRACE, "--format", "tcpdump"], Error, "Allowed choices are"],
    ["ticks that no kernel has", [TRACE, "--hz", "60"], Error, "--hz"],
    ["classes by something else", [TRACE, "--class-by", "colour"], Error, "Allowed choices are name, behaviour"],
    [
      "a trace without anything of tasks",
      [storedPath("bcc-kvmexit_example.txt")],
      Failure,
      "none that says what a task does",
    ],
    ["a trace in no format", [storedPath("SOURCES.md")], Failure, "SOURCES.md: not in a format that is known"],
  ])("refuses %s, and writes nothing", async (_, args, kind, message) => {
    const output = args.includes("-o") ? [] : ["-o", at("wrong.yaml")];
    const refused = await refusal(fitCommand, "fit", ...args, ...output);
    expect(refused).toBeInstanceOf(kind);
    expect(refused.message).toContain(message);
    expect(existsSync(at("wrong.yaml"))).toBe(false);
  });

  it("refuses a file without a line in it", async () => {
    writeFileSync(at("empty.txt"), "");
    const refused = await refusal(fitCommand, "fit", at("empty.txt"), "-o", at("wrong.yaml"));
    expect(refused.message).toContain("empty.txt: empty: nothing was recorded");
  });
});
