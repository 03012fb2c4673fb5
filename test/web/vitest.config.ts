import { defineConfig } from "vitest/config";
import { node } from "../../hosts.js";
import { ClosingLine } from "../closing-line.js";

// What people read and use, in Chromium, and every command that the documentation shows (npm run test:web): one file at a time, since
// each has a browser or the machine's threads to itself.
export default defineConfig({
  resolve: { alias: node },
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/web/*.test.ts", "test/docs/*.test.ts", "test/security/page.test.ts"],
    reporters: ["verbose", new ClosingLine()],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
