// kvm_run as KVM and user space share it: E (exit_reason) and D (what the union holds), who may write them, and when they are reset
// (docs/memory-fault.md, 2.1, 2.5, 2.6; KF 7.1, 7.3). Left out: all fields that no memory fault meets.

import { count, TALLY_END, WARNINGS } from "./tally";
import { guardsLoaded, guardsUnknown, resets } from "./variant";

export const VCPU_MAX: u32 = 256;

// Exit reasons under the kernel's numbers (include/uapi/linux/kvm.h, 6.12).
export const KVM_EXIT_UNKNOWN: u32 = 0;
export const KVM_EXIT_MMIO: u32 = 6;
export const KVM_EXIT_INTR: u32 = 10;
export const KVM_EXIT_MEMORY_FAULT: u32 = 39;

// Per vCPU: E, D as the number of the fault that it is about, and whether this KVM_RUN wrote them.
const RUNS: usize = TALLY_END;
const RUN_BYTES: usize = 12;
export const KVM_RUN_END: usize = RUNS + ((<usize>VCPU_MAX * RUN_BYTES + 7) & ~7);

function run(vcpu: u32): usize {
  assert(vcpu < VCPU_MAX);
  return RUNS + <usize>vcpu * RUN_BYTES;
}

export function exitReason(vcpu: u32): u32 {
  return load<u32>(run(vcpu));
}

/** The fault that the union is about. */
export function data(vcpu: u32): u32 {
  return load<u32>(run(vcpu), 4);
}

export function isOfThisRun(vcpu: u32): bool {
  return load<u32>(run(vcpu), 8) != 0;
}

/** A VM starts. */
export function create(vcpu: u32): void {
  store<u32>(run(vcpu), KVM_EXIT_UNKNOWN);
  store<u32>(run(vcpu), 0, 4);
  store<u32>(run(vcpu), 0, 8);
}

/** KVM_RUN begins. */
export function begin(vcpu: u32): void {
  if (resets) store<u32>(run(vcpu), KVM_EXIT_UNKNOWN);
  store<u32>(run(vcpu), 0, 8);
}

/** KVM prepares an exit. */
export function prepare(vcpu: u32, reason: u32, fault: u32): void {
  store<u32>(run(vcpu), reason);
  store<u32>(run(vcpu), fault, 4);
  store<u32>(run(vcpu), 1, 8);
}

/** An annotated site fills, unless a guard refuses. `loaded`: by the thread that has loaded the vCPU. True: filled. */
export function fill(vcpu: u32, fault: u32, loaded: bool): bool {
  if ((guardsLoaded && !loaded) || (guardsUnknown && exitReason(vcpu) != KVM_EXIT_UNKNOWN)) {
    count(WARNINGS);
    return false;
  }
  prepare(vcpu, KVM_EXIT_MEMORY_FAULT, fault);
  return true;
}
