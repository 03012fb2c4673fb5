import { defineConfig, type Plugin } from "vite";
import { noteBundled } from "../.ci/packaging/bundled.js";
import { browser, browserDefine } from "../hosts.js";

/** The development server writes styles into the page, which the policy of the built page forbids. */
const inlineStylesWhileDeveloping: Plugin = {
  name: "inline-styles-while-developing",
  apply: "serve",
  transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
};

// The folder that this writes works from any static host, at any path, under the Content-Security-Policy of index.html: nothing is
// inlined, no script is written into the page.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [inlineStylesWhileDeveloping, noteBundled("web")],
  resolve: { alias: browser },
  define: browserDefine,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", plugins: () => [noteBundled("web-thread")] },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
