// klpsim export DIR|FILE: a result in the formats of other programs.

import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { type Command, Option } from "commander";
import { resultMarkdown, tableMarkdown } from "../report/result-markdown.js";
import { toCsv } from "../results/csv.js";
import { type Latencies, toHgrm, toHlog } from "../results/hdr.js";
import { toParquet } from "../results/parquet.js";
import {
  comparisonTable,
  type Histogram,
  histogramTable,
  pointsOf,
  policyTable,
  type Row,
  sensitivityTable,
  type Table,
} from "../results/tables.js";
import { nearMiss } from "../scenario/errors.js";
import { append, wholeNumber } from "./arguments.js";
import { Failure } from "./failure.js";
import { type GivenResult, readResult } from "./read-result.js";
import { UsageError } from "./usage-error.js";

const FORMATS = ["csv", "markdown", "parquet", "json", "hlog", "hgrm"] as const;
type Format = (typeof FORMATS)[number];
const TABLES = ["policies", "comparisons", "sensitivity", "histogram"] as const;
const EXTENSIONS: Record<string, Format> = {
  ".csv": "csv",
  ".md": "markdown",
  ".parquet": "parquet",
  ".json": "json",
  ".hlog": "hlog",
  ".hgrm": "hgrm",
};
const TICKS_PER_SECOND = 1e6;

interface Options {
  format?: Format;
  table?: (typeof TABLES)[number];
  policy?: string[];
  point?: number;
  output?: string;
}

const HELP = `
csv, parquet and markdown hold one table: policies (a row a policy, at each point of a sweep), comparisons, sensitivity, or
histogram (a row a bucket). hlog and hgrm hold latencies, hgrm of one policy: they and the table histogram need the
directory of a run. Without --table, markdown has the figures that people read.

Examples:
  klpsim run examples/busy-vcpus.yaml --out busy
  klpsim export busy -o busy.csv
  klpsim export busy --format markdown
  klpsim export busy -o busy.hlog
  klpsim export busy --policy kvm-v2 -o kvm-v2.hgrm
  klpsim run examples/busy-vcpus.yaml --json | klpsim export - --format csv

Exit status: 0 done, 1 failure, 2 the result or an option is wrong.`;

export function exportCommand(program: Command): void {
  program
    .command("export")
    .summary("a result as CSV, Markdown, Parquet, .hlog or .hgrm")
    .description("Writes a result in the formats of other programs.")
    .argument(
      "<result>",
      "directory of a run (--out), or file with the JSON that a command printed; - reads it from stdin",
    )
    .addOption(
      new Option("--format <format>", "format (default: by the extension of --output, else csv)").choices(FORMATS),
    )
    .addOption(new Option("--table <table>", "what csv, parquet and markdown hold (default: policies)").choices(TABLES))
    .option("--policy <name>", "only this policy (repeatable)", append)
    .option("--point <n>", "only this point of a sweep, from 0", wholeNumber(0, 1e9))
    .option("-o, --output <file>", "write there instead of stdout")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const format = options.format ?? formatOf(options.output);
  checkOptions(format, options);
  const content = await CONTENTS[format](await readResult(path), options);
  if (options.output === undefined) return toStdout(content);
  await writeFile(options.output, content).catch((error) => {
    throw new Failure(`${options.output}: cannot be written: ${error.message}`);
  });
}

function formatOf(output: string | undefined): Format {
  if (output === undefined) return "csv";
  const format = EXTENSIONS[extname(output).toLowerCase()];
  if (format !== undefined) return format;
  throw new UsageError(
    `-o ${output}: which format? Its extension is none of ${Object.keys(EXTENSIONS).join(", ")}: --format says`,
  );
}

function checkOptions(format: Format, { table, policy, point }: Options): void {
  const isTable = ["csv", "parquet"].includes(format) || (format === "markdown" && table !== undefined);
  if (table !== undefined && !isTable) throw new UsageError(`--table: ${format} is no table`);
  const has = isTable ? !["comparisons", "sensitivity"].includes(table ?? "policies") : /^h/.test(format);
  if (!has && (policy ?? point) !== undefined)
    throw new UsageError("--policy and --point: are of hlog, hgrm and the tables policies and histogram");
}

function toStdout(content: string | Uint8Array): void {
  if (typeof content !== "string" && process.stdout.isTTY)
    throw new UsageError("parquet is not for a terminal: -o FILE says where to");
  process.stdout.write(content);
}

type Content = (given: GivenResult, options: Options) => string | Uint8Array | Promise<string | Uint8Array>;

const CONTENTS: Record<Format, Content> = {
  csv: (given, options) => toCsv(tableOf(given, options)),
  parquet: (given, options) => toParquet(tableOf(given, options)),
  markdown: (given, options) =>
    options.table === undefined ? resultMarkdown(given.result) : tableMarkdown(tableOf(given, options)),
  json: ({ result }) => `${JSON.stringify(result)}\n`,
  hlog: (given, options) => toHlog(latenciesOf(given, options), titleOf(given), horizonOf(given)),
  hgrm: (given, options) => toHgrm(onlyOne(latenciesOf(given, options)), titleOf(given), horizonOf(given)),
};

function tableOf(given: GivenResult, options: Options): Table {
  const { table = "policies" } = options;
  const { name, result } = given;
  if (table === "comparisons" && "comparisons" in result) return comparisonTable(result);
  if (table === "sensitivity" && "sensitivity" in result) return sensitivityTable(result);
  if (table === "comparisons") throw new UsageError(`--table comparisons: ${name} is no comparison`);
  if (table === "sensitivity") throw new UsageError(`--table sensitivity: ${name} is no sweep`);
  const { columns, rows } = table === "policies" ? policyTable(result) : histogramTable(storedOf(given).histograms);
  return { columns, rows: rows.filter(wanted(given, options)) };
}

function storedOf({ name, stored }: GivenResult) {
  if (stored !== undefined) return stored;
  throw new UsageError(`${name}: has no histograms; the directory of a run has (run --out DIR)`);
}

function titleOf({ result: { scenario, seed } }: GivenResult): string {
  return `${scenario.name}, seed ${seed}`;
}

function horizonOf(given: GivenResult): number {
  return storedOf(given).compiled.model.horizon / TICKS_PER_SECOND;
}

/** Called after the policy, and of a sweep after the point as well. */
function latenciesOf(given: GivenResult, options: Options): Latencies[] {
  const { histograms, result } = storedOf(given);
  const results = pointsOf(result).flatMap((point) => point.results);
  const called = ({ point, policy }: Histogram) => ("points" in result ? `${point}/${policy}` : policy);
  const isWanted = wanted(given, options);
  return histograms
    .map((histogram, i) => ({ histogram, result: results[i]!, tag: called(histogram) }))
    .filter(({ histogram: { point, policy } }) => isWanted({ point, policy }));
}

function onlyOne(all: Latencies[]): Latencies {
  if (all.length === 1) return all[0]!;
  throw new UsageError(
    `hgrm holds one histogram: --policy, and of a sweep --point, say which of ${all.map(({ tag }) => tag).join(", ")}`,
  );
}

/** Whether --policy and --point leave this one. @throws UsageError where the result has no such */
function wanted({ name, result }: GivenResult, { policy, point }: Options): (one: Row) => boolean {
  const points = pointsOf(result);
  const policies = points[0]!.results.map((one) => one.policy);
  if (point !== undefined && point >= points.length)
    throw new UsageError(`--point ${point}: ${name} has ${points.length} (0 to ${points.length - 1})`);
  const unknown = policy?.find((one) => !policies.includes(one));
  if (unknown !== undefined) {
    const near = nearMiss(unknown, policies);
    const hint = near === undefined ? `one of ${policies.join(", ")}` : `did you mean ${near}?`;
    throw new UsageError(`--policy ${unknown}: not in ${name}; ${hint}`);
  }
  return (one) => (point === undefined || one.point === point) && (policy?.includes(String(one.policy)) ?? true);
}
