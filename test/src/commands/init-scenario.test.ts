import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask } from "../../../src/commands/init.js";
import { type Answers, presetFor, scenarioText } from "../../../src/commands/init-scenario.js";
import { loadScenario, POLICY_PRESETS } from "../../../src/scenario/index.js";

const count = fc.nat(300);
const answers: fc.Arbitrary<Answers> = fc.record({
  cpus: fc.integer({ min: 1, max: 64 }),
  vcpus: count,
  agents: count,
  readers: count,
  sleepers: count,
  kworkers: count,
  patchFunctions: fc.uniqueArray(fc.constantFrom("vfs_read", "pipe_read", "kvm_vcpu_ioctl")),
  policies: fc.uniqueArray(fc.constantFrom(...Object.keys(POLICY_PRESETS)), { minLength: 1 }),
});

describe("The scenario of klpsim init", () => {
  it("Always: compiles, with so many tasks of each class, those functions and those policies", () => {
    fc.assert(
      fc.property(answers, (given) => {
        const { scenario, policies } = loadScenario(scenarioText(given, "host.yaml"));
        const { vcpu, agent, reader, sleeper, kworker } = scenario.workload;
        const counts = [vcpu, agent, reader, sleeper, kworker].map((one) => one?.count ?? 0);
        expect(counts).toEqual([given.vcpus, given.agents, given.readers, given.sleepers, given.kworkers]);
        expect(scenario.host.cpus).toBe(given.cpus);
        expect(scenario.patch.functions).toEqual(given.patchFunctions);
        expect(policies.map(({ name }) => name)).toEqual(given.policies);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe("The policy for a kernel", () => {
  it.each([
    ["6.8.0-45-generic", "linux-6.4"],
    ["6.1.0-28-amd64", "linux-6.1"],
    ["7.0.1", "linux-6.16"],
    ["5.15.0-1.el9", "linux-5.13"],
    ["5.10.0-33-amd64", "linux-5.9"],
    ["5.10.220", "linux-5.10.162"],
    ["5.11.4", "linux-5.9"],
    ["4.18.0-553.el8", "linux-4.16"],
    ["3.10.0", "linux-4.12"],
  ])("%s: %s", (release, policy) => {
    expect(presetFor(release)).toBe(policy);
  });
});

describe("Asking", () => {
  const given = { agents: 1, sleepers: 2, kworkers: 3, readers: 4 };

  async function asked(typed: string): Promise<{ answers: Answers; shown: string }> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = "";
    output.on("data", (part) => {
      shown += part;
    });
    input.end(typed);
    return { answers: await ask(given, input, output), shown };
  }

  it("asks only for what is not given, and again after a wrong answer", async () => {
    const { answers, shown } = await asked("64\nmany\n32\nvfs_read, pipe_read\nlinux-5.19 kvm-v2\n");
    expect(answers).toEqual({
      ...given,
      cpus: 64,
      vcpus: 32,
      patchFunctions: ["vfs_read", "pipe_read"],
      policies: ["linux-5.19", "kvm-v2"],
    });
    expect(shown.match(/Busy vCPU threads/g)).toHaveLength(2);
    expect(shown).toContain("Expected a whole number from 0 to 65536.");
    expect(shown).not.toContain("Workqueue");
  });

  it("takes what stands in brackets for an empty line", async () => {
    const { answers, shown } = await asked("\n\n\n\n");
    expect(shown).toContain(`CPUs of the host [${answers.cpus}]: `);
    expect(answers).toMatchObject({ vcpus: 0, patchFunctions: ["pipe_read"] });
  });

  it("ends as interrupted where the input does", async () => {
    await expect(asked("64\n")).rejects.toThrow("interrupted");
  });
});
