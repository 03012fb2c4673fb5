// What starts quickly is in few files: a pool's thread in one, the command in those that one of its subcommands needs; the library
// shares them. And klpsim for browsers, which find no modules by name: the library and a pool's Worker.

import { defineConfig } from "rolldown";
import { browser, browserDefine, node } from "./hosts.js";
import { noteBundled } from "./.ci/packaging/bundled.js";

// What is found by name where klpsim is installed; all else is in the bundles.
const INSTALLED = ["piscina", "@duckdb/node-api", "@resvg/resvg-js", "bullmq", "ioredis"];

// Without blanks and comments, with the names of functions: traces of stacks still say what they are about.
const minify = { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } };

const thread = {
  input: "src/execute/worker.ts",
  plugins: [noteBundled("thread")],
  platform: "node",
  resolve: { alias: node },
  output: { file: "dist/execute/worker-thread.cjs", format: "cjs", minify },
};

const command = {
  input: { cli: "src/cli.ts", index: "src/index.ts" },
  plugins: [noteBundled("cli")],
  preserveEntrySignatures: "allow-extension",
  platform: "node",
  resolve: { alias: node },
  external: INSTALLED,
  output: {
    dir: "dist",
    entryFileNames: "[name].js",
    chunkFileNames: "cli-[name].js",
    minify,
    codeSplitting: { groups: [{ name: "shared", minShareCount: 4, includeDependenciesRecursively: false }] },
  },
};

const inBrowser = (input) => ({
  input: { [input]: `src/${input}.ts` },
  plugins: [noteBundled(input)],
  platform: "browser",
  tsconfig: false, // its paths are those of Node
  resolve: { alias: browser },
  transform: { define: browserDefine },
  output: { dir: "dist", entryFileNames: "[name].js", chunkFileNames: "browser-chunk-[name].js", minify: true },
});

export default defineConfig([thread, command, inBrowser("browser"), inBrowser("browser-worker")]);
