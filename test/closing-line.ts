// Closes a test run with one plain line for machines: "N passed, N failed".

import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** Counts tests; a file that does not load and an error outside any test count as a failure each. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") failed++;
      }
      if (module.errors().length > 0) failed++;
    }
    // After the default reporter's summary, which is written in the same turn.
    process.on("exit", () => console.log(`${passed} passed, ${failed} failed`));
  }
}
