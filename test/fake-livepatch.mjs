// A livepatch's directory in sysfs, as far as measure-transition.sh looks: `enabled` is a file, `transition` a pipe that answers each
// reader with what holds at that moment, so that a transition runs as soon as `enabled` has been written, as in the kernel.
//
//   node fake-livepatch.mjs DIR keep|drop MS...
//
// The MS are how long transitions last, the first that long and so on, the last for all others; "stuck" ends only by being reversed,
// which takes 50 ms. drop: once disabled the directory goes away, as from 5.1 on.

import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const [directory, afterwards, ...lasting] = process.argv.slice(2);
const REVERSAL_MS = 50;
const PIPES_AT_ONCE = 100;
const attribute = join(directory, "transition");
const enabled = () => readFileSync(join(directory, "enabled"), "utf8").trim();

// Loading starts the first transition; a livepatch that is there already rests.
let target = afterwards === "drop" ? "" : enabled();
let endsAt = 0;

function transition() {
  const now = performance.now();
  if (enabled() !== target) {
    const reverses = now < endsAt;
    const next = (lasting.length > 1 && !reverses ? lasting.shift() : lasting[0]) ?? "0";
    target = enabled();
    endsAt = now + (reverses ? REVERSAL_MS : next === "stuck" ? Number.POSITIVE_INFINITY : Number(next));
  }
  return now < endsAt ? "1" : "0";
}

// Each reader has a pipe of its own: one that two share may answer the second what was true for the first.
const store = mkdtempSync(join(dirname(dirname(directory)), "pipes-"));
let pipes = [];
let made = 0;

function putPipe() {
  if (pipes.length === 0) {
    pipes = Array.from({ length: PIPES_AT_ONCE }, () => join(store, String(made++)));
    execFileSync("mkfifo", pipes);
  }
  renameSync(pipes.pop(), attribute);
}

putPipe();
for (let gone = false; !gone; ) {
  const pipe = openSync(attribute, "w"); // until somebody reads
  putPipe();
  const answer = transition();
  gone = afterwards === "drop" && answer === "0" && target === "0";
  if (gone) rmSync(directory, { recursive: true });
  try {
    writeSync(pipe, `${answer}\n`);
  } catch (error) {
    if (error.code !== "EPIPE") throw error; // the reader was killed
  }
  closeSync(pipe);
}
