// What a fault finds, where KVM fails on it, and how it is to be resolved (docs/memory-fault.md, 2.2 and 2.7; KF 7.2, 7.3).

import { uniform } from "../draw";
import { DROPPED_PAGE, PAGE, PATH } from "./draws";

export const PLAIN: u32 = 0;
export const MISSING: u32 = 1;
export const MISMATCH: u32 = 2;
export const EMULATED: u32 = 3;

export const FAST_GUP: u32 = 0;
export const HANDLER: u32 = 1;
export const EMULATION: u32 = 2;
export const OTHER: u32 = 3;

// Sites, as bits. One that no series has found has none.
const SITE_FAST_GUP: u32 = 1;
const SITE_HANDLER: u32 = 2;
const SITE_EMULATION: u32 = 4;
const SITE_ATTRIBUTES: u32 = 8;
const SITE_PRIVATE_EMULATION: u32 = 16;
const SITE_UNKNOWN: u32 = 0;

/** Ways to resolve a fault. */
export const POPULATE: u32 = 0;
export const REMAP: u32 = 1;
export const CONVERT: u32 = 2;

/** Probabilities, cumulative: plain; plain or missing; plain, missing or mismatch. */
export let plain: f64 = 1;
export let missing: f64 = 1;
export let mismatch: f64 = 1;
/** The same of paths: fast GUP; or the handler; or emulation. */
export let fastGup: f64 = 1;
export let handler: f64 = 1;
export let emulation: f64 = 1;
/** Probability that a dropped failure is of a missing page. */
export let droppedMissing: f64 = 1;

export function drawPage(vcpu: u32, fault: u32): u32 {
  const u = uniform(vcpu, PAGE, fault);
  if (u < plain) return PLAIN;
  if (u < missing) return MISSING;
  return u < mismatch ? MISMATCH : EMULATED;
}

export function drawDroppedPage(vcpu: u32, fault: u32): u32 {
  return uniform(vcpu, DROPPED_PAGE, fault) < droppedMissing ? MISSING : MISMATCH;
}

export function drawPath(vcpu: u32, fault: u32): u32 {
  const u = uniform(vcpu, PATH, fault);
  if (u < fastGup) return FAST_GUP;
  if (u < handler) return HANDLER;
  return u < emulation ? EMULATION : OTHER;
}

export function siteOf(page: u32, path: u32): u32 {
  if (path == OTHER) return SITE_UNKNOWN;
  if (page == MISMATCH) return path == EMULATION ? SITE_PRIVATE_EMULATION : SITE_ATTRIBUTES;
  if (path == EMULATION) return SITE_EMULATION;
  return path == HANDLER ? SITE_HANDLER : SITE_FAST_GUP;
}

/** The one way that resolves it. */
export function rightWay(page: u32, path: u32): u32 {
  if (page == MISMATCH) return CONVERT;
  return path == HANDLER ? REMAP : POPULATE;
}
