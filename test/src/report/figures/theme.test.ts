import { describe, expect, it } from "vitest";
import { DARK, LIGHT, PAGE, variables } from "../../../../src/report/figures/theme.js";

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("The %s theme", (_, theme) => {
  it("has words in a contrast of 4.5 and more, series too, as they are written in", () => {
    const words = [theme.ink, theme.faint, theme.warn, theme.deadline, ...theme.series];
    expect(words.filter((colour) => contrast(colour, theme.surface) < 4.5)).toEqual([]);
  });

  it("has what is written on a map's cell in a contrast of 4.5 and more", () => {
    expect(theme.heat.filter(({ fill, ink }) => contrast(fill, ink) < 4.5)).toEqual([]);
  });

  it("says every variable that the page names", () => {
    const said = variables(theme);
    const named = JSON.stringify(PAGE).match(/--[a-z0-9-]+/g)!;
    expect(named.filter((name) => !said.includes(`${name}:#`))).toEqual([]);
  });
});
