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
// inlined, no script is written into the page. Where the documentation stands beside it, KLPSIM_DOCS_URL says so: its header then has a link.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [inlineStylesWhileDeveloping, noteBundled("web")],
  resolve: { alias: browser },
  define: { ...browserDefine, KLPSIM_DOCS_URL: JSON.stringify(process.env.KLPSIM_DOCS_URL ?? "") },
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
