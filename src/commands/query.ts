// klpsim query SQL DIR...: runs side by side, by DuckDB where it is installed. The tables are read into memory; then the database is
// shut off from files, network and its own settings, so that a statement can do nothing but compute.

import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { tableLines } from "../report/table.js";
import { terminalOf } from "../report/terminal.js";
import { toCsv } from "../results/csv.js";
import { FILES, isFinished, readRecord } from "../results/run-directory.js";
import type { Row, Table, TableColumn, Value } from "../results/tables.js";
import { Failure } from "./failure.js";
import { UsageError } from "./usage-error.js";

interface Options {
  csv?: boolean;
  json?: boolean;
}

const PACKAGE = "@duckdb/node-api";
const SHUT_OFF = ["SET enable_external_access = false", "SET lock_configuration = true"];

const HELP = `
Tables: results, a row a policy and point of a sweep; histograms, a row a bucket: count, mean_us. Both have the column directory;
docs/run-directory.md names the others, and DESCRIBE results shows them. Needs DuckDB: npm install ${PACKAGE}

Examples:
  klpsim query "SELECT policy, latency_p99_ms FROM results ORDER BY ALL" busy
  klpsim query "SELECT directory, policy, exceed_75s FROM results WHERE exceed_75s > 0.01" runs/*
  klpsim query "SELECT policy, sum(count) FILTER (mean_us > 20e6) / sum(count) AS late FROM histograms GROUP BY ALL" busy
  klpsim query "DESCRIBE results" busy --csv

Exit status: 0 done, 1 failure (DuckDB is not installed), 2 the statement, a directory or an option is wrong.`;

export function queryCommand(program: Command): void {
  program
    .command("query")
    .summary("ask kept runs by SQL")
    .description("Runs an SQL statement over the directories of runs (--out), by DuckDB.")
    .argument("<sql>", "one statement")
    .argument("<directory...>", "directories of runs")
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON: {columns, rows}")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(sql: string, directories: string[], { csv, json }: Options): Promise<void> {
  if (sql.trim() === "") throw new UsageError("query: the statement is empty");
  await Promise.all(directories.map(checkDirectory));
  const table = await answer(sql, directories);
  if (json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...table })}\n`);
  else process.stdout.write(csv ? toCsv(table) : `${textOf(table)}\n`);
}

async function checkDirectory(directory: string): Promise<void> {
  if ((await readRecord(directory)) === null) throw new UsageError(`${directory}: not the directory of a run`);
  if (!(await isFinished(directory))) throw new UsageError(`${directory}: this run is not finished`);
}

async function answer(sql: string, directories: string[]): Promise<Table> {
  const { DuckDBInstance } = await duckDb();
  const database = await DuckDBInstance.create(":memory:");
  const connection = await database.connect();
  try {
    for (const [name, file] of [["results", FILES.table] as const, ["histograms", FILES.histograms] as const])
      await connection.run(
        `CREATE TABLE ${name} AS ${directories.map((one) => rowsOf(one, file)).join(" UNION ALL BY NAME ")}`,
      );
    for (const setting of SHUT_OFF) await connection.run(setting);
    return await stated(async () => {
      const statements = await connection.extractStatements(sql);
      if (statements.count !== 1) throw new Error(`expected one statement, got ${statements.count}`);
      const reader = await connection.runAndReadAll(sql);
      return toTable(reader.deduplicatedColumnNames(), reader.getRowsJS());
    });
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

function rowsOf(directory: string, file: string): string {
  return `SELECT ${quoted(directory)} AS directory, * FROM read_parquet(${quoted(resolve(directory, file))})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function duckDb(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import(PACKAGE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Failure(`query needs DuckDB, which is not installed: npm install ${PACKAGE}`);
  }
}

/** DuckDB's own words about a statement are for who wrote it. */
async function stated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UsageError(`query: ${(error as Error).message.trimEnd()}`);
  }
}

function toTable(names: readonly string[], rows: readonly unknown[][]): Table {
  const columns = names.map((name, i) => ({ name, type: typeOf(rows.map((row) => row[i])) }));
  return {
    columns,
    rows: rows.map((row): Row => Object.fromEntries(names.map((name, i) => [name, plainValue(row[i])]))),
  };
}

function typeOf(values: unknown[]): TableColumn["type"] {
  return values.every((value) => value === null || typeof value === "number" || typeof value === "bigint")
    ? "number"
    : "text";
}

function plainValue(value: unknown): Value {
  if (value === null || typeof value === "number" || typeof value === "boolean" || typeof value === "string")
    return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
}

function textOf({ columns, rows }: Table): string {
  const shown = columns.map(({ name, type }) => ({ title: name, align: type === "text" ? "left" : "right" }) as const);
  const cells = rows.map((row) => columns.map(({ name }) => ({ text: row[name] === null ? "" : String(row[name]) })));
  return tableLines(shown, cells, terminalOf(process.stdout)).join("\n");
}
