// All built-in litmus tests, in the order of their names' sources.

import type { Fragment } from "../fragments.js";
import { KERNELS, LIVEPATCH_TESTS } from "./livepatch.js";
import { MEMORY_FAULT_TESTS } from "./memory-fault.js";
import { RSEQ_TESTS } from "./rseq.js";
import type { BuiltinTest } from "./test.js";

/** Words that a test of one's own may call under a variant. */
export const VARIANT_FRAGMENTS: Record<string, Fragment[]> = KERNELS;

export const BUILTIN_TESTS: BuiltinTest[] = [...LIVEPATCH_TESTS, ...RSEQ_TESTS, ...MEMORY_FAULT_TESTS];
