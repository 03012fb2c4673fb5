// Tables as Parquet: the bytes of a file, and rows out of one. The libraries are loaded where they are needed.

import type { FileMetaData } from "hyparquet";
import type { Row, Table, TableColumn } from "./tables.js";

const TYPES = { text: "STRING", integer: "INT64", number: "DOUBLE", boolean: "BOOLEAN" } as const;

/** A histogram has thousands at each of a million points at most, and no more than memory holds. */
const ROWS_MAX = 2n ** 24n;
const COLUMN_BYTES_MAX = 2n ** 29n;

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
  const { parquetMetadata, parquetReadObjects } = await import("hyparquet");
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  checkSize(parquetMetadata(file));
  const rows = await parquetReadObjects({ file });
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

/** What a file says that it unpacks to: a few bytes can say billions. */
function checkSize({ num_rows, row_groups }: FileMetaData): void {
  const columns = row_groups.flatMap((group) => group.columns.flatMap(({ meta_data }) => meta_data ?? []));
  const rows = [num_rows, ...row_groups.map((group) => group.num_rows), ...columns.map(({ num_values }) => num_values)];
  const tooMany = rows.find((count) => count < 0n || count > ROWS_MAX);
  if (tooMany !== undefined) throw new Error(`says that it has ${tooMany} rows, more than ${ROWS_MAX}`);
  if (columns.some(({ total_uncompressed_size }) => total_uncompressed_size > COLUMN_BYTES_MAX))
    throw new Error(`says that a column unpacks to more than ${COLUMN_BYTES_MAX} bytes`);
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
