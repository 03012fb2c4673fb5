// Experiments in the built page, against Node.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulateExperiment } from "../../src/index.js";
import { FIT, LOOKS, open, type Served, serve, titled, unfit, withoutBrowser } from "./page.js";

describe.skipIf(withoutBrowser)(titled("An experiment in the page"), () => {
  let served: Served;
  let scenario: string;
  let fragment: string;
  beforeAll(async () => {
    const example = await readFile(join(import.meta.dirname, "../../examples/rseq-delay.yaml"), "utf8");
    scenario = example.replace(/replicas: \d+/, "replicas: 2").replace(/delays: .*/, "delays: [0, 1us, 100us]");
    fragment = `#s=${deflateRawSync(scenario).toString("base64url")}&tab=experiments`;
    served = await serve();
  });
  afterAll(() => served?.close());

  it("has Node's metrics and digests", async () => {
    const expected = await simulateExperiment({ scenario, workers: 1 });
    const { page, context, told } = await open(served, { fragment });
    await page.locator(".experiments-presets").getByRole("button", { name: "memory-fault" }).waitFor();
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
    expect(told).toEqual([]);
    await context.close();
  });

  it.each(LOOKS)("is usable by all with its result at %i pixels, %s", async (width, colorScheme) => {
    const { page, context } = await open(served, { fragment, width, colorScheme });
    await page.getByRole("button", { name: "Run the experiment" }).click();
    await page.locator(".experiments-result").waitFor();
    expect(await unfit(page)).toEqual(FIT);
    await context.close();
  });
});
