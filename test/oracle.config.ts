import { defineConfig } from "vitest/config";
import { node } from "../hosts.js";
import { ClosingLine } from "./closing-line.js";

// Engines against their oracles, intervals against the truth, at length (npm run test:oracle): what npm test does of it, several times;
// and the model against what others reported.
export default defineConfig({
  resolve: { alias: node },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: [
      "test/oracle.test.ts",
      "test/stories/rests.test.ts",
      "test/litmus/oracle.test.ts",
      "test/memory-fault/oracle.test.ts",
      "test/src/litmus/lkmm-oracle.test.ts",
      "test/src/analyse/paired-coverage.test.ts",
      "test/src/analyse/rare-tails.test.ts",
      "test/src/validate/reported.test.ts",
    ],
    env: {
      KLPSIM_ORACLE_RUNS: "3000",
      KLPSIM_ORACLE_SEEDS: "40",
      KLPSIM_LITMUS_RUNS: "50",
      KLPSIM_FAULT_RUNS: "1000",
      KLPSIM_COVERAGE: "300",
      KLPSIM_RARE_REPETITIONS: "60",
    },
    reporters: ["verbose", new ClosingLine()],
    maxWorkers: 2,
    hookTimeout: 60_000,
    testTimeout: 600_000,
  },
});
