// What starts quickly is in few files: a pool's thread in one, the command in those that one of its subcommands needs.

import { defineConfig } from "rolldown";

const thread = {
  input: "src/execute/worker.ts",
  platform: "node",
  output: { file: "dist/execute/worker-thread.cjs", format: "cjs" },
};

const command = {
  input: { cli: "src/cli.ts" },
  preserveEntrySignatures: false,
  platform: "node",
  external: ["piscina", "hyparquet", "hyparquet-writer", "hdr-histogram-js", "@duckdb/node-api", "@resvg/resvg-js", "bullmq", "ioredis", "xz-decompress"],
  output: {
    dir: "dist",
    entryFileNames: "[name].js",
    chunkFileNames: "cli-[name].js",
    codeSplitting: { groups: [{ name: "shared", minShareCount: 4, includeDependenciesRecursively: false }] },
  },
};

export default defineConfig([thread, command]);
