// A run in the page: it grows, stops, says what Node says, and is saved as klpsim run --json prints it.

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duration } from "../../src/report/format.js";
import type { RunResult } from "../../src/results/result.js";
import { simulate } from "../../src/simulate.js";
import { toFragment } from "../../web/src/scenario/share.js";
import { accessibilityOf, open, type Served, serve, titled, withoutBrowser } from "./page.js";

const REPLICAS = 2000;
const SCENARIO = `name: a few
host: { cpus: 4 }
workload:
  vcpu: { kind: vcpu, count: 4, cpus: one-each, behaviour: busy-guest }
  reader: { kind: user, count: 4, behaviour: blocked-reader }
policies: [linux-5.13, linux-5.19, kvm-v2]
run: { replicas: ${REPLICAS}, seed: 7, horizon: 120s }
`;
const LONG = SCENARIO.replace(String(REPLICAS), "100000000");

describe.skipIf(withoutBrowser)(titled("A run in the page"), () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served?.close());

  async function opened(yaml: string) {
    const { page, context, told } = await open(served, {
      fragment: await toFragment({ yaml, hidden: [], tab: "run", replayed: null }),
    });
    const button = page.locator("#panel-run form.controls > button");
    await page.locator("#panel-run form.controls > button:enabled").waitFor();
    return { page, context, told, button };
  }

  const outcome = (page: Page, text: string) => page.locator(".outcome [role=status]", { hasText: text }).waitFor();

  it("says of every policy what Node says, is saved as klpsim run --json prints it, and is usable by all", async () => {
    const { page, context, told, button } = await opened(SCENARIO);
    await button.press("Enter");
    await outcome(page, "Done");
    const { timing: _, ...expected } = await simulate({ scenario: SCENARIO, workers: 0 });

    const row = (policy: string) => page.locator("#panel-run tbody tr", { hasText: policy }).first();
    for (const { policy, latencyMs } of expected.results) {
      const median = latencyMs.quantiles.find(({ p }) => p === 0.5)!.value;
      const expected = median === null ? "not by 120 s" : duration(median);
      await row(policy).locator("td").nth(1).filter({ hasText: expected }).waitFor();
    }

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "JSON" }).click();
    const text = await readFile(await (await download).path(), "utf8");
    const { timing, ...saved } = JSON.parse(text) as RunResult;
    expect(saved).toEqual(expected);
    expect(text).toBe(`${JSON.stringify({ ...saved, timing })}\n`);

    expect(await accessibilityOf(page)).toEqual([]);
    expect(told).toEqual([]);
    await context.close();
  });

  it("grows while it goes on, can be stopped, and shows how far it came", async () => {
    const { page, context, told, button } = await opened(LONG);
    await page.keyboard.press("Control+Enter");
    const seen = page.locator("#panel-run .report-table tbody tr", { hasText: "kvm-v2" }).first().locator("td").first();
    await seen.waitFor();
    const before = await seen.textContent();
    await expect.poll(() => seen.textContent()).not.toBe(before);
    expect(await button.textContent()).toBe("Stop");
    await button.click();
    await outcome(page, "Stopped after");
    expect(await button.textContent()).toBe("Run");
    expect(await page.locator(".plots canvas").count()).toBe(2);
    expect(told).toEqual([]);
    await context.close();
  });

  it("takes the policies out that are not wanted, moves its cross-hair by arrow keys, has its data as a table", async () => {
    const { page, context, button } = await opened(SCENARIO);
    await button.click();
    await outcome(page, "Done");

    const colour = () => page.locator(".plots canvas").first().evaluate(coloursOf);
    const toggle = page.locator(".plots .policies button", { hasText: "linux-5.19" });
    const drawn = await colour();
    await toggle.press("Space");
    expect(await toggle.getAttribute("aria-pressed")).toBe("false");
    await expect.poll(async () => (await colour()).length).toBeLessThan(drawn.length);
    await toggle.press("Space");
    await expect.poll(colour).toEqual(drawn);

    const hair = page.getByRole("slider");
    const said = await hair.getAttribute("aria-valuetext");
    expect(said).toMatch(/^75 s: linux-5\.13 100%, /);
    await hair.press("PageDown");
    await expect.poll(() => hair.getAttribute("aria-valuetext")).not.toBe(said);

    await page.getByText("The curves as a table").click();
    await page.getByRole("cell", { name: /100%/ }).first().waitFor();
    await context.close();
  });

  it("leads from its slowest transitions to their replay", async () => {
    const { page, context, button } = await opened(SCENARIO);
    await button.click();
    await outcome(page, "Done");
    const slowest = page.getByRole("button", { name: /^Replay replica [\d,]+ of kvm-v2$/ }).first();
    const replica = await slowest.textContent();
    await slowest.click();
    await page.locator(".replay-title", { hasText: `a few, kvm-v2, replica ${replica}` }).waitFor();
    await page.locator(".timeline canvas").waitFor();
    expect(await page.getByRole("tab", { name: "Replay" }).getAttribute("aria-selected")).toBe("true");
    await context.close();
  });
});

/** The series' colours that are seen: those of light pages. */
function coloursOf(canvas: HTMLCanvasElement | SVGElement): string[] {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
  const found = new Set<string>();
  for (let i = 0; i < data.length; i += 4) found.add(`${data[i]},${data[i + 1]},${data[i + 2]},${data[i + 3]}`);
  return ["29,78,216,255", "179,64,10,255", "17,99,41,255"].filter((colour) => found.has(colour));
}
