// How fast text of recorders becomes events, in MB/s of CPU time on one core, with the peak resident memory, as CSV on stdout: the stored
// trace of perf script again and again, second after second, as it is and in ftrace's and trace-cmd's layouts. Each format has a process
// of its own: `node bench/fit.js FORMAT MB` is one of them. `node bench/fit.js --table FILE...`: what is in these traces, a row each.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openTrace } from "../dist/fit/open-trace.js";
import { readTrace } from "../dist/fit/read-trace.js";
import { printHead, printRow } from "./csv.js";
import { cpuMs, progress } from "./measure.js";
import { LAYOUTS, repeated } from "./repeated-trace.js";

const MB = 1e6;
const STORED = new URL("../test/data/traces/own-redis-node-2cpu.perf-script.txt.gz", import.meta.url);
const script = fileURLToPath(import.meta.url);

const [what, ...rest] = process.argv.slice(2);
if (what === "--table") {
  printHead("trace", "format", "lines", "events", "tasks", "unreadable", "seconds", "peakMiB");
  for (const path of rest) process.stdout.write(execFileSync(process.execPath, [script, "--row", path]));
} else if (what === "--row") await row(rest[0]);
else if (what !== undefined) await speed(what, Number(rest[0]));
else {
  printHead("format", "MB", "MB/s", "events/s", "peakMiB");
  for (const format of Object.keys(LAYOUTS)) {
    progress(format);
    process.stdout.write(execFileSync(process.execPath, [script, format, "1000"]));
  }
}

async function speed(format, megabytes) {
  const text = gunzipSync(readFileSync(STORED)).toString();
  const started = cpuMs();
  const { quality } = await readTrace(repeated(LAYOUTS[format](text), megabytes * MB), tasksSeen());
  const seconds = (cpuMs() - started) / 1000;
  if (quality.unreadable > 0) throw new Error(`${format}: ${quality.unreadable} unreadable lines`);
  printRow(format, quality.bytes / MB, quality.bytes / MB / seconds, quality.events / seconds, peakMiB());
}

async function row(path) {
  const trace = await openTrace(path);
  const tasks = tasksSeen();
  const started = performance.now();
  const { format, quality } = await readTrace(trace.bytes, tasks);
  const seconds = (performance.now() - started) / 1000;
  await trace.close();
  const { lines, events, unreadable } = quality;
  printRow(basename(path), format.name, lines, events, tasks.seen.size, unreadable, seconds, peakMiB());
}

/** Takes what is told, and knows which tasks there were beside the idle ones. */
function tasksSeen() {
  const seen = new Set();
  const see = (pid) => {
    if (pid > 0) seen.add(pid);
  };
  return {
    seen,
    event({ type, pid, target, next }) {
      see(pid);
      if (type === "switch") see(next);
      else if (type === "wakeup") see(target);
    },
    sum({ type, tid, pid }) {
      if (type !== "histogram") see(type === "guest-exits" ? tid : pid);
    },
    name() {},
    gap() {},
  };
}

function peakMiB() {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
