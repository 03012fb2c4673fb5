// The generated pages of the reference say what the code says. KLPSIM_DOCS=write writes them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { behavioursPage, policiesPage } from "../../docs/.vitepress/reference/preset-pages.js";
import { scenarioPage } from "../../docs/.vitepress/reference/scenario-page.js";
import { apiPage, resultsPage } from "../../docs/.vitepress/reference/type-pages.js";
import { scenarioJsonSchema } from "../../src/scenario/index.js";
import { ROOT } from "../spawned.js";

const declarations = (name: string) => join(ROOT, `dist/${name}.d.ts`);
const RESULTS = ["result", "fit-result", "explanation", "metrics"].map((name) => declarations(`results/${name}`));

const PAGES: Record<string, () => string> = {
  scenario: () => scenarioPage(scenarioJsonSchema()),
  policies: policiesPage,
  behaviours: behavioursPage,
  results: () => resultsPage(RESULTS),
  api: () => apiPage(declarations("index")),
};

describe("The reference", () => {
  it.each(Object.keys(PAGES))("docs/%s.md is what the code gives (npm run docs:write writes it)", (name) => {
    const path = join(ROOT, `docs/${name}.md`);
    const page = PAGES[name]!();
    if (process.env.KLPSIM_DOCS === "write") writeFileSync(path, page);
    expect(readFileSync(path, "utf8")).toBe(page);
  });
});
