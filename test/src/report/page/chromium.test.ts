// The page in a browser, where there is one: nothing fetched, nothing complained of, nothing wider than the screen, light and dark.

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DARK, LIGHT } from "../../../../src/report/figures/theme.js";
import { reportPage } from "../../../../src/report/page/report.js";
import type { ReportInput } from "../../../../src/report/report-input.js";
import { bucketsOf, DELAYS, madeCompare, madeSweep, RARE, spread, threePolicies } from "../made-results.js";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
const TITLE = `The page in Chromium${CHROMIUM === undefined ? " (left out: no chromium here, apt-get install chromium)" : ""}`;

const [never, slow, fast] = threePolicies(400);
const inputs: Record<string, ReportInput> = {
  "three policies": {
    name: "made",
    content: { kind: "compare", result: madeCompare([never!, { ...slow!, delays: DELAYS, rare: RARE }, fast!]) },
    latencies: [[], bucketsOf(spread(15800, 16780, 400)), bucketsOf(spread(752, 1783, 400))],
    horizonSeconds: 120,
    scenarioText: "host: { cpus: 4 }",
  },
  "five by five points": { name: "made", content: { kind: "sweep", result: madeSweep() } },
};

describe.skipIf(CHROMIUM === undefined)(TITLE, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());

  async function seen(input: ReportInput, width: number, colorScheme: "light" | "dark") {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      javaScriptEnabled: true,
    });
    const page = await context.newPage();
    const told: string[] = [];
    page.on("console", (message) => told.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => told.push(`error: ${error.message}`));
    page.on("request", (request) => told.push(`request: ${request.url()}`));
    await page.setContent(reportPage([input]), { waitUntil: "load" });
    const look = await page.evaluate(() => {
      const visible = [...document.querySelectorAll("svg.wide, svg.narrow")].filter(
        (svg) => getComputedStyle(svg).display !== "none",
      );
      const texts = visible.flatMap((svg) => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].map((text) => {
          const box = text.getBoundingClientRect();
          const cut = box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2;
          return { words: text.textContent ?? "", cut, size: box.height };
        });
      });
      return {
        beyond: document.documentElement.scrollWidth - innerWidth,
        background: getComputedStyle(document.body).backgroundColor,
        classes: [...new Set(visible.map((svg) => svg.getAttribute("class")))],
        cut: texts.filter(({ cut }) => cut).map(({ words }) => words),
        tiny: texts.filter(({ size }) => size < 9).map(({ words }) => words),
      };
    });
    await context.close();
    return { told, look };
  }

  const rgb = (colour: string) =>
    `rgb(${[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)).join(", ")})`;

  describe.each(Object.entries(inputs))("of %s", (_, input) => {
    it.each([
      [1280, "light", LIGHT, "wide"],
      [1280, "dark", DARK, "wide"],
      [400, "light", LIGHT, "narrow"],
      [400, "dark", DARK, "narrow"],
    ] as const)("fetches nothing, fits and can be read at %i pixels, %s", async (width, scheme, theme, size) => {
      const { told, look } = await seen(input, width, scheme);
      expect(told).toEqual([]);
      expect(look).toEqual({ beyond: 0, background: rgb(theme.surface), classes: [size], cut: [], tiny: [] });
    });
  });
});
