// The page's frame and its scenario, in a real browser.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accessibilityOf,
  FIT,
  LOOKS,
  type Opened,
  type OpenOptions,
  open,
  ROOT,
  type Served,
  serve,
  titled,
  unfit,
  withoutBrowser,
} from "./page.js";

const FIRST_PAINT_BYTES_MAX = 250_000;
const TABS = ["Run", "Replay", "Litmus", "Experiments", "Files"];

describe.skipIf(withoutBrowser)(titled("The page"), () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served?.close());

  /** Opens the page, waits until the scenario is checked and the editor there; nothing may have been complained of at the end. */
  async function withPage(options: OpenOptions, use: (opened: Opened) => Promise<void>): Promise<void> {
    const opened = await open(served, options);
    try {
      await opened.page.getByText("The scenario can be run.").waitFor({ state: "attached" });
      await use(opened);
      expect(opened.told).toEqual([]);
    } finally {
      await opened.context.close();
    }
  }

  const editor = (page: Page) => page.getByRole("textbox", { name: "Scenario as YAML" });

  async function write(page: Page, yaml: string): Promise<void> {
    await editor(page).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(yaml);
  }

  const sizeOf = (path: string) => gzipSync(readFileSync(join(ROOT, path)), { level: 9 }).length;

  it("fits its first paint into 250 kB", () => {
    const html = readFileSync(join(ROOT, "index.html"), "utf8");
    const parts = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path!);
    expect(parts.length).toBeGreaterThanOrEqual(3);
    const bytes = ["index.html", ...parts].reduce((sum, path) => sum + sizeOf(path), 0);
    expect(bytes).toBeLessThan(FIRST_PAINT_BYTES_MAX);
  });

  it("writes no script, no style and nothing else that its policy forbids into index.html", () => {
    const html = readFileSync(join(ROOT, "index.html"), "utf8");
    expect(html).toMatch(
      /http-equiv="Content-Security-Policy"\s+content="default-src 'none'; script-src 'self' 'wasm-/,
    );
    expect(html).not.toMatch(/unsafe-inline|'unsafe-eval'|<style|style=|<script(?![^>]*src=)|\son[a-z]+=/);
  });

  it("is gone through by keyboard: skip link, tabs by arrows, panels, form", () =>
    withPage({}, async ({ page }) => {
      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
      await page.keyboard.press("Tab");
      expect(await focused()).toContain("Skip");
      const tab = (name: string) => page.getByRole("tab", { name });
      await tab("Run").focus();
      for (const name of [...TABS.slice(1), "Run"]) {
        await page.keyboard.press("ArrowRight");
        expect(await focused()).toBe(name);
        expect(await tab(name).getAttribute("aria-selected")).toBe("true");
        await page.getByRole("tabpanel", { name }).waitFor();
        expect(await page.getByRole("tabpanel").count()).toBe(1);
      }
      await page.keyboard.press("End");
      expect(await focused()).toBe("Files");
      expect(new URL(page.url()).hash).toBe("#files");
      await page.keyboard.press("Home");
      expect(await focused()).toBe("Run");
      await page.getByLabel("CPUs", { exact: true }).focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.type("96");
      await page.keyboard.press("Tab");
      await editor(page).getByText("cpus: 96").waitFor();
      expect(await page.evaluate(() => document.activeElement?.id)).toContain("host-hz");
    }));

  it("is left by Tab where YAML is edited", () =>
    withPage({}, async ({ page }) => {
      await editor(page).focus();
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.shadowRoot ?? null)).toBe(null);
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("In words");
    }));

  it("opens at the tab that its address names, and goes back to the one before", () =>
    withPage({ fragment: "#litmus" }, async ({ page }) => {
      expect(await page.getByRole("tab", { name: "Litmus" }).getAttribute("aria-selected")).toBe("true");
      await page.getByRole("tab", { name: "Files" }).click();
      await page.goBack();
      await page.getByRole("tabpanel", { name: "Litmus" }).waitFor();
    }));

  it.each(LOOKS)(
    "has no violation of accessibility and nothing beyond its width at %i pixels, %s",
    (width, colorScheme) =>
      withPage({ width, colorScheme }, async ({ page }) => {
        if (width < 1000)
          for (const name of ["Form", "YAML"]) await page.getByRole("button", { name, exact: true }).click();
        await page.getByRole("button", { name: "Phases of sleeper" }).click();
        await page.getByRole("button", { name: "In words" }).click();
        expect(await unfit(page)).toEqual(FIT);
      }),
  );

  it("keeps the colours that were chosen", () =>
    withPage({ colorScheme: "light" }, async ({ page }) => {
      const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      expect(await background()).toBe("rgb(255, 255, 255)");
      await page.getByRole("radio", { name: "Dark" }).check();
      expect(await background()).toBe("rgb(20, 24, 29)");
      await page.reload();
      expect(await background()).toBe("rgb(20, 24, 29)");
      await page.getByRole("radio", { name: "Auto" }).check();
      expect(await background()).toBe("rgb(255, 255, 255)");
    }));

  it("carries the form's edits into the YAML, its comments kept", () =>
    withPage({ height: 1600 }, async ({ page }) => {
      await page.getByLabel("Number of vcpu").fill("32");
      await editor(page).getByText("count: 32").waitFor();
      await page.getByLabel("Preemption", { exact: true }).selectOption("lazy");
      await editor(page).getByText("preemption: lazy").waitFor();
      await page.getByRole("checkbox", { name: /^linux-6\.16/ }).check();
      await page.getByRole("checkbox", { name: /^kvm-v2/ }).uncheck();
      await editor(page).getByText("linux-5.13, linux-5.19, kvm-direct, linux-6.16").waitFor();
      await page.getByLabel("Behaviour of vcpu").selectOption("own phases");
      await editor(page).getByText("mode: guest").waitFor();
      await page.getByRole("button", { name: "Add a class" }).click();
      await page.getByLabel("Name of task").fill("agent");
      await page.getByLabel("Name of task").press("Enter");
      await page.getByLabel("Kind of agent").waitFor();
      await page.getByRole("button", { name: "Remove kworker" }).click();
      await page.getByLabel("Name of kworker").waitFor({ state: "detached" });
      expect(
        await page.getByLabel(/^Name of /).evaluateAll((all) => all.map((input) => (input as HTMLInputElement).value)),
      ).toEqual(["vcpu", "sleeper", "agent"]);
      expect(await editor(page).textContent()).toContain("# Will a host full of busy guests ever finish");
      await page.getByText("The scenario can be run.").waitFor({ state: "attached" });
    }));

  it("carries the YAML's edits into the form", () =>
    withPage({}, async ({ page }) => {
      await write(page, "host: { cpus: 7, nohzFull: 2-5 }\nworkload: { one: { kind: vcpu, behaviour: busy-guest } }\n");
      await page.getByLabel("Name of one").waitFor();
      expect(await page.getByLabel("CPUs", { exact: true }).inputValue()).toBe("7");
      expect(await page.getByLabel("nohz_full CPUs").inputValue()).toBe("2-5");
      expect(await page.getByRole("checkbox", { name: /^linux-6\.1 / }).isChecked()).toBe(true);
    }));

  it("says what is wrong at the field, at the line and in a list, and leads to the line", () =>
    withPage({}, async ({ page }) => {
      await page.getByLabel("Number of vcpu").fill("70000");
      await page.getByLabel("Number of vcpu").and(page.locator("[aria-invalid=true]")).waitFor();
      const problem = page.getByRole("button", { name: /^line 5/ });
      expect(await problem.textContent()).toMatch(
        /workload\.vcpu\.count expected a whole number from 0 to 65536, got 70000/,
      );
      expect(await page.getByText("1 problem").getAttribute("role")).toBe("status");
      await page.locator(".cm-lint-marker-error").waitFor();
      expect(await page.getByText("count: expected a whole number").count()).toBe(1);
      expect(await accessibilityOf(page)).toEqual([]);
      await problem.click();
      await page.keyboard.type("x");
      await editor(page).getByText("count: x70000").waitFor();
      await write(page, "host: {\n");
      await page.getByText("as it was: the YAML cannot be read now").waitFor();
      await write(page, "host: { cpus: 4 }\n");
      await page.getByText("The scenario can be run.").waitFor({ state: "attached" });
      await page.getByText("as it was: the YAML cannot be read now").waitFor({ state: "detached" });
    }));

  it("puts an example in the scenario's place, and takes it back", () =>
    withPage({}, async ({ page }) => {
      await page.getByRole("button", { name: "Examples" }).click();
      await page.getByRole("button", { name: /^overcommit/ }).click();
      await editor(page).getByText("cpus: 32").waitFor();
      await page.getByRole("button", { name: "Back to what was here" }).click();
      await editor(page).getByText("cpus: 64,").waitFor();
    }));

  it("hands a scenario on as a link that brings all of it", () =>
    withPage({}, async ({ page, context }) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      const yaml = "# ünï ✓ kept\nhost: { cpus: 12 }\npolicies: [linux-6.1, linux-6.4]\n";
      await write(page, yaml);
      await page.getByRole("tab", { name: "Experiments" }).click();
      await page.getByRole("button", { name: "Copy link" }).click();
      await page.getByText("Copied").waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link.length).toBeLessThan(250);
      const other = await context.newPage();
      await other.goto(link);
      await other.getByText("This scenario came with the link.").waitFor();
      await editor(other).getByText("# ünï ✓ kept").waitFor();
      expect(await other.getByLabel("CPUs", { exact: true }).inputValue()).toBe("12");
      expect(new URL(other.url()).hash).toBe("#experiments");
    }));

  const packed = (text: string | Uint8Array) => deflateRawSync(text, { level: 9 }).toString("base64url");

  it("refuses a link that is broken or a bomb, says why, and goes on with what was there", () =>
    withPage({ fragment: "#s=%%%<script>" }, async ({ page }) => {
      await page.getByText("cut short or changed").waitFor();
      await editor(page).getByText("busy-guest").waitFor();
      await page.evaluate((hash) => location.assign(hash), `#s=${packed(new Uint8Array(64 << 20))}`);
      await page.getByText("unpacks to more than 1000000 bytes").waitFor();
      await editor(page).getByText("busy-guest").waitFor();
      expect(new URL(page.url()).hash).toBe("#run");
    }));

  it("shows a shared text that is no scenario, as text, with what is wrong with it", async () => {
    const text = '<img src=x onerror="alert(1)">: [\n';
    const { page, context, told } = await open(served, {
      fragment: `#s=${packed(text)}&hide=%ZZ,a/b&tab=nowhere&replay=x`,
    });
    await page.getByText(/^\d+ problems?$/).waitFor();
    await editor(page).getByText("onerror").waitFor();
    expect(told).toEqual([]);
    await context.close();
  });
});
