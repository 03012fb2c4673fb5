import fc from "fast-check";
import { expect, it } from "vitest";
import { toCsv } from "../../../src/results/csv.js";

/** By the grammar of RFC 4180. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = fields.exec(text); match !== null; match = fields.exec(text)) {
    record.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === "\r\n") {
      records.push(record);
      record = [];
    }
  }
  return records;
}

it("CSV: names first, null as nothing, numbers as they are", () => {
  const columns = [
    { name: "policy", type: "text" as const },
    { name: "p99_ms", type: "number" as const },
  ];
  const rows = [
    { policy: "linux-6.1", p99_ms: 1.5 },
    { policy: 'my "own", slow', p99_ms: null },
  ];
  expect(toCsv({ columns, rows })).toBe('policy,p99_ms\r\nlinux-6.1,1.5\r\n"my ""own"", slow",\r\n');
});

it("Always: a reader of RFC 4180 gets every text back", () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "a", " ", "é") }), { minLength: 1 });
  fc.assert(
    fc.property(texts, (values) => {
      const csv = toCsv({ columns: [{ name: "text", type: "text" }], rows: values.map((text) => ({ text })) });
      expect(parse(csv)).toEqual([["text"], ...values.map((text) => [text])]);
    }),
    { seed: 1 },
  );
});
