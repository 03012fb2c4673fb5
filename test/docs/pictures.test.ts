// The documentation's pictures are what klpsim draws, to the byte, in light and dark. npm run docs:pictures writes them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replay, timelineSvg } from "../../src/index.js";
import { DARK, LIGHT } from "../../src/report/figures/theme.js";
import { ROOT, workshop } from "../spawned.js";

const { at, klpsim } = workshop("pictures");

interface Timeline {
  scenario: string;
  policy: string;
  replica: number;
}

const drawn = (name: string, policy: string, replica: number): Timeline => ({
  scenario: `docs/pictures/${name}.yaml`,
  policy,
  replica,
});

const TIMELINES: Record<string, Timeline> = {
  "pictures/mixed": drawn("mixed", "linux-6.1", 3),
  "pictures/blocked-without-rounds": drawn("blocked", "linux-4.12", 2),
  "pictures/blocked-with-rounds": drawn("blocked", "linux-6.1", 2),
  "pictures/guests-5.13": drawn("guests", "linux-5.13", 1),
  "pictures/guests-5.19": drawn("guests", "linux-5.19", 1),
  "pictures/kthreads-6.1": drawn("kthreads", "linux-6.1", 1),
  "pictures/kthreads-6.4": drawn("kthreads", "linux-6.4", 1),
  replay: { scenario: "examples/blocked-readers.yaml", policy: "linux-5.19", replica: 3 },
};

describe("The documentation's pictures", { timeout: 240_000 }, () => {
  it.each(Object.entries(TIMELINES))("docs/%s.svg is the timeline of its replica", async (name, timeline) => {
    const { scenario, policy, replica } = timeline;
    const text = readFileSync(join(ROOT, scenario), "utf8");
    const told = await replay({ scenario: text, file: scenario, policy, replica });
    expectPicture(name, timelineSvg(told, { theme: "light" }), timelineSvg(told, { theme: "dark" }));
  });

  it("docs/pictures/latency.svg is the first picture of the report on examples/busy-vcpus.yaml", async () => {
    await klpsim("run", join(ROOT, "examples/busy-vcpus.yaml"), "--out", at("busy"));
    await klpsim("report", at("busy"), "--svg", at("svg"), "--no-timeline");
    const light = readFileSync(at("svg", "ccdf.svg"), "utf8");
    expectPicture("pictures/latency", light, darkened(light));
  });
});

function expectPicture(name: string, light: string, dark: string): void {
  for (const [ending, svg] of [
    ["", light],
    ["-dark", dark],
  ]) {
    const path = join(ROOT, `docs/${name}${ending}.svg`);
    if (process.env.KLPSIM_DOCS === "write") writeFileSync(path, svg!);
    expect(readFileSync(path, "utf8"), path).toBe(svg);
  }
}

/** Pictures of a report are on paper: here each colour of the light theme becomes that of the dark one. */
function darkened(svg: string): string {
  const colours = (theme: typeof LIGHT) => [
    theme.surface,
    theme.ink,
    theme.faint,
    theme.grid,
    theme.warn,
    theme.deadline,
    ...theme.series,
  ];
  const dark = colours(DARK);
  const map = new Map(colours(LIGHT).map((colour, i) => [colour, dark[i]!]));
  return svg.replaceAll(/#[0-9a-f]{6}\b/g, (colour) => map.get(colour) ?? colour);
}
