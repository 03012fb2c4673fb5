// Replays in the built page, against `klpsim replay` in Node.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Replay, replay } from "../../src/index.js";
import { FORMATS } from "../../src/replay/formats.js";
import { FIT, LOOKS, open, type Served, serve, titled, unfit, withoutBrowser } from "./page.js";

const POLICY = "linux-5.19";
const REPLICA = 3;

describe.skipIf(withoutBrowser)(titled("A replay in the page"), () => {
  let served: Served;
  let told: Replay;
  let fragment: string;
  beforeAll(async () => {
    const yaml = await readFile(join(import.meta.dirname, "../../examples/blocked-readers.yaml"), "utf8");
    const packed = deflateRawSync(yaml).toString("base64url");
    fragment = `#s=${packed}&tab=replay&replay=${POLICY}/${REPLICA}`;
    told = await replay({ scenario: yaml, policy: POLICY, replica: REPLICA });
    served = await serve();
  });
  afterAll(() => served?.close());

  const status = (page: Page) => page.locator(".timeline-told").textContent();

  it("says by keyboard alone why a straggler waits, in the words of klpsim replay, step by step through the tries", async () => {
    const { page, context, told: complaints } = await open(served, { fragment });
    await page.locator(".replay form.choose button:enabled").waitFor();
    expect(await page.locator("form.choose select").first().inputValue()).toBe(POLICY);
    await page.locator(".timeline-names").focus();
    await page.keyboard.press("]");
    await page.keyboard.press("]");
    const third = told.events.filter(({ type }) => type === "try")[2]!;
    expect(await page.locator(".tries [role=status]").textContent()).toContain(
      `Try 3 at ${(third.at / 1e6).toFixed(3)} s`,
    );
    const reason = "pipe_read on the stack, asleep in read";
    const text = [...FORMATS.text.write(told)].join("");
    expect(text).toContain(reason);
    expect(await status(page)).toMatch(/^2\.476747 s {2}reader\/\d+: asleep in read.*; left by try 3: /);
    expect(await status(page)).toContain(reason);
    const listed = await page.locator(".causes-of-try").textContent();
    const left = told.events.filter((event) => event.type === "straggler" && event.at === third.at).length;
    expect(listed).toBe(`${left} reader: ${reason}`);
    await page.keyboard.press("[");
    expect(await page.locator(".tries [role=status]").textContent()).toContain("Try 2 at");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("says under the pointer why a task is still waiting", async () => {
    const { page, context } = await open(served, { fragment });
    const lane = page.locator(".timeline-names [aria-selected=true]");
    const { y, height } = (await lane.boundingBox())!;
    const canvas = (await page.locator(".timeline-time canvas").boundingBox())!;
    await page.mouse.move(canvas.x + 0.4 * canvas.width, y + height / 2);
    await page.locator(".timeline-told", { hasText: /left by try \d+: pipe_read on the stack/ }).waitFor();
    expect(await status(page)).toContain(`${await lane.textContent()}: asleep in read`);
    await context.close();
  });

  it("is saved as the bytes that klpsim replay writes", async () => {
    const { page, context } = await open(served, { fragment });
    for (const [title, format] of [
      ["Perfetto", FORMATS.perfetto],
      ["Text", FORMATS.text],
    ] as const) {
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.locator(".replay").getByRole("button", { name: title, exact: true }).click(),
      ]);
      const expected = Buffer.concat([...format.write(await named(page))].map((piece) => Buffer.from(piece)));
      expect(Buffer.compare(await readFile((await saved.path())!), expected)).toBe(0);
    }
    await context.close();
  });

  /** The page's scenario has no file, so no name of one. */
  async function named(page: Page): Promise<Replay> {
    const title = (await page.locator(".replay-title").textContent())!;
    return { ...told, scenario: { ...told.scenario, name: title.split(",")[0]! } };
  }

  it.each(LOOKS)("is usable by all at %i pixels, %s", async (width, colorScheme) => {
    const { page, context } = await open(served, { fragment, width, colorScheme });
    await page.locator(".timeline-told").waitFor();
    expect(await unfit(page)).toEqual(FIT);
    await context.close();
  });
});
