import { describe, expect, it } from "vitest";
import { resolvePolicy } from "../../../src/scenario/index.js";
import { loadKernels, machineOf, policyOf } from "../../../src/validate/kernels.js";

const LAB = new URL("../../../examples/kernel-lab/", import.meta.url);
const kernels = await loadKernels(LAB, new Map([["mine", "linux-5.13"]]));

describe("(kernel, variant) is a policy", () => {
  it.each([
    ["5.10.0-46-amd64", "stock", "linux-5.10.162"],
    ["6.1.0-56-amd64", "stock", "linux-6.1"],
    ["6.1.192-klplab", "fixed", "linux-6.1"],
    ["6.12.117+deb12-amd64", "stock", "linux-6.4"],
    ["6.1.192-klplab", "mine", "linux-5.13"],
  ])("%s %s: %s", (kernel, variant, name) => {
    expect(policyOf(kernels, kernel, variant)).toEqual({ name });
  });

  it("6.1.192 regressed: linux-6.1 with TIF_NOTIFY_SIGNAL eaten, which is the KVM part of linux-5.16", () => {
    const { name, record } = policyOf(kernels, "6.1.192-klplab", "regressed")!;
    expect(name).toBe("linux-6.1+regressed");
    const { name: _, text: __, ...policy } = resolvePolicy(record);
    const { guestMask, guestLeaves, guestEats, guestUpdates } = resolvePolicy("linux-5.16");
    expect(policy).toEqual({ ...withoutNames("linux-6.1"), guestMask, guestLeaves, guestEats, guestUpdates });
  });

  it.each([
    ["v2", "kvm-v2"],
    ["petr", "kvm-direct"],
  ])("%s: the KVM part of %s on that kernel", (variant, source) => {
    for (const [kernel, base] of [
      ["5.10.0-46-amd64", "linux-5.10.162"],
      ["6.1.192-klplab", "linux-6.1"],
      ["6.12.117+deb12-amd64", "linux-6.4"],
    ] as const) {
      const { name: _, text: __, ...policy } = resolvePolicy(policyOf(kernels, kernel, variant)!.record);
      const { guestMask, guestLeaves, guestEats, guestUpdates } = resolvePolicy(source);
      expect(policy).toEqual({ ...withoutNames(base), guestMask, guestLeaves, guestEats, guestUpdates });
    }
  });

  it.each([
    ["6.1.1920-other", "fixed"],
    ["6.1.192-klplab", "stock"],
    ["6.1.0-56-amd64", "regressed"],
    ["4.19.0", "stock"],
  ])("%s %s is unknown", (kernel, variant) => {
    expect(policyOf(kernels, kernel, variant)).toBeUndefined();
  });
});

describe("machine constants", () => {
  it("are one set a kernel and clock", () => {
    expect(machineOf(kernels, "6.12.117+deb12-amd64", "icount").host).toMatchObject({ hookOff: "290ms" });
    expect(machineOf(kernels, "6.12.117+deb12-amd64", "realtime").host).toMatchObject({ hookOff: "530ms" });
    expect(machineOf(kernels, "7.1.0", "icount")).toEqual({});
  });
});

function withoutNames(name: string) {
  const { name: _, text: __, ...fields } = resolvePolicy(name);
  return fields;
}
