import { describe, expect, it } from "vitest";
import { runReport } from "../../../src/report/run-table.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import { summarise } from "../../../src/results/summarise.js";
import { countsOf, type FakeReplica, layout, model } from "../results/fake-counts.js";

const seconds = (value: number): FakeReplica => ({ ticks: value * 1e6, blame: { phase: 1, mechanism: "stack" } });
const hundred = Array.from({ length: 100 }, (_, i) => seconds(1 + 2 * Math.floor(i / 2)));
const stuck: FakeReplica = { ticks: null, stuck: [2] };

function report(byPolicy: Record<string, FakeReplica[]>, columns = 120): string {
  const results = Object.entries(byPolicy).map(([policy, replicas]) =>
    summarise(countsOf(replicas), layout, model, policy),
  );
  const run = {
    schemaVersion: 1 as const,
    scenario: { name: "by-hand", hash: "" },
    seed: 1,
    replicas: 100,
    engine: { version: "", wasmSha256: "" },
    results,
    timing: { wallMs: 1, transitionsPerSecond: 1, workers: 1 },
  };
  return runReport(run, 120, plainTerminal(columns)).join("\n");
}

describe("runReport", () => {
  it("shows times, costs and blame of each policy, intervals below", () => {
    expect(report({ good: hundred, bad: hundred.map(() => stuck) })).toMatchInlineSnapshot(`
      "by-hand  100 transitions a policy, seed 1  (below each value: its 95% interval)

        policy  censored           mean            p50            p90       p99     p99.9   slowest
      ● good          0%        50.00 s        49.00 s        89.00 s   99.00 s   99.00 s   99.00 s
                          44.31-55.69 s  39.00-61.00 s  83.00-95.00 s  >97.00 s  >99.00 s
      ▲ bad         100%       censored       censored       censored  censored  censored  censored

        policy       > 1 s      > 15 s      > 60 s      > 75 s  EINTR  violations  held up by
      ● good         98.0%       84.0%       40.0%       24.0%      0           0  reader read, stack 100%
                93.0-99.8%  75.3-90.6%  30.3-50.3%  16.0-33.6%
      ▲ bad           100%        100%        100%        100%      0           0  stuck: vcpu run 100%
                    >96.4%      >96.4%      >96.4%      >96.4%

      censored: not complete within the horizon of 120 s. A quantile among them is only known to be longer."
    `);
  });

  it("says censored where a quantile lies among the censored, and what that means", () => {
    const text = report({ mixed: hundred.map((replica, i) => (i < 80 ? replica : stuck)) });
    expect(text).toMatch(/mixed +20\.0% +censored +49\.00 s +censored +censored/);
    expect(text).toContain("stuck: vcpu run 100%");
    expect(text).toContain("censored: not complete within the horizon of 120 s");
  });

  it("explains violations, and only where there are any", () => {
    const violating = hundred.map((replica) => ({ ...replica, counters: { violations: 1 } }));
    expect(report({ unsound: violating })).toMatch(/ 100 +reader read, stack 100%\n.*not sound/s);
    expect(report({ sound: hundred })).not.toContain("not sound");
  });

  it("tells where kpatch gave up and where fork left a flag, and only there", () => {
    const counters = { gaveUp: 1, warnings: 2 };
    const text = report({ some: hundred.map((replica, i) => (i < 25 ? { ...replica, counters } : replica)) });
    expect(text).toContain("gave up: under some kpatch reversed the patch in 25.0% of the transitions.");
    expect(text).toContain("warnings: under some 50 tasks were left with a pending flag");
    expect(report({ none: hundred })).not.toMatch(/gave up|warnings/);
  });

  it("keeps to the terminal's width by leaving out columns", () => {
    for (const columns of [80, 100]) {
      const [, ...lines] = report({ "linux-5.10.162": hundred }, columns).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });
});
