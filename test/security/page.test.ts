// The page as klpsim ui serves it, in a browser, with results and traces whose names mean ill: they are shown, and do nothing.

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recognise } from "../../src/results/recognise.js";
import { serve, type UiServer } from "../../src/ui/server.js";
import { Asset, readSite } from "../../src/ui/site.js";
import { stored } from "../src/fit/formats/read.js";
import { madePolicy, madeRun, spread } from "../src/report/made-results.js";
import { CHROMIUM, open, ROOT, titled, withoutBrowser } from "../web/page.js";

const IMAGE = "<img src=x onerror=alert(1)>";
const SCRIPT = `"><script>alert(2)</script>`;
const ESCAPES = "\x1b]0;title\x07\x1b[31mred\u202e";

function hostileRun(): string {
  const policies = [IMAGE, SCRIPT, ESCAPES].map((name, i) => madePolicy(name, spread(10 + i, 2000, 50)));
  for (const policy of policies) policy.blame = [{ class: IMAGE, phase: SCRIPT, mechanism: "notify", share: 1 }];
  return JSON.stringify(recognise(JSON.stringify(madeRun(policies, IMAGE)), "hostile").result);
}

describe.skipIf(withoutBrowser)(titled("The page, served by klpsim ui"), () => {
  let browser: Browser;
  let server: UiServer;

  beforeAll(async () => {
    const site = await readSite(ROOT);
    site.set("/loaded.json", new Asset("loaded.json", Buffer.from(hostileRun()), "no-store"));
    site.set("/?loaded", site.get("/")!);
    server = await serve(site);
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (fragment = "") => {
    const { page, context, told } = await open({ url: server.url, browser, close: async () => {} }, { fragment });
    page.on("dialog", (dialog) => {
      told.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return { page, context, told };
  };
  /** What markup in a name would have become. */
  const injected = (page: Page) => page.locator("img, script:not([src]), iframe, object, [onerror]").count();

  it("Always: works under its headers, without a word from the browser", async () => {
    const { page, context, told } = await opened();
    await page.getByRole("tab", { name: "Run" }).waitFor();
    await page.getByRole("button", { name: /^Run/ }).first().waitFor();
    expect(told).toEqual([]);
    await context.close();
  });

  it("Never: names in results that it was given are more than text", async () => {
    const { page, context, told } = await opened("?loaded");
    await page.getByText(IMAGE).first().waitFor();
    expect(await page.getByText(SCRIPT).count()).toBeGreaterThan(0);
    const text = await page.locator("body").evaluate((body) => body.textContent ?? "");
    expect(text).toContain("title");
    expect(text).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
    expect(await injected(page)).toBe(0);
    expect(told).toEqual([]);
    await context.close();
  });

  it("Never: names in a trace are more than text", async () => {
    const lines = stored("own-sh-2cpu.perf-timehist.txt.gz").join("\n");
    const text = lines.replaceAll(" sh[", " <img/src=x/onerror=alert(3)>[").replaceAll(" perf[", ` "><script>[`);
    const { page, context, told } = await opened("#files");
    await page
      .locator("#files-field")
      .setInputFiles({ name: `${IMAGE}.txt`, mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.getByText(/^Fitted/).waitFor();
    expect(await page.getByText(IMAGE).count()).toBeGreaterThan(0);
    expect(await injected(page)).toBe(0);
    expect(told).toEqual([]);
    await context.close();
  });

  it("Never: a page of another site embeds, frames or reads it", async () => {
    const other = await serve(new Map([["/", new Asset("index.html", Buffer.from("<!doctype html><body></body>"))]]));
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(other.url);
    const read = await page.evaluate(
      (url) =>
        fetch(`${url}loaded.json`).then(
          (answer) => answer.text(),
          () => "refused",
        ),
      server.url,
    );
    expect(read).toBe("refused");
    const blind = await page.evaluate(
      (url) =>
        fetch(`${url}loaded.json`, { mode: "no-cors" }).then(
          ({ type }) => type,
          () => "refused",
        ),
      server.url,
    );
    expect(blind).toBe("refused");
    await page.evaluate((url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      document.body.append(frame);
      return new Promise((resolve) => frame.addEventListener("load", resolve));
    }, server.url);
    expect(await page.frames()[1]!.content()).not.toContain('id="app"');
    await context.close();
    await other.close();
  });
});
