import { defineConfig } from "vitest/config";
import { node } from "../../hosts.js";
import { ClosingLine } from "../closing-line.js";

// Real processes, servers and disks (npm run test:services): minutes, one file at a time.
export default defineConfig({
  resolve: { alias: node },
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/services/*.test.ts"],
    reporters: ["verbose", new ClosingLine()],
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 600_000,
  },
});
