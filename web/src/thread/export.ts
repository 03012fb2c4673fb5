// A result as a file.

import { documentSvg } from "../../../src/report/figures/figure.js";
import { reportPage } from "../../../src/report/page/report.js";
import { groupInputs, type ReportInput } from "../../../src/report/report-input.js";
import { resultMarkdown } from "../../../src/report/result-markdown.js";
import { sectionsOf } from "../../../src/report/sections.js";
import { toCsv } from "../../../src/results/csv.js";
import { toParquet } from "../../../src/results/parquet.js";
import { policyTable } from "../../../src/results/tables.js";
import type { ExportFormat, Requests } from "../protocol.js";
import type { Handler } from "./handler.js";
import { recall } from "./recent.js";

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
  html: { type: "text/html", write: (order) => reportPage([inputOf(order)]) },
  svg: { type: "image/svg+xml", write: (order) => curvesOf(inputOf(order)) },
};

function inputOf({ result, yaml }: Order): ReportInput {
  const whole = recall(result);
  return {
    name: result.scenario.name,
    content: { kind: "run", result },
    latencies: whole?.latencies,
    horizonSeconds: whole && whole.horizonTicks / 1e6,
    scenarioText: yaml,
  };
}

/** The first picture of the report. */
function curvesOf(input: ReportInput): string {
  const blocks = groupInputs([input])
    .flatMap(sectionsOf)
    .flatMap((section) => section.blocks);
  const first = blocks.find((block) => block.kind === "figure");
  if (first === undefined) throw new Error("nothing to draw: no policy has results yet");
  return documentSvg(first.figure);
}
