// Pages brought in while the guest does something else (docs/memory-fault.md, 2.4; virt/kvm/async_pf.c): of each vCPU the faults that wait,
// and when their pages are ready. Few at a time, so a list without order.

import { KVM_RUN_END, VCPU_MAX } from "./kvm-run";

/** Pages on their way for one vCPU, at most (arch/x86/include/asm/kvm_host.h, 6.12). */
export const ASYNC_PF_PER_VCPU: u32 = 64;
/** Later than any event. */
export const NEVER: i64 = i64.MAX_VALUE;

const READY_AT: usize = KVM_RUN_END;
const FAULTS: usize = READY_AT + ((<usize>(VCPU_MAX * ASYNC_PF_PER_VCPU)) << 3);
const COUNTS: usize = FAULTS + ((<usize>(VCPU_MAX * ASYNC_PF_PER_VCPU)) << 2);
export const ASYNC_PAGES_END: usize = COUNTS + ((<usize>VCPU_MAX) << 2);

function size(vcpu: u32): u32 {
  return load<u32>(COUNTS + ((<usize>vcpu) << 2));
}

function resize(vcpu: u32, pages: u32): void {
  store<u32>(COUNTS + ((<usize>vcpu) << 2), pages);
}

function readyAt(vcpu: u32, index: u32): i64 {
  return load<i64>(READY_AT + ((<usize>(vcpu * ASYNC_PF_PER_VCPU + index)) << 3));
}

function faultAt(vcpu: u32, index: u32): u32 {
  return load<u32>(FAULTS + ((<usize>(vcpu * ASYNC_PF_PER_VCPU + index)) << 2));
}

function put(vcpu: u32, index: u32, ready: i64, fault: u32): void {
  store<i64>(READY_AT + ((<usize>(vcpu * ASYNC_PF_PER_VCPU + index)) << 3), ready);
  store<u32>(FAULTS + ((<usize>(vcpu * ASYNC_PF_PER_VCPU + index)) << 2), fault);
}

/** No page is on its way. */
export function forgetPages(vcpu: u32): void {
  resize(vcpu, 0);
}

/** Unless too many are on their way already. */
export function queuePage(vcpu: u32, fault: u32, ready: i64): void {
  const pages = size(vcpu);
  if (pages == ASYNC_PF_PER_VCPU) return;
  put(vcpu, pages, ready, fault);
  resize(vcpu, pages + 1);
}

/** When the next page is ready. */
export function nextReady(vcpu: u32): i64 {
  return size(vcpu) == 0 ? NEVER : readyAt(vcpu, first(vcpu));
}

/** The next page's fault; of two ready at once the earlier fault's. It is no longer on its way. */
export function takePage(vcpu: u32): u32 {
  const index = first(vcpu);
  const fault = faultAt(vcpu, index);
  const last = size(vcpu) - 1;
  put(vcpu, index, readyAt(vcpu, last), faultAt(vcpu, last));
  resize(vcpu, last);
  return fault;
}

function first(vcpu: u32): u32 {
  let best: u32 = 0;
  for (let index: u32 = 1; index < size(vcpu); index++) if (isBefore(vcpu, index, best)) best = index;
  return best;
}

function isBefore(vcpu: u32, a: u32, b: u32): bool {
  const earlier = readyAt(vcpu, a) - readyAt(vcpu, b);
  return earlier < 0 || (earlier == 0 && faultAt(vcpu, a) < faultAt(vcpu, b));
}
