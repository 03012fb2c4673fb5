import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.js";
import { QuickFirst } from "./test/quick-first.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", new ClosingLine()],
    sequence: { sequencer: QuickFirst },
    testTimeout: 60_000,
  },
});
