// klpsim fit: recorded traces -> a scenario that klpsim run takes, and how far the recording can be trusted.

import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { type Fit, type FitOptions, fit } from "../fit/fit.js";
import { FORMATS } from "../fit/formats/index.js";
import { type OpenTrace, openTrace } from "../fit/open-trace.js";
import { TraceError } from "../fit/trace-error.js";
import { fitReport } from "../report/fit-text.js";
import { progressLine } from "../report/progress.js";
import { terminalOf } from "../report/terminal.js";
import { wholeNumber } from "./arguments.js";
import { Failure } from "./failure.js";
import { untilInterrupted } from "./interrupt.js";
import { nameOfInput } from "./read-text.js";
import { UsageError } from "./usage-error.js";
import { writeNew } from "./write-new.js";

interface Options extends Pick<FitOptions, "format" | "classBy" | "hz" | "cpus" | "draws" | "seed" | "anonymise"> {
  output: string;
  fitReport?: string;
  json?: boolean;
  force?: boolean;
}

const CPUS_MAX = 4096;
const DRAWS_MAX = 1000;
const SEED_MAX = 2 ** 31 - 1;
const TICKS = ["100", "250", "300", "1000"];

const HELP = `
Traces are text, as perf script, trace-cmd report, trace_pipe, strace, bpftrace and others print it, also packed with gzip or xz; several
are of the same host, one after the other. docs/record.md has the commands to record with, and what each kind of trace can tell.

Examples:
  perf record -a -e 'sched:sched_switch,sched:sched_wakeup,raw_syscalls:*' -o perf.data -- sleep 10
  perf script -F comm,tid,cpu,time,event,trace --ns -i perf.data | klpsim fit - -o host.yaml
  klpsim run host.yaml --policy linux-6.4 --patch-functions pipe_read
  klpsim fit trace.txt.gz -o host.yaml --fit-report fit.html      the fits, to look at
  klpsim fit trace.txt -o host.yaml --draws 32 && klpsim sweep host.yaml    how far the trace determines the answer

Exit status: 0 done, 1 nothing can be made of a trace, 2 an option or a file is wrong, 130 interrupted.`;

export function fitCommand(program: Command): void {
  program
    .command("fit")
    .summary("make a scenario of a recorded trace")
    .description(
      "Makes a scenario of what a recorded trace shows: classes of tasks, what each does in which order, and a law for each duration with its uncertainty. Says how good the recording is, and what it cannot tell.",
    )
    .argument("<trace...>", "files of traces; - is stdin")
    .addOption(new Option("-o, --output <file>", "where to write the scenario; - is stdout").default("profile.yaml"))
    .addOption(
      new Option("--format <format>", "of the traces, instead of finding out").choices(FORMATS.map(({ name }) => name)),
    )
    .addOption(
      new Option("--class-by <what>", "which tasks are alike: those of a name, of a behaviour, of a process, or none")
        .choices(["name", "behaviour", "process", "task"])
        .default("name"),
    )
    .addOption(new Option("--hz <n>", "CONFIG_HZ of the host, which no trace says").choices(TICKS).argParser(ticks))
    .option("--cpus <n>", "CPUs of the host, where the trace does not show all", wholeNumber(1, CPUS_MAX))
    .addOption(
      new Option("--draws <n>", "add a sweep over so many workloads that fit the trace as well")
        .default(0)
        .argParser(wholeNumber(0, DRAWS_MAX)),
    )
    .addOption(new Option("--seed <n>", "of the draws").default(1).argParser(wholeNumber(0, SEED_MAX)))
    .option("--fit-report <file>", "write a page with the quality of the trace and a plot of every fit (HTML)")
    .option("--anonymise", "leave out names of tasks and files")
    .option("--json", "print everything as JSON")
    .option("--force", "write over a file that is there already")
    .addHelpText("after", HELP)
    .action(run);
}

function ticks(text: string): number {
  if (TICKS.includes(text)) return Number(text);
  return wholeNumber(100, 100)(text); // says what is wrong
}

async function run(paths: string[], options: Options): Promise<void> {
  if (paths.filter((path) => path === "-").length > 1) throw new UsageError("-: stdin can be read once only");
  if (options.output === "-" && options.json)
    throw new UsageError("--json: prints to stdout, where -o - writes the scenario");
  const opened = await openAll(paths);
  const found = await untilInterrupted((signal) => fitted(paths, opened, options, signal)).finally(() =>
    Promise.all(opened.map(({ close }) => close())),
  );
  await write(found, options);
}

async function openAll(paths: string[]): Promise<OpenTrace[]> {
  const opened: OpenTrace[] = [];
  for (const path of paths) {
    const trace = await openTrace(path).catch((error) => {
      throw error instanceof TraceError ? new UsageError(`${nameOfInput(path)}: ${error.message}`) : error;
    });
    opened.push(trace);
  }
  return opened;
}

/** With how far it is on stderr. */
async function fitted(paths: string[], opened: OpenTrace[], options: Options, signal: AbortSignal): Promise<Fit> {
  const { format, classBy, hz, cpus, draws, seed, anonymise } = options;
  const total = opened.reduce((sum, { size }) => sum + (size ?? Number.NaN), 0);
  const lines = { bytes: progressLine(process.stderr, "bytes"), durations: progressLine(process.stderr, "durations") };
  const begun = { bytes: performance.now(), durations: Number.NaN };
  const onProgress: FitOptions["onProgress"] = ({ stage, done, total: known }) => {
    begun[stage] ||= performance.now();
    const rate = done / ((performance.now() - begun[stage]) / 1000);
    const all = known ?? total;
    if (!Number.isNaN(all)) lines[stage].show(done, all, rate);
  };
  const traces = opened.map(({ bytes }, i) => ({ name: basename(nameOfInput(paths[i]!)), bytes }));
  try {
    return await fit(traces, { format, classBy, hz, cpus, draws, seed, anonymise, onProgress, signal });
  } catch (error) {
    throw error instanceof TraceError ? new Failure(error.message) : error;
  } finally {
    lines.bytes.end();
    lines.durations.end();
  }
}

async function write(
  { profile, result }: Fit,
  { output, fitReport: page, json, force = false }: Options,
): Promise<void> {
  if (output !== "-") await writeNew(output, profile, force);
  if (page !== undefined) await writePage(page, profile, result);
  if (output === "-") process.stdout.write(profile);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const stream = output === "-" ? process.stderr : process.stdout;
    stream.write(`${fitReport(result, terminalOf(stream)).join("\n")}\n`);
    if (output !== "-") stream.write(`\n${output}: klpsim explain ${output}, klpsim run ${output}\n`);
  }
}

async function writePage(file: string, profile: string, result: Fit["result"]): Promise<void> {
  const { fitPage } = await import("../report/page/fit-report.js");
  await writeFile(file, fitPage(result, profile)).catch((error) => {
    throw new UsageError(`--fit-report ${file}: cannot be written: ${error.message}`);
  });
}
