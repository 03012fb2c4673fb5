// The hazards of memory-fault exits (KF 7.2): what the litmus tests say of a few steps, the experiment shows in a VM that meets them often.

import { describe, expect, it } from "vitest";
import { MEMORY_FAULT_TESTS } from "../../src/litmus/builtin/memory-fault.js";
import type { FaultCounter } from "../../src/results/memory-fault.js";
import { pages, paths, quiet, tally } from "../memory-fault/vm.js";

interface Hazard {
  says: string;
  fields: Record<string, unknown>;
  /** For a variant that annotates none of those pages' sites. */
  only?: Record<string, Record<string, unknown>>;
  counter: FaultCounter;
}

/** By litmus test: a VM in which its bad outcome is frequent if it can happen at all, and what counts it. */
const HAZARDS: Record<string, Hazard> = {
  S1: {
    says: "the last exit's information is read after an unannotated fault",
    fields: { pages: pages(2, 4, 4), paths: paths(4, 4, 0, 2) },
    counter: "stale",
  },
  "S1+same": {
    says: "a stale fill is read after an unannotated fault in the same KVM_RUN",
    fields: { pages: pages(8, 1, 1), paths: paths(4, 4, 0, 2), dropped: 0.5 },
    counter: "staleSameRun",
  },
  "S1+guard": {
    says: "a stale fill keeps a fault's own one out",
    fields: { pages: pages(8, 2), dropped: 0.5 },
    only: { H6: { pages: pages(8, 0, 2), dropped: 0.5 } },
    counter: "staleSameRun",
  },
  S2: {
    says: "a fill overwrites an exit under construction",
    fields: { pages: pages(4, 1, 1, 4), construction: { struck: 0.5 } },
    counter: "clobbered",
  },
  S3: {
    says: "a missing page that KVM meets on the guest's behalf kills the VM",
    fields: { pages: pages(5, 5), paths: paths(0, 0, 1) },
    counter: "bare",
  },
  "S3+fast-gup": {
    says: "a missing page that the guest meets kills the VM",
    fields: { pages: pages(5, 5), paths: paths(1) },
    counter: "bare",
  },
  "S3+private": {
    says: "private memory accessed as shared kills the VM",
    fields: { pages: pages(5, 0, 5) },
    counter: "bare",
  },
  "S3+missed": {
    says: "a fault at a site that no series has found kills the VM",
    fields: { pages: pages(5, 5), paths: paths(0, 0, 0, 1) },
    counter: "bare",
  },
  S4: {
    says: "a page that another thread finds missing overwrites an exit under construction",
    fields: { pages: pages(4, 1, 1, 4), construction: { struck: 0.5, elsewhere: 1 } },
    counter: "clobberedElsewhere",
  },
  "S4+loaded": {
    says: "an async page's failure in the vCPU's own loop overwrites an exit under construction",
    fields: { pages: pages(5, 0, 0, 5), async: { share: 1, latency: "1us", fails: 1 } },
    counter: "clobbered",
  },
  S5: {
    says: "user space resolves for ever what it cannot resolve",
    fields: { pages: pages(4, 4, 4), vmm: { unresolvable: 0.01, reaction: "rerun" } },
    counter: "livelocks",
  },
};

/** The litmus test's variant as a scenario has it. */
function variantOf(name: string): unknown {
  const [preset, change] = name.split(", ");
  return change === "no reset" ? { name: preset, extends: preset, reset: false } : preset;
}

for (const { name: test, variants } of MEMORY_FAULT_TESTS) {
  describe(test, () => {
    const { says, fields, only, counter } = HAZARDS[test]!;
    for (const [name, { expected }] of Object.entries(variants)) {
      if (name.endsWith("bounded")) continue;
      const verdict = typeof expected === "string" ? expected : expected.sc!;
      it(`${verdict}: under ${name} ${says}`, () => {
        const count = tally(quiet(only?.[name] ?? fields), variantOf(name))[counter];
        if (verdict === "Never") expect(count).toBe(0);
        else expect(count).toBeGreaterThan(100);
      });
    }
  });
}

describe("a VMM", () => {
  const hopeless = { pages: pages(0, 1), vmm: { unresolvable: 1, reaction: "bounded", repeats: 5 } };

  it("Always: that bounds repeats gives up after so many exits, and the VM is lost", () => {
    const { faults, exits, livelocks, lost } = tally(quiet(hopeless), "H2");
    expect({ exits, livelocks, lost }).toEqual({ exits: 5 * faults, livelocks: faults, lost: faults });
  });

  it("Always: that knows of no such exits kills the VM at the first, under every variant", () => {
    const old = { pages: pages(0, 1), vmm: { reaction: "kill" } };
    for (const variant of ["H0", "H2", "H2b", "H5"]) {
      const { faults, exits, lost } = tally(quiet(old), variant);
      expect({ exits, lost }).toEqual({ exits: faults, lost: faults });
    }
  });

  it("Never: is one that has not opted in told anything by H1 or H5", () => {
    for (const variant of ["H1", "H5"])
      expect(tally(quiet({ pages: pages(1, 1), vmm: { optIn: false } }), variant).right).toBe(0);
  });

  it("Always: without a reset, H5's own guard refuses every fill after the first exit", () => {
    const fields = quiet({ pages: pages(0, 1), vmm: { repeats: 3 } });
    const { right, lost } = tally(fields, { name: "stuck", extends: "H5", reset: false }, 1);
    // Of each VM the first fault is right, the second reads the first's until the VMM gives up.
    expect({ right, lost }).toEqual({ right: 500, lost: 500 });
  });

  it("Sometimes: a caller inside KVM takes H2b's 0 for success, which H2 cannot meet", () => {
    const fields = quiet({ pages: pages(0, 1), swallowed: 0.1 });
    expect(tally(fields, "H2b").swallowed).toBeGreaterThan(100);
    expect(tally(fields, "H2").swallowed).toBe(0);
  });

  it("Always: damage is what a stale read does, at most once a fault", () => {
    const fields = { pages: pages(0, 5), paths: paths(1, 0, 0, 1), vmm: { repeats: 4, damage: 1 } };
    const { corrupted, livelocks, stale } = tally(quiet(fields), "H2");
    expect(corrupted).toBe(livelocks);
    expect(stale).toBe(4 * livelocks);
  });
});
