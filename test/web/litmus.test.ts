// Litmus tests in the built page, against the explorer in Node.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtinCases, builtinTests } from "../../src/litmus/cases.js";
import { check } from "../../src/litmus/check.js";
import { compileLitmus } from "../../src/litmus/module.js";
import { FIT, LOOKS, open, type Served, serve, titled, unfit, withoutBrowser } from "./page.js";

describe.skipIf(withoutBrowser)(titled("A litmus test in the page"), () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served?.close());

  it("has Node's verdict, final states and counterexample", async () => {
    const { page, context, told } = await open(served, { fragment: "#litmus" });
    await page.getByLabel("Variant").selectOption("V-Petr");
    await page.getByRole("button", { name: "Check" }).click();
    const [asked] = builtinCases(builtinTests("L2"), ["V-Petr"], ["tso"]);
    const checked = check(await compileLitmus(), asked!.litmus, "tso");
    await page.locator(".litmus-answer").waitFor();
    expect(await page.locator(".litmus-verdict b").textContent()).toBe(checked.verdict);
    const finals = await page.locator("[aria-label='Final states'] tbody tr").allTextContents();
    expect(finals).toEqual(checked.finals.map(({ values, count }) => `${values.join("")}${count}`));
    const steps = await page.locator("[aria-label=Steps] code").allTextContents();
    expect(steps).toEqual(checked.witness.map(({ text }) => text));
    await page.locator(".picture img").waitFor();
    expect(told).toEqual([]);
    await context.close();
  });

  it.each(LOOKS)("is usable by all with its answer at %i pixels, %s", async (width, colorScheme) => {
    const { page, context } = await open(served, { fragment: "#litmus", width, colorScheme });
    await page.getByLabel("Variant").selectOption("V-Petr");
    await page.getByRole("button", { name: "Check" }).click();
    await page.locator(".picture img").waitFor();
    expect(await unfit(page)).toEqual(FIT);
    await context.close();
  });

  it("that cannot be read says where, and leads there", async () => {
    const { page, context } = await open(served, { fragment: "#litmus" });
    await page.getByLabel("Variant").selectOption("V-Petr");
    await page.locator("#litmus-text").fill("C broken\n{}\nP0(int *x) { WRITE_TWICE(*x, 1); }\nexists (x=1)\n");
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByRole("button", { name: /To line 3, column \d+/ }).click();
    const selected = await page.locator("#litmus-text").evaluate((field) => {
      const { value, selectionStart, selectionEnd } = field as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    });
    expect(selected).toContain("WRITE_TWICE");
    await context.close();
  });
});
