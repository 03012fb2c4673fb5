import { describe, expect, it } from "vitest";
import { type CompareOptions, compare } from "../../../src/index.js";
import { compareReport } from "../../../src/report/compare-table.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";

const GUESTS = {
  ...SMALL_SCENARIO,
  workload: { vcpu: { kind: "vcpu", count: 4, cpus: "one-each", behaviour: "busy-guest" } },
};

async function report(options: Partial<CompareOptions>, columns = 80): Promise<string> {
  const result = await compare({ scenario: SMALL_SCENARIO, workers: 0, replicas: 40, ...options });
  return compareReport(result, plainTerminal(columns)).join("\n");
}

describe("compareReport", () => {
  it("opens with the verdict, then has a line a policy and a table a pair", async () => {
    const text = await report({ scenario: GUESTS, policies: ["linux-5.19", "kvm-v2"], replicas: 500 });
    expect(text).toMatch(/^kvm-v2 beats linux-5\.19: p99 15\.0. s earlier/);
    expect(text).toContain("small  500 transitions a policy, the same ones under each, seed 11");
    expect(text).toMatch(/\n▲ kvm-v2 +0% +1\.\d+ s +3 +0 +0 +0\n/);
    expect(text).toContain("IPIs) together: kvm-v2.");
    expect(text).toMatch(
      /\nkvm-v2 against linux-5\.19\n +linux-5\.19 +kvm-v2 +difference +95% interval\n {2}mean +16\.2/,
    );
    expect(text).toMatch(/\n {2}guest exits +3 +0 +-3 +-3\n/);
    expect(text.replace(/\s+/g, " ")).toContain("kvm-v2 is sooner at every quantile or equal, so at every deadline");
    expect(text).toMatch(/would\s+vary\s+[\d,.]+\s+times\s+as\s+much/);
  });

  it("shows the two best as well where the first is neither", async () => {
    const text = await report({ scenario: GUESTS, policies: ["linux-5.13", "linux-5.19", "kvm-v2"] });
    expect(text.match(/^.* against .*$/gm)).toEqual([
      "kvm-v2 against linux-5.19",
      "linux-5.19 against linux-5.13",
      "kvm-v2 against linux-5.13",
    ]);
    expect(text).toMatch(/\n {2}mean +censored +1\.\d+ s +unknown\n/);
    expect(text).toContain("censored: not complete within the scenario's horizon");
  });

  it("says what 40 transitions are too few for", async () => {
    const text = await report({});
    expect(text).toMatch(/p99\.9 .* too few replicas\n/);
    expect(text.replace(/\s+/g, " ")).toContain("40 transitions are too few to bound quantiles that far out");
  });

  it("shows each condition with what was compared, those that hold as failed", async () => {
    const text = await report({ failIf: ["p50 A > 1us", "censored A > 1%"] });
    expect(text).toMatch(/\nFAILED {2}p50 A > 1us\n {8}p50 A = .*\n?.*holds; the 95% intervals agree\n/);
    expect(text).toMatch(/\nok {6}censored A > 1%\n {8}censored A = 0 \(0 to 0\.08\d*\): does not hold/);
  });

  it("has a sentence a pair where there are many, and keeps to 80 columns", async () => {
    const names = ["a", "b", "c", "d", "e"].map((letter) => `linux-6.1-with-a-rather-long-name-${letter}`);
    const policies = names
      .map((name) => ({ ...SMALL_SCENARIO, name, extends: "linux-6.1" }))
      .map(({ name }) => ({
        file: `${name}.json`,
        text: JSON.stringify({ extends: "linux-6.1", name }),
      }));
    const text = await report({ policies, allPairs: true });
    expect(text.match(/takes exactly as long as/g)).toHaveLength(1 + 10);
    expect(text.match(/^.* against .*$/gm)).toHaveLength(1);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
