// The variants of the interface, from before the series to what was merged (docs/memory-fault.md, 2.8; KF 7.1).

import type { FaultMechanisms } from "./memory-fault-model.js";

/** Only the mechanisms that differ from those of the variant it extends. */
export interface FaultVariantPreset extends Partial<FaultMechanisms> {
  text: string;
  extends?: string;
}

/** What stood before: nothing is told. */
export const FAULT_DEFAULTS: FaultMechanisms = {
  sites: [],
  fillsDropped: false,
  returns: "efault",
  guards: [],
  reset: false,
  optIn: false,
  warns: false,
};

export const FAULT_VARIANT_PRESETS: Record<string, FaultVariantPreset> = {
  H0: {
    text: "Before the series: a bare -EFAULT, and the VM dies. Good: nothing can be misread. Bad: no post-copy by exits.",
  },
  H1: {
    text: "WIP v2 (15 Mar 2023): the VMM opts in, sites are annotated one by one. Good: old VMMs see nothing new. Bad: what is missed reads what was filled before.",
    sites: ["fast-gup", "handler"],
    fillsDropped: true,
    optIn: true,
  },
  H2: {
    text: "Every known site fills, always; -EFAULT goes with it (Sean). Good: hardly a fault without information. Bad: fills that nobody was to see are read later, or clobber an exit.",
    sites: ["fast-gup", "handler", "emulation", "attributes", "private-emulation"],
    fillsDropped: true,
  },
  H2b: {
    extends: "H2",
    text: "H2, but KVM_RUN returns 0 with the exit reason. Good: an unannotated -EFAULT cannot be misread. Bad: a clobbered exit is believed, and callers inside KVM see 0.",
    returns: "zero",
  },
  H3: {
    text: "Fill only where the error surely reaches user space (Anish). Good: clobbers nothing. Bad: what happens under the page-fault handler's callers is bare, or reads the last exit's.",
    sites: ["fast-gup", "handler", "attributes"],
  },
  H4: {
    extends: "H2",
    text: "H2 by a helper that refuses if the vCPU is not the one loaded (seed 004). Good: no other thread clobbers an exit. Bad: the vCPU's own thread still does.",
    guards: ["loaded"],
  },
  H5: {
    extends: "H2",
    text: "v3, v4: opt-in, both guards, exit_reason reset at KVM_RUN. Good: nothing is overwritten, nothing outlives its KVM_RUN. Bad: within one, a dropped fill keeps the right one out.",
    guards: ["loaded", "unknown"],
    reset: true,
    optIn: true,
    warns: true,
  },
  H6: {
    text: "Merged in 6.8: for private memory only, informational. Good: private/shared conversion works. Bad: a missing host mapping is still bare, as before.",
    sites: ["attributes", "private-emulation"],
    fillsDropped: true,
    reset: true,
  },
};

/** A preset's mechanisms, with those of what it extends. */
export function faultMechanisms(name: string): FaultMechanisms {
  const { extends: parent, text: _, ...fields } = FAULT_VARIANT_PRESETS[name]!;
  return { ...(parent === undefined ? FAULT_DEFAULTS : faultMechanisms(parent)), ...fields };
}
