// One number for a whole result: equal digests mean equal counts.

import { sha256Of } from "../scenario/sha256.js";
import type { Counts } from "./counts.js";

/**
 * SHA-256, hex, over 64-bit little-endian integers: each word that is not 0 as (index, value) by ascending index, a
 * separator, minima and maxima, then the worst replicas as (replica, ticks). -1 stands for null and for the separator.
 */
export function digest(counts: Counts): string {
  const numbers: bigint[] = [];
  counts.index.forEach((at, i) => {
    if (counts.value[i] !== 0n) numbers.push(BigInt(at), counts.value[i]);
  });
  numbers.push(-1n);
  const { latencyMin, latencyMax, lastSwitchMin, lastSwitchMax } = counts;
  for (const extreme of [latencyMin, latencyMax, lastSwitchMin, lastSwitchMax]) numbers.push(BigInt(extreme ?? -1));
  for (const { replica, ticks } of counts.worst) numbers.push(BigInt(replica), BigInt(ticks ?? -1));
  return sha256Of(littleEndian(numbers));
}

function littleEndian(numbers: bigint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((number, i) => {
    view.setBigUint64(8 * i, BigInt.asUintN(64, number), true);
  });
  return new Uint8Array(view.buffer);
}
