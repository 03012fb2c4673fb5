import { describe, expect, it } from "vitest";
import { type Compiled, loadScenario, ScenarioError } from "../../../src/scenario/index.js";

const BASE = `
host: { cpus: 8 }
workload:
  vcpu: { kind: vcpu, count: 4, cpus: one-each, behaviour: busy-guest }
  reader: { kind: user, count: 2, behaviour: { extends: blocked-reader } }
patch: { functions: [pipe_read] }
policies: [linux-5.13, { name: mine, extends: plain }]
`;

function withSet(...set: string[]): Compiled {
  return loadScenario(BASE, { file: "x.yaml", set });
}

describe("--set", () => {
  it("Always: a value is reached by its path, in a class, the host, the patch and the run", () => {
    const { model, replicas, seed } = withSet(
      "workload.vcpu.count=8",
      "host.hz=1000",
      "patch.functions=[vfs_read]",
      "run.replicas=7",
      "run.seed=18446744073709551615",
      "run.horizon=30s",
    );
    expect(model.classes[0]?.count).toBe(8);
    expect(model.host.hz).toBe(1000);
    expect(model.patch.functions).toEqual(["vfs_read"]);
    expect(replicas).toBe(7);
    expect(seed).toBe(2n ** 64n - 1n);
    expect(model.horizon).toBe(30e6);
  });

  it("Always: of two settings of one value the later one holds", () => {
    expect(withSet("host.cpus=16", "host.cpus=32").model.host.cpus).toBe(32);
  });

  it("Always: whole sections can be set", () => {
    const { model } = withSet("workload.new={ kind: kthread, behaviour: kworker }", "patch={ direction: unpatch }");
    expect(model.classes.map((c) => c.name)).toEqual(["vcpu", "reader", "new"]);
    expect(model.patch.direction).toBe("unpatch");
  });

  it("Always: list items are reached by index, written either way", () => {
    expect(withSet("policies[0]=linux-6.1").policies[0]?.name).toBe("linux-6.1");
    expect(withSet("policies.1.forceAt=5s").policies[1]?.forceAt).toBe(5e6);
    expect(withSet("policies[2]=kvm-v2").policies).toHaveLength(3);
  });

  it("Always: a phase of a built-in behaviour can be changed, by its name or where it is extended", () => {
    const { model } = withSet(
      "workload.vcpu.behaviour.phases.guest.exits=77/s",
      "workload.reader.behaviour.phases.read.duration={ exponential: 9s }",
    );
    expect(model.phases.find((p) => p.name === "guest")?.exits).toBe(77);
    expect(model.durations[model.phases.find((p) => p.name === "read")?.duration ?? -1]).toEqual({
      kind: "exponential",
      mean: 9e6,
    });
  });

  it("Always: a field of a built-in policy can be changed; the policy gets a name of its own", () => {
    const [policy] = withSet("policies[0].signalEveryTries=3").policies;
    expect(policy).toMatchObject({ name: "linux-5.13+", signalEveryTries: 3, guestEats: ["TIF_NOTIFY_SIGNAL"] });
  });

  it.each([
    ["workload.vcpu.cuont=3", /workload\.vcpu\.cuont: unknown field.*did you mean count/],
    ["workload.vcpus.count=3", /workload\.vcpus: there is none here.*did you mean vcpu/],
    ["workload.vcpu.behaviour.phases.gest.exits=3", /there is none here; there are guest; did you mean guest/],
    ["hots.cpus=3", /hots: unknown field.*did you mean host/],
    ["host.cpus.more=3", /no such field/],
    ["host.hz=999", /host\.hz: expected one of 100, 250, 300, 1000, got 999/],
    ["workload.vcpu.count=-1", /from 0 to 65536, got -1/],
    ["workload.vcpu.count=9", /at most 8 tasks with cpus: one-each/],
    ["run.horizon=60", /did you mean 60ms or 60s/],
    ["policies[9]=plain", /an index from 0 to 2/],
    ["run.seed=", /a value after =/],
    ["run.seed", /expected path=value/],
    ["=3", /expected path=value/],
    ["run..seed=3", /expected path=value/],
    ["__proto__.x=3", /expected path=value/],
    ["run.exceed=[1s", /not valid YAML/],
    ["patch.functions=vfs_read", /a list of functions, got "vfs_read"/],
  ])("Never: %s is taken, and the message names the argument", (argument, message) => {
    expect(() => withSet(argument)).toThrow(ScenarioError);
    expect(() => withSet(argument)).toThrow(message);
    expect(() => withSet(argument)).toThrow(`--set ${argument}`);
  });

  it("Never: a mistake of the file is blamed on a setting", () => {
    expect(() => loadScenario(`${BASE}runn: {}\n`, { file: "x.yaml", set: ["host.hz=1000"] })).toThrow(
      /^x\.yaml:8:1: runn/,
    );
  });
});
