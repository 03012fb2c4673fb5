import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { toParquet } from "../../../src/results/parquet.js";
import type { Table, TableColumn, Value } from "../../../src/results/tables.js";

const VALUES: Record<TableColumn["type"], fc.Arbitrary<Value>> = {
  text: fc.string({ unit: "binary" }),
  integer: fc.maxSafeNat(),
  number: fc.double({ noNaN: true }),
  boolean: fc.boolean(),
};

const column = fc.record({
  name: fc.stringMatching(/^[a-z][a-z_.]{0,20}$/),
  type: fc.constantFrom(...(Object.keys(VALUES) as TableColumn["type"][])),
});

const table: fc.Arbitrary<Table> = fc
  .uniqueArray(column, { minLength: 1, maxLength: 6, selector: ({ name }) => name })
  .chain((columns) => {
    const row = fc.record(Object.fromEntries(columns.map(({ name, type }) => [name, fc.option(VALUES[type])])));
    return fc.record({ columns: fc.constant(columns), rows: fc.array(row, { maxLength: 30 }) });
  });

async function readBack(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const file = new Uint8Array(bytes).buffer;
  return parquetReadObjects({ file });
}

describe("A table as Parquet", () => {
  it("Always: comes back to the bit, absent values and integers up to 2^53 included, from its own reader", async () => {
    await fc.assert(
      fc.asyncProperty(table, async (written) => {
        const rows = await readBack(await toParquet(written));
        const expected = written.rows.map((row) =>
          written.columns.map(({ name, type }) =>
            type === "integer" && row[name] !== null ? BigInt(row[name]!) : row[name],
          ),
        );
        expect(rows.map((row) => written.columns.map(({ name }) => row[name]))).toEqual(expected);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("Always: has the same bytes again", async () => {
    const rows = [{ a: "x", b: 1.5 }];
    const written: Table = {
      columns: [
        { name: "a", type: "text" },
        { name: "b", type: "number" },
      ],
      rows,
    };
    expect(await toParquet(written)).toEqual(await toParquet(structuredClone(written)));
  });
});
