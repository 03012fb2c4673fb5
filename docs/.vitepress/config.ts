// The documentation as a site: npm run docs builds it into dist/docs, for any folder of any static host.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { klpsimMarkdown } from "./markdown.js";
import { pagesIn, sidebar } from "./pages.js";

const parts = sidebar(pagesIn(fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "")));

export default defineConfig({
  title: "klpsim",
  description: "How long will a Linux livepatch take to load, what holds it up, and which kernel behaviour is best?",
  lang: "en-GB",
  base: "./",
  outDir: "../dist/docs",
  cacheDir: "../node_modules/.vitepress",
  cleanUrls: false,
  ignoreDeadLinks: false,
  markdown: {
    config: klpsimMarkdown,
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
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
