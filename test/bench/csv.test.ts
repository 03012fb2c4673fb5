// The CSV that benches write and read again.

import { expect, it } from "vitest";
import { workshop } from "../spawned.js";

const { readCsv } = await import(new URL("../../bench/csv.js", import.meta.url).href);
const { file } = workshop("csv");

it("Always: a bench's rows come back by column; comments do not, commas in quotes stay", () => {
  const rows = file("some.csv", '# node bench/some.js\nfigure,value,unit\n"200 -> 20,000, clean",1.04,x\nplain,2,\n');
  expect(readCsv(rows)).toEqual([
    { figure: "200 -> 20,000, clean", value: "1.04", unit: "x" },
    { figure: "plain", value: "2", unit: "" },
  ]);
});
