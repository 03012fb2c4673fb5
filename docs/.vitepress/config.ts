// The documentation as a site: npm run docs builds it into dist/docs, for any folder of any static host.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { klpsimMarkdown, markCommands } from "./markdown.js";
import { pagesIn, sidebar } from "./pages.js";

const icon = readFileSync(new URL("../../web/public/icon.svg", import.meta.url)).toString("base64");
const parts = sidebar(pagesIn(fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "")));

export default defineConfig({
  title: "klpsim",
  description: "How long will a Linux livepatch take to load, what holds it up, and which kernel behaviour is best?",
  lang: "en-GB",
  base: "./",
  outDir: "../dist/docs",
  cacheDir: "../node_modules/.vitepress",
  cleanUrls: false,
  head: [["link", { rel: "icon", href: `data:image/svg+xml;base64,${icon}` }]],
  ignoreDeadLinks: false,
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  markdown: {
    config: klpsimMarkdown,
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { console: "txt" },
    codeTransformers: [markCommands],
  },
  themeConfig: {
    nav: parts.map(({ text, items }) => ({ text, link: items[0]!.link, activeMatch: activeMatch(items) })),
    sidebar: parts.map((part) => ({ ...part, collapsed: false })),
    outline: { level: [2, 3] },
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" },
  },
});

function activeMatch(items: { link: string }[]): string {
  return `^(${items.map(({ link }) => link).join("|")})(\\.html)?$`;
}
