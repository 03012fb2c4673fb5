import { describe, expect, it } from "vitest";
import { answerOf, sentence } from "../../../src/report/headline.js";
import { groupInputs } from "../../../src/report/report-input.js";
import type { PolicyResult } from "../../../src/results/result.js";
import { madePolicy, madeRun, madeSweep, RARE, spread, threePolicies } from "./made-results.js";

function answer(results: PolicyResult[], horizonSeconds?: number) {
  const [group] = groupInputs([{ name: "made", content: { kind: "run", result: madeRun(results) }, horizonSeconds }]);
  return answerOf(group!);
}

describe("The headline", () => {
  it("is of the quickest sound policy, the others come after", () => {
    const { headline, findings } = answer(threePolicies(), 120);
    expect(headline).toBe(
      "With kvm-v2 99% of hosts are done within 1.767 s; none of the 2,000 took longer than kpatch's 75 s: P < 0.18% at 95%.",
    );
    expect(findings[0]).toBe(
      "Under linux-5.13 none of the 2,000 transitions completed within 120 s (left then: vcpu in guest).",
    );
  });

  it("Never: praises a policy that is not sound", () => {
    const [, slow, fast] = threePolicies();
    const { headline, warnings } = answer([slow!, { ...fast!, violations: 7 }]);
    expect(headline).toContain("With linux-5.19");
    expect(warnings).toEqual(["kvm-v2 is not sound here: 7 switches of tasks whose stack held a patched function."]);
  });

  it("of equally quick ones names the one that disturbs less", () => {
    const [, , fast] = threePolicies();
    const quiet = { ...fast!, policy: "quiet", disturbance: { ...fast!.disturbance, eintr: 0 } };
    expect(answer([fast!, quiet]).headline).toContain("With quiet");
  });

  it.each<[string, PolicyResult, string]>([
    ["complete at once", madePolicy("p", new Array(1000).fill(0)), "99% of hosts are done at once"],
    [
      "are few",
      madePolicy("p", [1234]),
      "With p the only transition simulated took 1.234 s: one says little about the next.",
    ],
    [
      "are partly censored",
      madePolicy("p", [...spread(100, 900, 900), ...new Array(100).fill(null)]),
      "90% of hosts are done within 899 ms; 10.0% are not complete within the horizon",
    ],
    [
      "are seldom slow",
      madePolicy("p", [...spread(100, 900, 9990), ...new Array(10).fill(80_000)]),
      "P(longer than kpatch's 75 s) = 0.10% (0.048-0.18% at 95%)",
    ],
    [
      "have an estimated tail",
      madePolicy("p", spread(100, 900, 900), { rare: RARE }),
      "P(longer than kpatch's 75 s) = 1.1e-9 (9.6e-10 to 1.1e-9 at 95%)",
    ],
  ])("tells of transitions that %s", (_, result, told) => {
    expect(sentence(result)).toContain(told);
  });

  it("warns where replicas are too few for a p99, and where a tail is not to be trusted", () => {
    expect(answer([madePolicy("p", spread(100, 900, 100))]).warnings[0]).toContain(
      "100 transitions of p do not bound its p99",
    );
    expect(answer([madePolicy("p", spread(100, 900, 900), { rare: RARE })]).warnings[0]).toContain(
      "P(> 60 s) of p: few lineages",
    );
  });

  it("says of a sweep between what p99 lies, and where", () => {
    const [group] = groupInputs([{ name: "made", content: { kind: "sweep", result: madeSweep() } }]);
    expect(answerOf(group!).headline).toMatch(
      /^With linux-5.19 p99 goes from 899 ms \(host.cpus 4, .*\) to 108\.\d s \(.*\) over 25 points; at 1 it is censored\.$/,
    );
  });

  it("says that there is nothing where there is nothing", () => {
    expect(answer([]).headline).toBe("No results: the file names no policy.");
  });
});
