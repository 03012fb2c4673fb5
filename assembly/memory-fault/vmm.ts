// User space: what it makes of a return from KVM_RUN, and what it does about a fault (docs/memory-fault.md, 2.3 and 2.7; KF 7.2, 7.3).

import { chance, DAMAGE, EXIT_MAX, exitDraw, FAILS, KNOWS, SWALLOWED, UNRESOLVABLE } from "./draws";
import { begin, data, exitReason, fill, isOfThisRun, KVM_EXIT_MEMORY_FAULT } from "./kvm-run";
import { CONVERT, POPULATE, REMAP, rightWay, siteOf } from "./pages";
import * as tally from "./tally";
import { returnsZero, sites, warns } from "./variant";

/** Probability that a caller inside KVM takes a 0 for success. */
export let swallowed: f64 = 0;
/** User space does not know of such exits: it kills the VM at the first. */
export let kills: bool = false;
/** Exits of one fault after which user space gives up. */
export let repeats: u32 = EXIT_MAX;
/** User space is told which of the ways it is. */
export let reasonFlags: bool = false;
/** Probability that its own records tell it. */
export let knows: f64 = 1;
/** Of each attempt at the right way, that it does not work. */
export let fails: f64 = 0;
/** Of a fault, that nothing resolves it. */
export let unresolvable: f64 = 0;
/** Of a wrong page resolved, that this corrupts the VM. */
export let damage: f64 = 0;

/** A fault that needs user space, from exit to exit. False: the VM is lost. */
export function resolve(vcpu: u32, fault: u32, page: u32, path: u32): bool {
  const site = siteOf(page, path);
  const right = rightWay(page, path);
  let corrupted = false;
  tally.count(tally.NEEDING);
  for (let exit: u32 = 0; exit < repeats; exit++) {
    const filled = failAt(vcpu, fault, site);
    if (filled && returnsZero && chance(swallowed, vcpu, SWALLOWED, exitDraw(fault, exit))) {
      swallow(corrupted);
      return true;
    }
    if (!informs(vcpu, filled)) return false;
    const isThis = data(vcpu) == fault;
    tally.count(isThis ? tally.RIGHT : tally.STALE);
    if (!isThis && isOfThisRun(vcpu)) tally.count(tally.STALE_SAME_RUN);
    if (kills) return false;
    const resolved = isThis && resolveThis(vcpu, fault, exit, right);
    if (!isThis) corrupted = resolveOther(vcpu, fault, exit, corrupted);
    begin(vcpu);
    if (resolved) return true;
  }
  tally.count(tally.LIVELOCKS);
  return false;
}

/** The fault's site fails. True: it has filled. */
function failAt(vcpu: u32, fault: u32, site: u32): bool {
  if ((sites & site) != 0) return fill(vcpu, fault, true);
  if (warns) tally.count(tally.WARNINGS);
  return false;
}

/** KVM goes on with what it has not read. */
function swallow(corrupted: bool): void {
  tally.count(tally.SWALLOWED);
  if (!corrupted) tally.count(tally.CORRUPTED);
}

/** KVM_RUN returns, 0 or -EFAULT. True: with what user space takes for information. */
function informs(vcpu: u32, filled: bool): bool {
  const zero = returnsZero && filled;
  const informed = zero == returnsZero && exitReason(vcpu) == KVM_EXIT_MEMORY_FAULT;
  tally.count(tally.EXITS);
  if (!informed) tally.count(tally.BARE);
  return informed;
}

/** The information is about this fault. True: resolved. */
function resolveThis(vcpu: u32, fault: u32, exit: u32, right: u32): bool {
  if (chosenWay(vcpu, fault, exit, right) != right) {
    tally.count(tally.WRONG);
    tally.count(tally.WRONG_WAY);
    return false;
  }
  if (chance(unresolvable, vcpu, UNRESOLVABLE, fault) || chance(fails, vcpu, FAILS, exitDraw(fault, exit)))
    return false;
  tally.count(tally.RESOLVED);
  return true;
}

function chosenWay(vcpu: u32, fault: u32, exit: u32, right: u32): u32 {
  if (right == CONVERT || reasonFlags || chance(knows, vcpu, KNOWS, fault)) return right;
  return (exit & 1) == 0 ? POPULATE : REMAP;
}

/** The information is about another fault. True: what user space did with it has corrupted the VM, if nothing had before. */
function resolveOther(vcpu: u32, fault: u32, exit: u32, corrupted: bool): bool {
  tally.count(tally.WRONG);
  if (corrupted || !chance(damage, vcpu, DAMAGE, exitDraw(fault, exit))) return corrupted;
  tally.count(tally.CORRUPTED);
  return true;
}
