// From recorded traces to a profile: read, rebuilt, sorted into classes, fitted, written. Runs in a page as in Node.

import type { FitResult } from "../results/fit-result.js";
import { loadScenario } from "../scenario/index.js";
import { TEXT_LENGTH_MAX } from "../scenario/source.js";
import { type AnyBytes, piecesOf } from "./bytes.js";
import { type ClassOptions, classesOf } from "./classes.js";
import { drawnWorkloads, sweepText } from "./draws.js";
import { fitDuration } from "./fit-duration.js";
import { fitResult, type ReadTrace } from "./fit-result.js";
import { fitClasses } from "./fitted-class.js";
import { formatNamed } from "./formats/index.js";
import { later } from "./later.js";
import { profileOf } from "./profile.js";
import { profileHead, profileText } from "./profile-text.js";
import { readTrace } from "./read-trace.js";
import { Reconstruction } from "./reconstruct.js";
import { withSomeTime } from "./some-time.js";
import { TraceError } from "./trace-error.js";

export interface TraceInput {
  /** As reports and messages call it. */
  name: string;
  /** As it is, or packed with gzip or xz. */
  bytes: AnyBytes;
}

/** How far it is. */
export interface FitProgress {
  /** Bytes of all traces so far, packed as they are; durations. */
  stage: "bytes" | "durations";
  done: number;
  /** null: the traces do not say. */
  total: number | null;
}

export interface FitOptions {
  /** Of all traces; found by itself unless given. */
  format?: string;
  /** How tasks become classes: by name unless given. */
  classBy?: ClassOptions["by"];
  /** The host's CONFIG_HZ, which no trace has: 250 unless given. */
  hz?: number;
  /** The host's CPUs: as many as were seen unless given. */
  cpus?: number;
  /** Workloads that fit as well, drawn for klpsim sweep: none unless given. */
  draws?: number;
  /** Of the draws: 1 unless given. */
  seed?: number;
  /** Leave out names of tasks and of files, and lines of the traces. */
  anonymise?: boolean;
  /** The scenario's: the first trace's unless given. */
  name?: string;
  onProgress?(progress: FitProgress): void;
  signal?: AbortSignal;
}

export interface Fit {
  /** A scenario in YAML, with comments that say where its numbers come from. */
  profile: string;
  result: FitResult;
}

/**
 * What a host does, from recordings of it: several are of the same host, one after the other.
 * @throws TraceError where a trace cannot be read at all, or nothing in them is of a task; ScenarioError where hz or cpus are none that
 * a host has
 */
export async function fit(traces: readonly TraceInput[], options: FitOptions = {}): Promise<Fit> {
  const { classBy = "name", anonymise = false, draws = 0, seed = 1, hz, cpus } = options;
  const name = options.name ?? (anonymise ? "profile" : stemOf(traces[0]?.name ?? "profile"));
  const reconstruction = new Reconstruction();
  const read = await readAll(traces, reconstruction, options);
  const observed = classesOf(reconstruction.finish(), { by: classBy, anonymise });
  const { resolution } = observed;
  const classes = await fitClasses(
    observed,
    (lengths) => withSomeTime(fitDuration(lengths, { resolution }), resolution),
    async (done, total) => pause(options, { stage: "durations", done, total }),
  );
  if (classes.length === 0) throw new TraceError(nothingFound(read));
  const profile = profileOf(observed, classes, { hz, cpus }, name);
  const told = anonymise ? read.map(withoutNames) : read;
  const fixed = profileText(profile, profileHead(told, observed, draws));
  const text = withDraws(fixed, drawnWorkloads(classes, profile, draws, seed));
  loadScenario(text, { file: name });
  return { profile: text, result: fitResult(told, observed, classes, profile) };
}

/** Without what says how it is stored. */
function stemOf(file: string): string {
  return file.replace(/(\.(txt|log|json|gz|xz))+$/, "") || "profile";
}

const SECOND = 1e9; // steps of every clock are parts of it

async function readAll(
  traces: readonly TraceInput[],
  reconstruction: Reconstruction,
  options: FitOptions,
): Promise<ReadTrace[]> {
  const read: ReadTrace[] = [];
  if (options.format !== undefined) formatNamed(options.format);
  let before = 0;
  let offset = 0;
  for (const { name, bytes } of traces) {
    let here = 0;
    const onProgress = (done: number) => {
      here = done;
      options.signal?.throwIfAborted();
      options.onProgress?.({ stage: "bytes", done: before + done, total: null });
    };
    const reading = await readTrace(piecesOf(bytes), later(reconstruction, offset), {
      format: options.format,
      onProgress,
    }).catch((error) => {
      throw error instanceof TraceError ? new TraceError(`${name}: ${error.message}`) : error;
    });
    before += here;
    const { format, quality, window } = reading;
    if (window !== null) {
      reconstruction.gap(offset + window.to, -1);
      offset += SECOND * Math.ceil((window.to + 1) / SECOND);
    }
    read.push({ name, format: format.name, title: format.title, quality });
  }
  return read;
}

/** What was tried, and the first line that nothing could be made of. */
function nothingFound(read: readonly ReadTrace[]): string {
  return read
    .map(({ name, title, quality: { lines, unreadable, examples, events } }) => {
      const first = examples[0] === undefined ? "" : `; line ${examples[0].line}: ${examples[0].why}`;
      return `${name}: read as ${title}, ${lines} lines, ${unreadable} of them unreadable, ${events} events, none that says what a task does and for how long${first}`;
    })
    .join("\n");
}

/** Lets others work, if somebody waits for it. */
async function pause({ onProgress, signal }: FitOptions, progress: FitProgress): Promise<void> {
  onProgress?.(progress);
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** @throws TraceError where a scenario has no room for so many */
function withDraws(profile: string, workloads: readonly object[]): string {
  if (workloads.length === 0) return profile;
  const sweep = sweepText(workloads);
  if (profile.length + sweep.length <= TEXT_LENGTH_MAX) return profile + sweep;
  const most = Math.floor((workloads.length * (TEXT_LENGTH_MAX - profile.length)) / (1.05 * sweep.length));
  throw new TraceError(`${workloads.length} draws: a scenario has room for ${most} of this trace's`);
}

/** Lines of a trace have names in them. */
function withoutNames(trace: ReadTrace, i: number): ReadTrace {
  const { quality } = trace;
  for (const example of quality.examples) example.text = "";
  return { ...trace, name: `trace ${i + 1}` };
}
