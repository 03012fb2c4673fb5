// Files of the project that its pages name are there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pagesIn } from "../../docs/.vitepress/pages.js";
import { ROOT } from "../spawned.js";

const PATH = /(?<![\w./-])(?:test|src|web|assembly|bench|examples)\/[\w./-]+\.(?:tsx?|m?js|yaml)\b/g;

it.each(["README.md", "CONTRIBUTING.md", ...pagesIn(join(ROOT, "docs")).map((page) => `docs/${page}.md`)])(
  "%s names no file that is not there",
  (page) => {
    const named = readFileSync(join(ROOT, page), "utf8").match(PATH) ?? [];
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  },
);
