// Every line of parameters that the lab's guest program can be given comes to a scenario that runs (examples/kernel-lab/README.md, A row).

import { describe, expect, it } from "vitest";
import { loadKernels, machineOf, policyOf } from "../../../src/validate/kernels.js";
import type { Row } from "../../../src/validate/measurements.js";
import { recipeOf, WORKLOADS } from "../../../src/validate/settings.js";
import { Simulator } from "../../../src/validate/simulate.js";

const LAB = new URL("../../../examples/kernel-lab/", import.meta.url);
const STRIDE = 13; // each so many'th combination: prime to all the lists, so that each value meets each
const CAP_MS = 3000; // short: what is asked is whether it runs
const kernels = await loadKernels(LAB, new Map());

const FUNCTION: Record<string, string> = {
  sint: "klplab_sleep_int",
  sint_stop: "klplab_sleep_int",
  sunint: "klplab_sleep_unint",
  skill: "klplab_sleep_kill",
  kt: "klplab_kt_sleep",
  busy: "klplab_busy",
  busysig: "klplab_busy_sig",
  vcpu: "kvm_vcpu_ioctl",
  vcpu_hlt: "kvm_arch_vcpu_ioctl_run",
};

function* rows(wl: string): Generator<Row> {
  const distributions = ["exp", "fixed", "uni"];
  let line = 0;
  for (const [cpus, ctl_cpu] of [
    [1, 0],
    [2, 0],
    [2, 1],
    [4, 0],
    [4, -1],
  ] as const)
    for (const pin of ["none", "off0", "spread", "cpu0"])
      for (const tasks of wl === "idle" ? [0] : [1, 3, 64])
        for (const [mean_ms, think_ms] of [
          [0, 0],
          [0.5, 100],
          [700, 0],
          [30_000, 1000],
        ]) {
          line++;
          if (line % STRIDE !== 0) continue;
          yield {
            file: "grammar.jsonl",
            line,
            kernel: "6.1.0-56-amd64",
            variant: "stock",
            cell: "any",
            workload: "any",
            cpus,
            tasks,
            direction: line % 2 === 0 ? "patch" : "unpatch",
            params: {
              wl,
              func: line % 3 === 0 ? "cmdline_proc_show" : (FUNCTION[wl] ?? "get_signal"),
              dist: distributions[line % 3]!,
              mean_ms: mean_ms!,
              tdist: distributions[(line >> 1) % 3]!,
              think_ms: think_ms!,
              kmode: ["int", "idle", "unint"][line % 3]!,
              pin,
              ctl_cpu,
              exit_ms: line % 4 === 0 ? 700 : 0,
              cap_ms: CAP_MS,
            },
            clock: line % 5 === 0 ? "realtime" : "icount",
            censored: false,
            transition_ms: 1,
          };
        }
}

describe("a row that the lab's guest program can make", () => {
  it.each(WORKLOADS)("comes to a scenario that runs, whatever its parameters: %s", async (wl) => {
    const simulator = new Simulator(LAB, 1);
    for (const row of rows(wl)) {
      const recipe = recipeOf(row, machineOf(kernels, row.kernel, row.clock));
      const policy = policyOf(kernels, row.kernel, row.variant);
      if (recipe === undefined || policy === undefined) throw new Error(`${wl} is not known`);
      const { n } = await simulator.sample(await simulator.plan(recipe, policy));
      expect(n).toBe(1);
    }
  });

  it("comes to one on every kernel, variant and clock of the tables", async () => {
    const simulator = new Simulator(LAB, 1);
    const [sample] = rows("vcpu");
    for (const [kernel, { variants }] of Object.entries(kernels.policies.kernels))
      for (const variant of variants)
        for (const clock of ["icount", "realtime"])
          for (const cpus of [1, 2, 4])
            for (const direction of ["patch", "unpatch"] as const) {
              const row = { ...sample!, kernel, variant, cpus, direction, clock };
              const recipe = recipeOf(row, machineOf(kernels, kernel, clock))!;
              const { n } = await simulator.sample(await simulator.plan(recipe, policyOf(kernels, kernel, variant)!));
              expect(n).toBe(1);
            }
  });
});
