// One replica's events as they happened, for whoever follows the same rules elsewhere (test/rseq/oracle.ts).

import { now } from "../runqueue";
import * as migrator from "./migrator";
import * as reader from "./reader";
import { TALLY_END } from "./tally";
import { counter } from "./test";

export const READER: u64 = 0;
export const MIGRATOR: u64 = 1;
export const SCHEDULER: u64 = 2;

/** Time, who, then the reader's CPU, state, step, flags and field, the migrator's CPU, state and step, the counter. */
export const TRACE_WORDS: u32 = 11;
export const TRACE_MAX: u32 = 65536;
export const TRACE: usize = TALLY_END;

/** Events so far. */
export let traced: u32 = 0;

let isTracing: bool = false;

export function begin(): void {
  traced = 0;
  isTracing = true;
}

export function end(): void {
  isTracing = false;
}

export function event(who: u64): void {
  if (isTracing && traced < TRACE_MAX) write(who);
}

function write(who: u64): void {
  const at = TRACE + <usize>traced * ((<usize>TRACE_WORDS) << 3);
  store<u64>(at, now);
  store<u64>(at, who, 8);
  store<u64>(at, reader.cpu, 16);
  store<u64>(at, reader.state, 24);
  store<u64>(at, reader.step, 32);
  store<u64>(at, reader.flags, 40);
  store<u64>(at, reader.field, 48);
  store<u64>(at, migrator.cpu, 56);
  store<u64>(at, migrator.state, 64);
  store<u64>(at, migrator.step, 72);
  store<u64>(at, counter, 80);
  traced++;
}
