// The order of test files: small ones first, so that a plain mistake shows before the long comparisons begin. Of these the longest
// comes first, so that no CPU waits for it in the end.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Ten seconds and more, the longest first. */
const LONG = [
  "test/oracle.test.ts",
  "test/litmus/oracle.test.ts",
  "test/stories/rests.test.ts",
  "test/determinism.test.ts",
  "test/src/litmus/lkmm-oracle.test.ts",
  "test/memory-fault/oracle.test.ts",
  "test/src/cli.test.ts",
  "test/bench/native.test.ts",
];

export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rank(a.moduleId) - rank(b.moduleId) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** 0 for a file not known to be long, else its place among the long ones. */
function rank(path: string): number {
  return LONG.findIndex((long) => path.endsWith(long)) + 1;
}
