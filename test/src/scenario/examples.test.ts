import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXPERIMENT_KINDS } from "../../../src/experiments.js";
import { experimentOf } from "../../../src/scenario/experiment.js";
import { type Compiled, loadScenario } from "../../../src/scenario/index.js";

const FILES = readdirSync("examples").filter((file) => file.endsWith(".yaml"));

function example(name: string, set: string[] = []): Compiled {
  return loadScenario(readFileSync(`examples/${name}.yaml`, "utf8"), { file: `${name}.yaml`, set });
}

/** Class name to [kind, tasks]. */
function classes({ model }: Compiled): Record<string, [string, number]> {
  return Object.fromEntries(model.classes.map((c) => [c.name, [c.kind, c.count]]));
}

describe("the examples", () => {
  it("Always: they are those of the issue", () => {
    const names =
      "blocked-readers busy-vcpus fleet-host fork-storm halted-vcpus halted-vcpus-kvm idle-host kthreads nohz-full overcommit patch-lite vhost";
    for (const name of names.split(" ")) expect(FILES).toContain(`${name}.yaml`);
  });

  it.each(FILES)("Always: %s compiles and begins with its question", (file) => {
    const text = readFileSync(`examples/${file}`, "utf8");
    expect(text).toMatch(/^#[^?]+\?/);
    const experiment = experimentOf(text, file);
    const { name } =
      experiment === "transition"
        ? loadScenario(text, { file }).model
        : EXPERIMENT_KINDS[experiment].load(text, { file });
    expect(name).toBe(file.replace(".yaml", ""));
  });

  it("Always: hosts, classes and kinds are spelt as other checks expect", () => {
    expect(example("idle-host").model).toMatchObject({ taskCount: 0, host: { cpus: 64 } });
    const busy = example("busy-vcpus");
    expect(busy.model.host.cpus).toBe(64);
    expect(classes(busy)).toEqual({ vcpu: ["vcpu", 64], sleeper: ["user", 200], kworker: ["kthread", 8] });
    expect(busy.policies.map((p) => p.name)).toEqual(["linux-5.13", "linux-5.19", "kvm-v2", "kvm-direct"]);
    expect(busy.model.phases.every((p) => p.affected === 0)).toBe(true);
    expect(classes(example("overcommit"))).toEqual({ vcpu: ["vcpu", 64] });
    expect(example("overcommit").model.host.cpus).toBe(32);
    const fleet = example("fleet-host").model;
    expect(fleet).toMatchObject({ taskCount: 3000, host: { cpus: 192 } });
    expect(fleet.classes.reduce((sum, c) => sum + (c.kind === "vcpu" ? c.count : 0), 0)).toBe(384);
    for (const name of ["halted-vcpus", "halted-vcpus-kvm"]) {
      expect(classes(example(name))).toEqual({ vcpu: ["vcpu", 64] });
      expect(example(name).model.host.cpus).toBe(64);
    }
    expect(example("halted-vcpus-kvm").model.patch.functions).toEqual(["kvm_arch_vcpu_ioctl_run"]);
    expect(classes(example("blocked-readers"))).toEqual({ reader: ["user", 256] });
    expect(example("blocked-readers").model.host.cpus).toBe(32);
    expect(Object.keys(classes(example("kthreads")))).toEqual(["kthread"]);
    expect(Object.keys(classes(example("vhost")))).toEqual(["vcpu", "vhost"]);
    expect(Object.keys(classes(example("nohz-full")))).toEqual(["poller"]);
    expect(Object.keys(classes(example("fork-storm")))).toEqual(["parent"]);
  });

  it("Always: the pollers of nohz-full are alone on tickless CPUs", () => {
    const { model } = example("nohz-full");
    for (const cpu of model.tasks.cpu) expect([model.host.nohzFull[cpu], model.lone[cpu]]).toEqual([true, true]);
  });

  it.each([16, 256, 4096])("Always: patch-lite takes %d tasks, each on a lone CPU, in the law's shares", (count) => {
    const { model, policies } = example("patch-lite", [`workload.task.count=${count}`]);
    expect(classes({ model } as Compiled)).toEqual({ task: ["user", count] });
    expect(model.host).toMatchObject({ cpus: 4096, loaderCpu: "none", idleTasks: false, schedulerTick: false });
    expect(policies.map((p) => p.name)).toEqual(["plain"]);
    expect(model.lone.every(Boolean)).toBe(true);
    expect(model.classes[0]?.startShares.map((s) => Number(s.cumulative.toFixed(11)))).toEqual([0.02, 0.2, 1]);
    expect(model.phases.map((p) => [p.name, p.mode, p.affected])).toEqual([
      ["user", "user", 0],
      ["asleep-clean", "sleep", 0],
      ["asleep-affected", "sleep", 1],
    ]);
  });

  it("Always: busy-vcpus takes the issue's other patches", () => {
    const shares = (f: string) => {
      const { model } = example("busy-vcpus", [`patch.functions=[${f}]`]);
      const guest = model.phases.find((p) => p.mode === "guest");
      return [guest?.affected, guest?.affectedWork];
    };
    expect(shares("kvm_arch_vcpu_ioctl_run")).toEqual([1, 1]);
    expect(shares("vcpu_enter_guest")).toEqual([1, 0]);
  });
});
