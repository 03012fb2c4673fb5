// Files brought to the page: results that klpsim wrote elsewhere, traces to fit, and what is neither.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fit as fitTraces } from "../../src/fit/fit.js";
import { accessibilityOf, open, type Served, serve, titled, withoutBrowser } from "./page.js";

const ROOT = join(import.meta.dirname, "../..");
const TRACE = join(ROOT, "test/data/traces/own-sh.strace-Y-stderr.txt.gz");

const klpsim = (...args: string[]) =>
  execFileSync(process.execPath, [join(ROOT, "dist/cli.js"), ...args], { cwd: ROOT, encoding: "utf8" });

describe.skipIf(withoutBrowser)(titled("A file in the page"), () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served?.close());

  async function opened() {
    const { page, context, told } = await open(served, { fragment: "#files" });
    await page.locator("#files-field").waitFor();
    return { page, context, told };
  }

  const given = (page: Page, name: string, content: string | Buffer) =>
    page.setInputFiles("#files-field", { name, mimeType: "", buffer: Buffer.from(content) });

  it("is shown as if it had been run here, where klpsim run wrote it", async () => {
    const { page, context, told } = await opened();
    const result = JSON.parse(klpsim("run", "examples/busy-vcpus.yaml", "--replicas", "500", "--json"));
    const { timing: _, ...stored } = result; // as results.json has it
    await given(page, "results.json", JSON.stringify(stored));
    await page.locator(".outcome [role=status]", { hasText: "From results.json" }).waitFor();
    expect(await page.getByRole("tab", { name: "Run" }).getAttribute("aria-selected")).toBe("true");
    expect(await page.locator("#panel-run").textContent()).toContain("not by the horizon");
    expect(await page.locator(".plots").textContent()).toContain("there are no bars");
    expect(await page.locator(".plots canvas").count()).toBe(1);
    expect(await page.locator(".slowest button:enabled").count()).toBe(0);
    expect(await accessibilityOf(page)).toEqual([]);
    expect(told).toEqual([]);
    await context.close();
  });

  it("is shown as a table, where an experiment wrote it", async () => {
    const { page, context } = await opened();
    await given(page, "memory-fault.json", klpsim("run", "examples/memory-fault.yaml", "--replicas", "20", "--json"));
    await page.locator("#panel-files .report-table").waitFor();
    expect(await page.locator("#panel-files").textContent()).toContain("an experiment's result");
    await context.close();
  });

  it("becomes the scenario that klpsim fit makes of it, where it is a trace", async () => {
    const { page, context, told } = await opened();
    await page.setInputFiles("#files-field", TRACE);
    await page.getByRole("button", { name: "Use as scenario" }).waitFor();
    const bytes = new Blob([readFileSync(TRACE)]);
    const { profile } = await fitTraces([{ name: "own-sh.strace-Y-stderr.txt.gz", bytes }]);
    expect(await page.locator(".fit pre").textContent()).toBe(profile);
    expect(await accessibilityOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Use as scenario" }).click();
    await page.getByRole("button", { name: "To the run" }).click();
    await page.locator("#panel-run form.controls > button:enabled").waitFor();
    expect(told).toEqual([]);
    await context.close();
  });

  it.each([
    ["garbage.txt", "neither a trace\nnor a result\n", /garbage\.txt/],
    ["empty.log", "", /empty\.log/],
    ["package.json", '{ "name": "something else" }', /package\.json.*schemaVersion/s],
    ["broken.json", '{ "schemaVersion": 1, ', /broken\.json.*JSON/s],
    ["noise.gz", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7]), /noise\.gz/],
  ])("is refused in words where it is %s", async (name, content, words) => {
    const { page, context, told } = await opened();
    await given(page, name, content);
    await page.locator("#panel-files .refused").waitFor();
    expect(await page.locator("#panel-files .refused").textContent()).toMatch(words);
    expect(told).toEqual([]);
    await context.close();
  });
});
