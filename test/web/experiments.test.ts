// Experiments in the built page, against Node.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulateExperiment } from "../../src/index.js";
import { accessibilityOf, open, type Served, serve, titled, withoutBrowser } from "./page.js";

describe.skipIf(withoutBrowser)(titled("An experiment in the page"), () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  }, 30_000);
  afterAll(() => served?.close());

  it("has Node's metrics and digests", async () => {
    const scenario = await readFile(join(import.meta.dirname, "../../examples/rseq-false-alarm.yaml"), "utf8");
    const expected = await simulateExperiment({ scenario, workers: 1 });
    const { page, context, told } = await open(served, { fragment: "#experiments" });
    await page.locator(".experiments-presets").getByRole("button", { name: "rseq-false-alarm" }).click();
    await page.getByRole("button", { name: "Run the experiment" }).click();
    await page.locator(".experiments-result").waitFor();
    const digests = await page.locator(".digests code").allTextContents();
    expect(digests).toEqual(expected.results.map(({ digest }) => digest));
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as JSON" }).click(),
    ]);
    const result = JSON.parse(await readFile((await saved.path())!, "utf8"));
    expect(result.results).toEqual(expected.results);
    expect(await accessibilityOf(page)).toEqual([]);
    expect(told).toEqual([]);
    await context.close();
  }, 30_000);
});
