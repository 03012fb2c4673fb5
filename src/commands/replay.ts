// klpsim replay: one transition of a run in full, as text, trace or picture.

import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Branch } from "../branching-core.js";
import { FORMATS, type Format, type FormatName } from "../replay/formats.js";
import { ReplayError, type ReplayOptions, replay } from "../replay/replay.js";
import { experimentOf } from "../scenario/index.js";
import { wholeNumber } from "./arguments.js";
import { nameOfInput, readScenario } from "./read-text.js";
import { type SimulationOptions, simulateOptions, simulationOptions } from "./simulation-options.js";
import { UsageError } from "./usage-error.js";
import { watched } from "./watched.js";

const REPLICA_MAX = Number.MAX_SAFE_INTEGER;
const WORST_MAX = 10;
const CHUNK_BYTES = 65_536;

interface Options extends SimulationOptions {
  replica?: number;
  worst?: number | true;
  branch?: Branch[];
  format?: FormatName;
  output?: string;
}

const HELP = `
A replica is a number: the same scenario, policy, seed and replica are the same transition, here and in klpsim run.
What is told is checked against what the engine counts; a difference ends the command with status 1.

Examples:
  klpsim replay examples/busy-vcpus.yaml --policy linux-5.19 --replica 17
  klpsim replay examples/overcommit.yaml --policy linux-6.1 --worst --replicas 10000
  klpsim replay examples/busy-vcpus.yaml --policy kvm-v2 --format perfetto -o kvm-v2.pftrace    for ui.perfetto.dev
  klpsim replay examples/blocked-readers.yaml --policy linux-5.19 --format svg -o replay.svg

Exit status: 0 done, 1 failure, 2 the scenario or an option is wrong, 130 interrupted.`;

export function replayCommand(program: Command): void {
  const command = program
    .command("replay")
    .summary("tell one transition in full")
    .description(
      "Replays one replica of a run: who was where at the start, each try with each straggler's reason, each round, each switch with its mechanism, until done.",
    );
  simulationOptions(command)
    .option("--replica <k>", "number of the replica (default: 0)", wholeNumber(0, REPLICA_MAX))
    .option("--worst [n]", "the slowest replica of a run of --replicas, or the n-th slowest", wholeNumber(1, WORST_MAX))
    .option(
      "--branch <n:m,...>",
      "at the end of try n everything not yet observed is drawn again, as number m",
      branches,
    )
    .addOption(new Option("--format <format>", "text unless said").choices(Object.keys(FORMATS)))
    .option("-o, --output <file>", "write to a file instead of stdout")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const name = formatOf(options);
  const format: Format = FORMATS[name];
  if (format.binary && options.output === undefined && process.stdout.isTTY)
    throw new UsageError(`--format ${name} is binary: say --output FILE`);
  const given = await replayOptions(path, options, format);
  const unit = given.worst === undefined ? "simulated ms" : "steps";
  const told = await watched(unit, (work) => replay({ ...given, ...work })).catch((error) => {
    throw error instanceof ReplayError ? new UsageError(error.message) : error;
  });
  await write(format.write(told), options.output);
}

function formatOf({ format, json }: Options): FormatName {
  if (json && format !== undefined && format !== "json") throw new UsageError(`--json: --format is ${format}`);
  return json ? "json" : (format ?? "text");
}

async function replayOptions(path: string, options: Options, { only }: Format): Promise<ReplayOptions> {
  const { replica, worst } = options;
  if (replica !== undefined && worst !== undefined)
    throw new UsageError("--worst finds the replica: leave out --replica");
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  const experiment = experimentOf(scenario, file);
  if (experiment !== "transition")
    throw new UsageError(`${file} is about ${experiment}: only a transition is replayed`);
  const { policies = [], ...rest } = await simulateOptions(scenario, file, options);
  if (policies.length > 1) throw new UsageError("--policy: a replay is of one");
  return { ...rest, policy: policies[0], replica, worst: worst === true ? 1 : worst, branches: options.branch, only };
}

/** `n:m,n:m`, with n ascending. */
function branches(text: string): Branch[] {
  const found = text.split(",").map((one) => {
    const [, n, m] = /^(\d{1,9}):(\d{1,9})$/.exec(one) ?? [];
    if (n === undefined || m === undefined)
      throw new InvalidArgumentError("Expected TRY:NUMBER, or more of them with commas.");
    return { try: Number(n), number: Number(m) };
  });
  if (found.some((one, i) => one.try <= (found[i - 1]?.try ?? 0)))
    throw new InvalidArgumentError("Expected tries from 1 on, in ascending order.");
  return found;
}

/** @throws UsageError if the file cannot be written. */
async function write(pieces: Iterable<string | Uint8Array>, output: string | undefined): Promise<void> {
  if (output === undefined) {
    for (const piece of chunks(pieces)) if (!process.stdout.write(piece)) await drained();
    return;
  }
  await pipeline(Readable.from(chunks(pieces)), createWriteStream(output)).catch((error: Error) => {
    throw new UsageError(`--output ${output}: ${error.message}`);
  });
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** Pieces joined to what is worth a write. */
function* chunks(pieces: Iterable<string | Uint8Array>): Generator<string | Uint8Array> {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece !== "string") yield piece;
    else text += piece;
    if (text.length < CHUNK_BYTES) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
