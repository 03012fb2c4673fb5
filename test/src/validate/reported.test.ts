import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeCases, readCases } from "../../../src/validate/reported.js";

const DIRECTORY = new URL("../../../examples/reported/", import.meta.url);
const CASES = readCases(readFileSync(new URL("cases.yaml", DIRECTORY), "utf8"));
const PAGE = readFileSync("docs/validation.md", "utf8");
const REPLICAS = 500;

/** What docs/validation.md says of a case. */
function documented(name: string): string | undefined {
  return PAGE.split("\n")
    .map((line) => line.split(" | "))
    .find((cells) => cells[1]?.startsWith(`[${name}]`))?.[2];
}

describe("reported transitions", () => {
  it("Always: each case has its scenario, and each scenario a case and a comment that says what was reported, known and assumed", () => {
    const scenarios = new Set(CASES.map(({ name, scenario = name }) => `${scenario}.yaml`));
    for (const file of scenarios) expect(existsSync(new URL(file, DIRECTORY)), file).toBe(true);
    for (const file of readdirSync(DIRECTORY).filter((f) => f !== "cases.yaml")) {
      expect(scenarios).toContain(file);
      expect(readFileSync(new URL(file, DIRECTORY), "utf8")).toMatch(/^# Reported: [\s\S]+\n# Known[\s\S]+[Aa]ssumed/);
    }
  });

  it("Always: klpsim says of each what docs/validation.md says, and why where it is not consistent", async () => {
    const said: Record<string, string> = {};
    for await (const { reported, verdict } of judgeCases(DIRECTORY, REPLICAS)) {
      said[reported.name] = verdict;
      if (verdict === "not decidable") expect(reported.record, reported.name).toBeTruthy();
      if (verdict === "inconsistent") expect(reported.missing, reported.name).toBeTruthy();
    }
    expect(said).toEqual(Object.fromEntries(CASES.map(({ name }) => [name, documented(name)])));
  });

  it("Never: a case without exactly one thing seen, or with a time that is none, is read", () => {
    const with_ = (seen: object) => JSON.stringify({ x: { report: "", source: "", unknown: { as: [] }, ...seen } });
    expect(() => readCases(with_({ latency: "1s" }))).not.toThrow();
    expect(() => readCases(with_({}))).toThrow("expected one of latency, round, later, between");
    expect(() => readCases(with_({ latency: "1s", later: "2s" }))).toThrow("expected one of");
    expect(() => readCases(with_({ latency: "soon" }))).toThrow("expected a time");
  });
});
