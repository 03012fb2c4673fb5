// Tables as Parquet: the bytes of a file, and rows out of one. The libraries are loaded where they are needed.

import type { Row, Table, TableColumn } from "./tables.js";

const TYPES = { text: "STRING", integer: "INT64", number: "DOUBLE", boolean: "BOOLEAN" } as const;

/** Same table, same bytes. */
export async function toParquet({ columns, rows }: Table): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const columnData = columns.map(({ name, type }) => ({
    name,
    type: TYPES[type],
    nullable: true,
    data: rows.map((row) => cell(row[name]!, type)),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function cell(value: Row[string], type: TableColumn["type"]): unknown {
  return type === "integer" && value !== null ? BigInt(value) : value;
}

/** Rows as they are in the file, integers as numbers. @throws Error where the bytes are no Parquet file */
export async function fromParquet(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const { parquetReadObjects } = await import("hyparquet");
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file });
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
