// A variant of the interface as a record of mechanisms (docs/memory-fault.md, 2.8; KF 7.1). The exported names are the fields, set once a variant.

/** Sites that fill; bits by site (pages.ts). */
export let sites: u32 = 0;
/** A site fills even if its error then stays inside KVM. */
export let fillsDropped: bool = false;
/** The pair that user space is promised: 0 and the exit reason; else -EFAULT and the exit reason. */
export let returnsZero: bool = false;
/** Refuses to fill for a vCPU that the failing thread has not loaded (kvm_running_vcpu). */
export let guardsLoaded: bool = false;
/** Refuses to fill over an exit reason. */
export let guardsUnknown: bool = false;
/** KVM_RUN begins with exit_reason unknown. */
export let resets: bool = false;
/** An unannotated -EFAULT is a WARN. */
export let warns: bool = false;
