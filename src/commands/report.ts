// klpsim report: results as a page, as single pictures, or on the terminal.

import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Command } from "commander";
import type { DirectoryInput } from "../report/read-input.js";
import type { ReportInput } from "../report/report-input.js";
import { terminalOf } from "../report/terminal.js";
import { Interrupted } from "./interrupt.js";
import { makeDirectory } from "./make-directory.js";
import { runDirectoryOf } from "./read-result.js";
import { nameOfInput, readResultText } from "./read-text.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";

interface ReportOptions {
  output?: string;
  svg?: string;
  png?: string;
  timeline: boolean;
}

const HELP = `
Examples:
  klpsim run examples/busy-vcpus.yaml --out busy && klpsim report busy -o report.html
  klpsim run examples/busy-vcpus.yaml --json > busy.json && klpsim report busy.json
  klpsim run examples/busy-vcpus.yaml --json | klpsim report -
  klpsim report today.json yesterday.json -o both.html     side by side where their scenario is the same
  klpsim report busy --svg pictures --png pictures          each picture by itself

Without -o, --svg or --png the report is printed as text.

Exit status: 0 done, 1 failure, 2 an input or an option is wrong.`;

export function reportCommand(program: Command): void {
  program
    .command("report")
    .summary("show results as a page, as pictures or as text")
    .description(
      "Shows the results of klpsim run, compare and sweep: one HTML file that needs nothing else, pictures one by one, or text. Takes run directories (--out), which hold the whole distribution and the scenario, and files of JSON (--json).",
    )
    .argument("<input...>", "run directories and files of results; - reads one from stdin")
    .option("-o, --output <file>", "write one self-contained HTML page; - writes it to stdout")
    .option("--svg <directory>", "write each picture there as SVG")
    .option("--png <directory>", "write each picture there as PNG (needs the package @resvg/resvg-js)")
    .option("--no-timeline", "leave out the timeline of the slowest transition, which is replayed from a run directory")
    .addHelpText("after", HELP)
    .action(report);
}

async function report(paths: string[], options: ReportOptions): Promise<void> {
  if (paths.filter((path) => path === "-").length > 1) throw new UsageError("-: stdin can be read once only");
  const inputs: ReportInput[] = [];
  for (const path of paths) inputs.push(await readInput(path, options.timeline && wantsPictures(options)));
  nameInputs(inputs);
  const { output, svg, png } = options;
  if (output !== undefined) await writePage(output, inputs);
  if (svg !== undefined) await writePictures(svg, "--svg", "svg", inputs);
  if (png !== undefined) await writePictures(png, "--png", "png", inputs);
  if (!wantsPictures(options)) await print(inputs);
}

/** In the report by the last step of their paths, which says less of where they lie, unless several have it in common. */
function nameInputs(inputs: ReportInput[]): void {
  const names = inputs.map(({ name }) => basename(name));
  inputs.forEach((input, i) => {
    if (names.filter((name) => name === names[i]).length === 1) input.name = names[i]!;
  });
}

/** A directory, or the results in it, is read with all that it holds. */
async function readInput(path: string, timeline: boolean): Promise<ReportInput> {
  const { readInputDirectory, readInputText } = await import("../report/read-input.js");
  const directory = await runDirectoryOf(path);
  if (directory === undefined) return readInputText(await readResultText(path), nameOfInput(path));
  const input = await readInputDirectory(directory);
  return timeline ? withTimeline(input) : input;
}

/** With the slowest transition as a picture; one that cannot be replayed is said, and left out. */
async function withTimeline(input: DirectoryInput): Promise<ReportInput> {
  const { slowestTransition } = await import("./report-timeline.js");
  const pictures = await slowestTransition(input).catch((error) => {
    if (error instanceof Interrupted) throw error;
    tell(`${input.name}: no timeline of the slowest transition: ${(error as Error).message}`);
    return [];
  });
  return { ...input, pictures };
}

function wantsPictures({ output, svg, png }: ReportOptions): boolean {
  return (output ?? svg ?? png) !== undefined;
}

async function writePage(output: string, inputs: ReportInput[]): Promise<void> {
  const { reportPage } = await import("../report/page/report.js");
  const page = reportPage(inputs);
  if (output === "-") process.stdout.write(page);
  else await writing("--output", output, () => writeFile(output, page));
}

async function writePictures(
  directory: string,
  option: string,
  kind: "svg" | "png",
  inputs: ReportInput[],
): Promise<void> {
  const { NoPng, pngRenderer, singlePictures } = await import("../report/single-files.js");
  const { groupInputs } = await import("../report/report-input.js");
  const render =
    kind === "svg"
      ? (svg: string) => svg
      : await pngRenderer().catch((error) => {
          throw error instanceof NoPng ? new UsageError(`${option} ${error.message}`) : error;
        });
  const pictures = singlePictures(groupInputs(inputs));
  if (pictures.length === 0) throw new UsageError(`${option} ${directory}: there is nothing to draw in these results`);
  await makeDirectory(directory, option);
  for (const { name, svg } of pictures) {
    const file = join(directory, `${name}.${kind}`);
    await writing(option, file, () => writeFile(file, render(svg)));
  }
}

async function print(inputs: ReportInput[]): Promise<void> {
  const { textReport } = await import("../report/text/text-report.js");
  const { groupInputs } = await import("../report/report-input.js");
  process.stdout.write(`${textReport(groupInputs(inputs), terminalOf(process.stdout)).join("\n")}\n`);
}

/** What the file system refuses is the caller's to mend. */
async function writing(option: string, path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new UsageError(`${option} ${path}: cannot be written: ${message}`);
  }
}
