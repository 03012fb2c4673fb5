import { defineConfig } from "vitest/config";
import { node } from "./hosts.js";
import { ClosingLine } from "./test/closing-line.js";
import { QuickFirst } from "./test/quick-first.js";

export default defineConfig({
  resolve: { alias: node },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [
      "test/services/**",
      "test/web/*",
      "test/docs/**",
      "test/security/page.test.ts",
      "test/src/validate/reported.test.ts",
    ], // npm run test:services, test:web, test:oracle
    reporters: ["default", new ClosingLine()],
    maxWorkers: 2, // one on a machine of two CPUs unless told so: half as much again
    isolate: false, // what test files import is loaded once a worker: 0.3 s of CPU less for each of 150 files
    sequence: { sequencer: QuickFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000, // compiling one AssemblyScript file takes a second, ten on a busy machine
  },
});
