import { defineConfig } from "vitest/config";
import { node } from "../hosts.js";
import { ClosingLine } from "./closing-line.js";

// Core against oracle at length (npm run test:oracle): what npm test does of it, and several times as much.
export default defineConfig({
  resolve: { alias: node },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/oracle.test.ts", "test/stories/rests.test.ts", "test/src/litmus/lkmm-oracle.test.ts"],
    env: { KLPSIM_ORACLE_RUNS: "3000", KLPSIM_ORACLE_SEEDS: "40" },
    reporters: ["verbose", new ClosingLine()],
    maxWorkers: 2,
    hookTimeout: 60_000,
    testTimeout: 600_000,
  },
});
