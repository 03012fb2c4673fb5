// docs/model.md keeps its word: every title that its table names exists, every row it calls left out is explained, every
// behaviour's number stands there with its source.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BEHAVIOUR_PRESETS } from "../../src/scenario/behaviour-presets.js";

const page = readFileSync(new URL("../../docs/model.md", import.meta.url), "utf8");
const section = (number: number) => page.split(/^## /m).find((part) => part.startsWith(`${number} `)) ?? "";
const rows = section(14)
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, facts, row, citations]) => ({ facts, row, citations: citations.split("<br>") }));

/** The text of a story file with its strings joined as a reader sees them. */
const stories = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8").replaceAll('\\"', '"');

describe("docs/model.md", () => {
  for (const { facts, row, citations } of rows)
    it(`Always: row "${row}" of ${facts} names tests that exist or a reason that is given`, () => {
      expect(citations.length).toBeGreaterThan(0);
      for (const citation of citations) {
        const out = /^left out: (.*)$/.exec(citation);
        if (out) {
          expect(section(13)).toContain(`| ${out[1]}`);
          continue;
        }
        const [, file, title] = /^`(.*?)`: (.*)$/.exec(citation) ?? [];
        let text = stories(file);
        for (const part of title.split("…")) {
          expect(text).toContain(part.trim());
          text = text.slice(text.indexOf(part.trim()));
        }
      }
    });

  it("Always: the table has every row of KF 1.8, 2.1, 3.2, 3.5, 4.5 and 4.7", () => {
    const count = (facts: string) => rows.filter((each) => each.facts === facts).length;
    expect(["1.8", "2.1", "3.2", "3.5", "4.5", "4.7"].map(count)).toEqual([14, 9, 13, 3, 11, 5]);
  });

  it("Always: each number of a built-in behaviour stands there with its source", () => {
    for (const [name, { source }] of Object.entries(BEHAVIOUR_PRESETS))
      for (const [field, origin] of Object.entries(source))
        expect(
          page
            .split("\n")
            .some((line) => line.startsWith(`| \`${name}\` | ${field} |`) && line.endsWith(`| ${origin} |`)),
        ).toBe(true);
  });
});
