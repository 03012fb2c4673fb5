// The trace formats that can be read, and which of them a file is in.

import { TraceError } from "../trace-error.js";
import type { TraceFormat } from "../trace-format.js";
import { BCC_HISTOGRAM } from "./bcc-histogram.js";
import { BPFTRACE_HISTOGRAM } from "./bpftrace-histogram.js";
import { FTRACE, TRACE_CMD } from "./ftrace.js";
import { KUTRACE } from "./kutrace.js";
import { KVMEXIT } from "./kvmexit.js";
import { LTTNG } from "./lttng.js";
import { OFFCPUTIME } from "./offcputime.js";
import { PERF_SCRIPT } from "./perf-script.js";
import { PERF_TIMEHIST } from "./perf-timehist.js";
import { PERF_TRACE } from "./perf-trace.js";
import { SCHEDVIZ } from "./schedviz.js";
import { STRACE } from "./strace.js";

export const FORMATS: readonly TraceFormat[] = [
  FTRACE,
  TRACE_CMD,
  PERF_SCRIPT,
  PERF_TIMEHIST,
  PERF_TRACE,
  STRACE,
  LTTNG,
  KUTRACE,
  SCHEDVIZ,
  BCC_HISTOGRAM,
  BPFTRACE_HISTOGRAM,
  OFFCPUTIME,
  KVMEXIT,
];

/** Less of a file than this in no format's manner is a file in no format. */
const SHARE_MIN = 0.5;

/** @throws TraceError for a name that is none of FORMATS. */
export function formatNamed(name: string): TraceFormat {
  const found = FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found;
  throw new TraceError(`--format: expected one of ${namesOf(FORMATS)}, got ${name}`);
}

/** The format whose manner the first lines are in. @throws TraceError if that is none, or not one alone. */
export function detect(head: readonly string[]): TraceFormat {
  const shares = FORMATS.map((format) => ({ format, share: format.recognise(head) }));
  const best = Math.max(...shares.map(({ share }) => share));
  const found = shares.filter(({ share }) => share === best).map(({ format }) => format);
  if (best < SHARE_MIN)
    throw new TraceError(`not in a format that is known: tried ${namesOf(FORMATS)}; say --format if it is one`);
  if (found.length > 1) throw new TraceError(`may be ${namesOf(found)}: say which with --format`);
  return found[0]!;
}

function namesOf(formats: readonly TraceFormat[]): string {
  return formats.map(({ name }) => name).join(", ");
}
