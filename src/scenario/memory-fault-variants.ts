// The variants of the interface, from before the series to what was merged (docs/memory-fault.md, 2.8; KF 7.1).

import type { FaultVariant } from "./memory-fault-model.js";

type Mechanisms = Omit<FaultVariant, "name" | "text">;

/** Only the mechanisms that differ from those of the variant it extends. */
export interface FaultVariantPreset extends Partial<Mechanisms> {
  text: string;
  extends?: string;
}

/** What stood before: nothing is told. */
export const FAULT_DEFAULTS: Mechanisms = {
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

/** A preset with what it extends filled in. */
export function presetFaultVariant(name: string): FaultVariant {
  const preset = FAULT_VARIANT_PRESETS[name];
  if (preset === undefined)
    throw new RangeError(`variant: expected one of ${FAULT_VARIANT_NAMES.join(", ")}, got ${name}`);
  const { extends: parent, ...fields } = preset;
  const base = parent === undefined ? FAULT_DEFAULTS : presetFaultVariant(parent);
  return { ...base, ...fields, name };
}

export const FAULT_VARIANT_NAMES = Object.keys(FAULT_VARIANT_PRESETS);
