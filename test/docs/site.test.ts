// The documentation's site in a browser: built as npm run docs builds it, complete, and fit to be read by everybody.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pagesIn } from "../../docs/.vitepress/pages.js";
import { ROOT } from "../spawned.js";
import { FIT, LOOKS, open, type Served, serve, titled, unfit, withoutBrowser } from "../web/page.js";

const SITE = join(ROOT, "dist/docs");

beforeAll(async () => {
  await promisify(execFile)(
    process.execPath,
    [join(ROOT, "node_modules/vitepress/bin/vitepress.js"), "build", "docs"],
    { cwd: ROOT },
  );
});

describe("The documentation's site", () => {
  const pages = pagesIn(join(ROOT, "docs"));

  it("has every page of docs/, each with a place in the sidebar", () => {
    expect(pages.filter((page) => !existsSync(join(SITE, `${page}.html`)))).toEqual([]);
    const home = readFileSync(join(SITE, "index.html"), "utf8");
    expect(pages.filter((page) => page !== "index" && !home.includes(`href="./${page}.html"`))).toEqual([]);
    expect(home).not.toContain(">More<");
  });

  it("leads nowhere that is not there, headings included", () => {
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !leads(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

function linksOf(page: string): string[] {
  const html = readFileSync(join(SITE, `${page}.html`), "utf8").replace(/^.*?<main/s, "");
  return [...html.matchAll(/<a [^>]*href="([^"]+)"/g)]
    .map(([, href]) => href!)
    .filter((href) => !/^[a-z]+:/.test(href));
}

function leads(page: string, link: string): boolean {
  const { pathname, hash } = new URL(link, `http://site/${page}.html`);
  const path = join(SITE, decodeURIComponent(pathname));
  if (!existsSync(path)) return false;
  return hash === "" || readFileSync(path, "utf8").includes(`id="${decodeURIComponent(hash.slice(1))}"`);
}

describe.skipIf(withoutBrowser)(titled("The documentation's site in Chromium"), () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(SITE);
  });
  afterAll(() => served?.close());

  describe.each(["index.html", "tutorial.html", "scenario.html"])("%s", (fragment) => {
    it.each(LOOKS)(
      "fits %i pixels, %s, asks nobody else for anything, and axe finds nothing",
      async (width, colorScheme) => {
        const { page, context, told } = await open(served, { width, colorScheme, fragment });
        await page.waitForLoadState("networkidle");
        const dark = await page.evaluate(() => document.documentElement.classList.contains("dark"));
        const fitting = await unfit(page);
        if (process.env.KLPSIM_SHOTS)
          await page.screenshot({ path: `${process.env.KLPSIM_SHOTS}/${fragment}-${width}-${colorScheme}.png` });
        await context.close();
        expect({ dark, told, ...fitting }).toEqual({ dark: colorScheme === "dark", told: [], ...FIT });
      },
    );
  });

  it("finds by its own search, with no other host", async () => {
    const { page, context, told } = await open(served, { fragment: "index.html" });
    const input = page.locator("#localsearch-input");
    // The page is there before its script listens, so a reader's first stroke may be lost.
    await expect
      .poll(async () => {
        await page.keyboard.press("/");
        return input.isVisible();
      })
      .toBe(true);
    await input.fill("signalEveryTries");
    await page.locator("#localsearch-list li").first().waitFor();
    const found = await page.locator("#localsearch-list").textContent();
    await context.close();
    expect(found).toContain("policies");
    expect(told).toEqual([]);
  });
});
