import { describe, expect, it } from "vitest";
import {
  loadScenario,
  POLICY_PRESETS,
  type Policy,
  type PolicyFile,
  resolvePolicy,
  ScenarioError,
} from "../../../src/scenario/index.js";

const T = "TIF_PATCH_PENDING";
const N = "TIF_NOTIFY_SIGNAL";
const P = "TIF_SIGPENDING";
const R = "TIF_NEED_RESCHED";
const RL = "TIF_NEED_RESCHED_LAZY";
const NR = "TIF_NOTIFY_RESUME";

function mechanisms(name: string): Omit<Policy, "name" | "text"> {
  const { name: _name, text: _text, ...rest } = resolvePolicy(name);
  return rest;
}

function set(flags: string[]): string[] {
  return [...flags].sort();
}

describe("the presets", () => {
  it("Always: they are those of design 3.6, each with a text", () => {
    expect(Object.keys(POLICY_PRESETS)).toEqual(
      [
        "linux-4.12 linux-4.16 linux-5.1 linux-5.9 linux-5.10.162 linux-5.13 linux-5.16 linux-5.19 linux-6.1 linux-6.4 linux-6.13 linux-6.16",
        "kvm-v1 kvm-v2 kvm-direct kvm-revert kvm-final nohz-v1 nohz-v1-petr nohz-v2 nohz-v-petr nohz-v-peter force-after plain",
      ].flatMap((line) => line.split(" ")),
    );
    for (const name of Object.keys(POLICY_PRESETS)) {
      expect(resolvePolicy(name).name).toBe(name);
      expect(resolvePolicy(name).text).toMatch(/[Gg]ood.*bad/);
    }
  });

  // KF 4.1: the work mask and what leaves, by version; KF 3.1: the flag of a fake signal.
  it.each([
    ["linux-4.12", P, [R, P], [P], []],
    ["linux-4.16", P, [R, P], [P], []],
    ["linux-5.1", P, [R, P], [P], []],
    ["linux-5.9", P, [R, P, NR], [P], []],
    ["linux-5.10.162", P, [R, P, N, NR], [P, N], []],
    ["linux-5.13", N, [R, P, N, NR], [P], [N]],
    ["linux-5.16", N, [R, P, N, NR], [P], [N]],
    ["linux-5.19", N, [R, P, N, NR], [P, N], []],
    ["linux-6.1", N, [R, P, N, NR], [P, N], []],
    ["linux-6.4", N, [R, P, N, NR], [P, N], []],
    ["linux-6.13", N, [R, RL, P, N, NR], [P, N], []],
    ["linux-6.16", N, [R, RL, P, N, NR], [P, N], []],
    ["kvm-v1", N, [R, P, N, NR], [P, T], [N]],
    ["kvm-v2", N, [R, P, N, T, NR], [P, T], [N]],
    ["kvm-direct", N, [R, P, N, T, NR], [P], [N]],
    ["kvm-revert", P, [R, P, N, NR], [P], [N]],
    ["kvm-final", N, [R, P, N, NR], [P, N], []],
  ])("Always: %s looks before guest entry at what its kernel looks at", (name, signalFlag, mask, leaves, eats) => {
    const policy = resolvePolicy(name);
    expect(policy.signalFlag).toBe(signalFlag);
    expect(set(policy.guestMask)).toEqual(set(mask));
    expect(set(policy.guestLeaves)).toEqual(set(leaves));
    expect(set(policy.guestEats)).toEqual(set(eats));
    expect(policy.guestUpdates).toEqual(name === "kvm-direct" ? [T] : []);
  });

  it("Always: the eras differ in the mechanisms of KF 0.2", () => {
    const row = (name: string) => {
      const p = resolvePolicy(name);
      return [
        p.signal,
        p.updateBeforeSignal,
        p.wakeKthreads,
        p.wakeIdle,
        p.condResched,
        p.scheduleHook,
        p.vhost,
        p.forkFixed,
      ];
    };
    expect(row("linux-4.12")).toEqual(["none", false, false, false, false, false, "kthread", false]);
    expect(row("linux-4.16")).toEqual(["admin", true, true, false, false, false, "kthread", false]);
    expect(row("linux-5.1")).toEqual(["auto", true, true, false, false, false, "kthread", false]);
    expect(row("linux-5.10.162")).toEqual(["auto", true, true, false, false, false, "kthread", true]);
    expect(row("linux-5.13")).toEqual(["auto", true, true, false, false, false, "kthread", false]);
    expect(row("linux-5.16")).toEqual(["auto", true, true, true, false, false, "kthread", false]);
    expect(row("linux-6.1")).toEqual(["auto", true, true, true, false, false, "kthread", true]);
    expect(row("linux-6.4")).toEqual(["auto", true, true, true, true, false, "user", true]);
    expect(row("linux-6.16")).toEqual(["auto", true, true, true, false, true, "user", true]);
    expect(resolvePolicy("linux-4.16").adminSignalAt).toBe(15e6);
    expect(resolvePolicy("linux-5.1").adminSignalAt).toBeNull();
  });

  it("Always: kvm-final is linux-5.19 in everything but its name", () => {
    expect(mechanisms("kvm-final")).toEqual(mechanisms("linux-5.19"));
  });

  it("Always: plain signals nobody, wakes nobody and tries at whole seconds", () => {
    expect(mechanisms("plain")).toMatchObject({
      signal: "none",
      wakeKthreads: false,
      wakeIdle: false,
      condResched: false,
      scheduleHook: false,
      hookPatching: "none",
      taskWork: false,
      rounding: "exact",
      lateness: "none",
      tryPeriod: 1e6,
      remote: "none",
      forceAt: null,
      giveUp: false,
    });
  });

  it("Always: force-after forces at 60 s, the nohz policies switch remotely", () => {
    expect(resolvePolicy("force-after").forceAt).toBe(60e6);
    expect(
      ["nohz-v1", "nohz-v1-petr", "nohz-v2", "nohz-v-petr", "nohz-v-peter"].map((n) => resolvePolicy(n).remote),
    ).toEqual(["v1", "v1-petr", "v2", "v-petr", "v-peter"]);
    // KF 5.1: v2 waits by RCU, and so does what the mails of 6 Oct 2021 amend.
    expect(
      ["nohz-v1", "nohz-v1-petr", "nohz-v2", "nohz-v-petr", "nohz-v-peter"].map((n) => resolvePolicy(n).sync),
    ).toEqual(["sched", "sched", "rcu", "rcu", "rcu"]);
  });
});

describe("own policies", () => {
  it("Always: a record without a name is called after what it extends; a file's, after the file", () => {
    const named = (text: string, policies?: PolicyFile[]) =>
      loadScenario(`host: { cpus: 1 }\npolicies: ${text}`, { policies }).policies.map(({ name }) => name);
    expect(named("[{ extends: linux-6.1, forceAt: 5s }]")).toEqual(["linux-6.1+"]);
    const text = "extends: own\nforceAt: 5s\n";
    expect(named("[{ name: own, extends: plain }]", [{ file: "a/hasty.yaml", text }])).toEqual(["hasty"]);
    expect(named("[plain]", [{ file: "x.json", text: '{"name": "mine", "extends": "plain"}' }])).toEqual(["mine"]);
  });

  it("Never: two policies have one name", () => {
    const two = "[{ extends: plain, forceAt: 5s }, { extends: plain, forceAt: 6s }]";
    expect(() => loadScenario(`host: { cpus: 1 }\npolicies: ${two}`)).toThrow(
      /^2:45: policies\[1\]: expected each policy once, under a name of its own, got "plain\+"$/,
    );
  });

  it("Always: a record takes from what it extends all that it does not say", () => {
    const own = resolvePolicy({ name: "mine", extends: "linux-6.1", signalEveryTries: 5, tryPeriod: "500ms" });
    const { name, text, ...rest } = own;
    expect(name).toBe("mine");
    expect(text).toBe("linux-6.1, changed.");
    expect(rest).toEqual({ ...mechanisms("linux-6.1"), signalEveryTries: 5, tryPeriod: 500_000 });
  });

  it("Always: flags may be written short or in full", () => {
    const short = resolvePolicy({
      extends: "linux-5.16",
      guestMask: ["R", "P", "N", "T", "NR"],
      guestLeaves: ["P", "T"],
    });
    const full = resolvePolicy({ extends: "linux-5.16", guestMask: [NR, T, N, P, R], guestLeaves: [T, P] });
    expect(short.guestMask).toEqual(full.guestMask);
    expect(short.guestLeaves).toEqual(full.guestLeaves);
  });

  it("Always: records may extend records of the scenario and of a file of policies", () => {
    const text = "host: { cpus: 1 }\npolicies: [{ name: slow, extends: base, tryPeriod: 2s }, linux-5.13]";
    const { policies } = loadScenario(text, { extraPolicies: { base: { extends: "kvm-v2", signalEveryTries: 7 } } });
    expect(policies.map((p) => p.name)).toEqual(["slow", "linux-5.13"]);
    expect(policies[0]).toMatchObject({ tryPeriod: 2e6, signalEveryTries: 7, guestLeaves: [T, P] });
  });

  it("Always: policies named by the caller replace the scenario's, its own records still known", () => {
    const text = "host: { cpus: 1 }\npolicies: [{ name: mine, extends: plain, forceAt: 3s }, linux-5.13]";
    expect(loadScenario(text, { policies: ["linux-6.1", "mine"] }).policies.map((p) => p.name)).toEqual([
      "linux-6.1",
      "mine",
    ]);
  });

  it.each([
    ["an unknown name", "linux-5.31", /linux-5\.31.*did you mean linux-5\.13/],
    ["an unknown parent", { extends: "kvm-v3" }, /extends.*did you mean kvm-v/],
    ["an unknown field", { extends: "plain", trialPeriod: "1s" }, /trialPeriod.*did you mean tryPeriod/],
    ["neither extends nor all fields", { signal: "none" }, /expected extends/],
    ["a preset's name", { name: "plain", extends: "linux-6.1" }, /a name of its own/],
    ["a flag that nothing clears", { extends: "linux-6.1", guestMask: ["R", "T"] }, /TIF_PATCH_PENDING.*never end/],
    ["a reschedule that leaves", { extends: "linux-6.1", guestLeaves: ["R"] }, /guestLeaves.*expected one of P, N, T/],
    ["an admin without power", { extends: "linux-6.1", adminSignalAt: "5s" }, /signal: admin/],
    ["a bare number", { extends: "linux-6.1", tryPeriod: 2 }, /did you mean 2ms or 2s/],
  ])("Never: a policy with %s is taken", (_, policy, message) => {
    expect(() => resolvePolicy(policy)).toThrow(ScenarioError);
    expect(() => resolvePolicy(policy)).toThrow(message);
  });

  it("Never: policies extend each other in a circle", () => {
    const text = "host: { cpus: 1 }\npolicies: [{ name: a, extends: b }, { name: b, extends: a }]";
    expect(() => loadScenario(text)).toThrow(/a extends b extends a: a circle/);
  });
});
