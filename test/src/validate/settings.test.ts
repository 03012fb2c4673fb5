import { describe, expect, it } from "vitest";
import type { Row } from "../../../src/validate/measurements.js";
import { type Recipe, recipeOf } from "../../../src/validate/settings.js";
import { Simulator } from "../../../src/validate/simulate.js";

const LAB = new URL("../../../examples/kernel-lab/", import.meta.url);

function row(params: Partial<Row["params"]>, more: Partial<Row> = {}): Row {
  return {
    file: "file.jsonl",
    line: 1,
    kernel: "6.1.0-56-amd64",
    variant: "stock",
    cell: "any",
    workload: "W3",
    params: {
      wl: "sint",
      func: "klplab_sleep_int",
      dist: "exp",
      mean_ms: 2000,
      tdist: "exp",
      think_ms: 100,
      kmode: "int",
      pin: "none",
      ctl_cpu: 0,
      exit_ms: 0,
      cap_ms: 90_000,
      ...params,
    },
    clock: "icount",
    direction: "patch",
    censored: false,
    cpus: 4,
    tasks: 3,
    transition_ms: 1000,
    ...more,
  };
}

function settings(recipe: Recipe | undefined): Record<string, unknown> {
  return Object.fromEntries(
    recipe!.settings.map((text) => {
      const at = text.indexOf("=");
      return [text.slice(0, at), JSON.parse(text.slice(at + 1))];
    }),
  );
}

describe("a row becomes the settings of its family's template", () => {
  it("by its parameters alone", () => {
    const recipe = recipeOf(row({ func: "f", tdist: "fixed", cap_ms: 60_000 }, { direction: "unpatch" }), {});
    expect(recipe?.template).toBe("W3.yaml");
    expect(settings(recipe)).toMatchObject({
      "host.cpus": 4,
      "host.loaderCpu": 0,
      "patch.functions": ["f"],
      "patch.direction": "unpatch",
      "run.horizon": "60000000us",
      "workload.task.count": 3,
      "workload.task.cpus": [1, 2, 3, 0],
      "workload.task.behaviour.phases.think.duration": "100000us",
    });
  });

  it.each([
    ["none", 4, [1, 2, 3, 0]],
    ["off0", 4, [1, 2, 3]],
    ["spread", 4, [0, 1, 2, 3]],
    ["cpu0", 4, [0]],
    ["none", 1, [0]],
    ["off0", 1, [0]],
  ])("pinned %s on %d CPUs to %j", (pin, cpus, list) => {
    expect(settings(recipeOf(row({ pin }, { cpus }), {}))["workload.task.cpus"]).toEqual(list);
  });

  it("with sleeps on the timer wheel: a fixed 20 s ends after 20 to 22.048 s at HZ 250", () => {
    const duration = settings(recipeOf(row({ dist: "fixed", mean_ms: 20_000 }), {}))[
      "workload.task.behaviour.phases.call.duration"
    ];
    expect(duration).toEqual({ uniform: ["20000000us", "22048000us"] });
  });

  it("with what else runs on the machine, where there are CPUs for it", () => {
    const visitor = { minCpus: 3, kind: "kthread", cpus: [1], behaviour: "kworker" };
    const machine = { workload: { visitor } };
    const own = { kind: "kthread", cpus: [1], behaviour: "kworker" };
    expect(settings(recipeOf(row({}), machine))["workload.visitor"]).toEqual(own);
    expect(settings(recipeOf(row({}, { cpus: 2 }), machine))["workload.visitor"]).toBeUndefined();
  });

  it("with what is different on a single CPU", () => {
    const machine = { host: { enableGap: "1ms", unhookWork: "8ms" }, alone: { unhookWork: "5ms" } };
    const work = (cpus: number) => settings(recipeOf(row({ wl: "cpu" }, { cpus }), machine))["host.unhookWork"];
    expect([1, 2].map(work)).toEqual(["5ms", "8ms"]);
  });

  it("with work on the loader's CPU lengthened by the other busy CPUs", () => {
    const machine = { host: { enableGap: "1ms" }, busyShare: 0.5 };
    const gap = (tasks: number) => settings(recipeOf(row({ wl: "cpu" }, { tasks }), machine))["host.enableGap"];
    expect([1, 2, 4, 9].map(gap)).toEqual(["1500us", "2ms", "2500us", "2500us"]);
    expect(settings(recipeOf(row({}), machine))["host.enableGap"]).toBe("1ms");
  });

  it("or nothing, where the workload is none of the lab's", () => {
    expect(recipeOf(row({ wl: "toString" }), {})).toBeUndefined();
  });
});

describe("every workload, placement and law makes a scenario", () => {
  const simulator = new Simulator(LAB, 3);
  const workloads = "idle cpu getppid sleep sint sunint skill kt busy busysig stop sint_stop vcpu vcpu_hlt".split(" ");
  it.each(workloads)("%s", async (wl) => {
    for (const pin of ["none", "off0", "spread", "cpu0"])
      for (const dist of ["exp", "fixed", "uni"])
        for (const [cpus, tasks, think_ms] of [
          [1, 1, 0],
          [2, 5, 100],
          [4, 2, 1000],
        ] as const) {
          const recipe = recipeOf(row({ wl, pin, dist, tdist: dist, think_ms }, { cpus, tasks }), {});
          const plan = await simulator.plan(recipe!, { name: "linux-6.1" });
          expect((await simulator.sample(plan)).n).toBe(3);
        }
  });
});
