// When each vCPU's next event is due, and whose is the earliest: a knockout tournament, in which a vCPU's new time is played up to the top.
//
//   node 1 is the top; the matches of node n are nodes 2n and 2n + 1; vCPU v enters at node `leaves` + v

import { ASYNC_PAGES_END, NEVER } from "./async-pages";
import { VCPU_MAX } from "./kvm-run";

const DUE_AT: usize = ASYNC_PAGES_END;
const WINNERS: usize = DUE_AT + ((<usize>VCPU_MAX) << 3);
export const DUE_END: usize = WINNERS + ((<usize>VCPU_MAX) << 3);
if ((VCPU_MAX & (VCPU_MAX - 1)) != 0) ERROR("a tournament has room for a power of two");

let leaves: u32 = 1;

/** No vCPU has an event yet. */
export function clearDue(vcpus: u32): void {
  leaves = 1;
  while (leaves < vcpus) leaves <<= 1;
  for (let vcpu: u32 = 0; vcpu < leaves; vcpu++) {
    store<i64>(DUE_AT + ((<usize>vcpu) << 3), NEVER);
    setWinner(leaves + vcpu, vcpu);
  }
  for (let node = leaves - 1; node > 0; node--) setWinner(node, winner(node << 1));
}

export function dueAt(vcpu: u32): i64 {
  return load<i64>(DUE_AT + ((<usize>vcpu) << 3));
}

export function setDue(vcpu: u32, time: i64): void {
  store<i64>(DUE_AT + ((<usize>vcpu) << 3), time);
  for (let node = (leaves + vcpu) >> 1; node > 0; node >>= 1) {
    const lower = winner(node << 1);
    const higher = winner((node << 1) | 1);
    setWinner(node, select<u32>(higher, lower, dueAt(higher) < dueAt(lower)));
  }
}

/** The vCPU with the earliest event, of equals the lower number. */
export function earliestVcpu(): u32 {
  return winner(1);
}

function winner(node: u32): u32 {
  return load<u32>(WINNERS + ((<usize>node) << 2));
}

function setWinner(node: u32, vcpu: u32): void {
  store<u32>(WINNERS + ((<usize>node) << 2), vcpu);
}
