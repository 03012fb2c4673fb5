// A result as a file.

import { reportPage } from "../../../src/report/page/report.js";
import { resultMarkdown } from "../../../src/report/result-markdown.js";
import { toCsv } from "../../../src/results/csv.js";
import { toParquet } from "../../../src/results/parquet.js";
import { policyTable } from "../../../src/results/tables.js";
import type { ExportFormat, Requests } from "../protocol.js";
import type { Handler } from "./handler.js";

type Order = Requests["export"]["ask"];

export const exported: Handler<"export"> = async (order) => {
  const { type, write } = FORMATS[order.format];
  return new Blob([await write(order)], { type });
};

interface Format {
  type: string;
  write(order: Order): BlobPart | Promise<BlobPart>;
}

const FORMATS: Record<ExportFormat, Format> = {
  json: { type: "application/json", write: ({ result }) => `${JSON.stringify(result)}\n` },
  csv: { type: "text/csv", write: ({ result }) => toCsv(policyTable(result)) },
  markdown: { type: "text/markdown", write: ({ result }) => resultMarkdown(result) },
  parquet: {
    type: "application/vnd.apache.parquet",
    write: async ({ result }) => (await toParquet(policyTable(result))) as Uint8Array<ArrayBuffer>,
  },
  html: {
    type: "text/html",
    write: ({ result, yaml }) =>
      reportPage([{ name: result.scenario.name, content: { kind: "run", result }, scenarioText: yaml }]),
  },
};
