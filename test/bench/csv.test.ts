// The CSV that benches write and read again.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";

const { readCsv } = await import(new URL("../../bench/csv.js", import.meta.url).href);
const folder = mkdtempSync(join(tmpdir(), "klpsim-csv-"));
afterEach(() => rmSync(folder, { recursive: true }));

it("Always: a bench's rows come back by column; comments do not, commas in quotes stay", () => {
  const file = join(folder, "some.csv");
  writeFileSync(file, '# node bench/some.js\nfigure,value,unit\n"200 -> 20,000, clean",1.04,x\nplain,2,\n');
  expect(readCsv(file)).toEqual([
    { figure: "200 -> 20,000, clean", value: "1.04", unit: "x" },
    { figure: "plain", value: "2", unit: "" },
  ]);
});
