// A kernel era is one record (docs/add-an-era.md): what a preset says, a YAML file says as well, with the same result to the last count.

import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { policiesCommand } from "../../../src/commands/presets.js";
import { compare, POLICY_PRESETS, type PolicyFile, replay, simulate, sweep } from "../../../src/index.js";
import { resolvePolicy } from "../../../src/scenario/index.js";
import { printed } from "../commands/printed.js";

const NAMES = Object.keys(POLICY_PRESETS) as (keyof typeof POLICY_PRESETS)[];

const HOST = {
  name: "every-mechanism",
  host: { cpus: 8, nohzFull: [7], watchdog: "4s", rcuGrace: "20ms" },
  workload: {
    guest: { kind: "vcpu", count: 3, cpus: "one-each", behaviour: "busy-guest" },
    idler: { kind: "vcpu", count: 2, behaviour: "halted-guest" },
    reader: { kind: "user", count: 4, behaviour: "blocked-reader" },
    poller: { kind: "user", count: 1, cpus: [7], behaviour: "cpu-bound" },
    worker: { kind: "kthread", count: 2, behaviour: "kworker" },
    vhost: { kind: "kthread", count: 1, behaviour: "vhost-worker" },
  },
  patch: { functions: ["pipe_read"] },
  run: { replicas: 40, seed: 3, horizon: "90s" },
};

const NEXT = `
extends: linux-6.16
text: Rounds every 5 tries, kthreads woken, and a guest leaves on the pending flag.
signalEveryTries: 5
wakeKthreads: true
guestMask: [R, RL, P, N, T, NR]
guestLeaves: [P, N, T]
`;
const next: PolicyFile = { file: "linux-next.yaml", text: NEXT };

/** What `klpsim policies NAME` prints, as a policy of its own: every field, nothing extended. */
async function completeRecord(name: string): Promise<string> {
  const { out } = await printed(policiesCommand, "policies", name);
  return out.replace(/^extends: .*\n/m, "").replace(/^name: .*$/m, `name: whole-${name}`);
}

/** The preset's own words, as a change of what it changes. */
function ownWords(name: keyof typeof POLICY_PRESETS): string {
  return stringify({ ...POLICY_PRESETS[name], name: `words-${name}` });
}

async function digests(policies: (string | PolicyFile)[]): Promise<string[]> {
  const { results } = await simulate({ scenario: HOST, policies, workers: 0 });
  return results.map(({ digest }) => digest);
}

describe("An era as one YAML file", () => {
  it.each(NAMES)("says what %s says: in full or as a change, the counts are the same", async (name) => {
    const whole = { file: "whole.yaml", text: await completeRecord(name) };
    expect(parse(whole.text)).not.toHaveProperty("extends");
    const [preset, complete, changed] = await digests([name, whole, { file: "words.yaml", text: ownWords(name) }]);
    expect([complete, changed]).toEqual([preset, preset]);
  });

  it("takes its place in run, compare, sweep and replay, and is told apart by its results", async () => {
    const options = { scenario: HOST, workers: 0 };
    const run = await simulate({ ...options, policies: ["linux-6.16", next] });
    expect(run.results.map(({ policy }) => policy)).toEqual(["linux-6.16", "linux-next"]);
    expect(run.results[1]?.digest).not.toBe(run.results[0]?.digest);
    const { comparisons } = await compare({ ...options, policies: ["linux-6.16", next] });
    expect(JSON.stringify(comparisons)).toContain("linux-next");
    const swept = await sweep({ ...options, policies: [next], vary: ["workload.guest.count=1,2"] });
    expect(swept.points).toHaveLength(2);
    const one = await replay({ scenario: HOST, policy: next, replica: 0 });
    expect(one.policy).toBe("linux-next");
  });

  it("reaches every field that a policy has", () => {
    const fields = Object.keys(resolvePolicy("linux-6.16")).filter((field) => field !== "name" && field !== "text");
    const said = new Set(NAMES.flatMap((name) => Object.keys(POLICY_PRESETS[name])));
    expect(fields.filter((field) => !said.has(field))).toEqual([]);
  });

  it("is refused, field by field, where it says what no kernel can", async () => {
    const wrong = { file: "wrong.yaml", text: "extends: linux-6.16\nsignalEveryTrys: 5\nguestMask: [R, X]\n" };
    await expect(simulate({ scenario: HOST, policies: [wrong] })).rejects.toThrow(/wrong\.yaml:2:1: signalEveryTrys/);
  });
});
