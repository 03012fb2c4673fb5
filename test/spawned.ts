// klpsim as a user meets it: the built dist/cli.js in a process of its own, in a directory that is gone after the tests.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The package: where build/, dist/ and examples/ are. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** How a process ended: its exit status, or the signal that killed it. */
export interface Ended {
  status: number | NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export interface Surroundings {
  /** A program of Node's other than dist/cli.js. */
  program?: string;
  /** The package unless given. */
  cwd?: string;
  /** Besides the variables of the tests. */
  env?: Record<string, string>;
  /** What can be read there; nothing unless given. */
  stdin?: string;
  /** A file descriptor that takes stdout in the test's place. */
  stdout?: number;
}

/** Starts klpsim, for tests that send signals or need other surroundings; two minutes at most. */
export function start(args: string[], surroundings: Surroundings = {}): Started {
  const { program = join(ROOT, "dist/cli.js"), cwd = ROOT, env, stdin, stdout } = surroundings;
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: [stdin === undefined ? "ignore" : "pipe", stdout ?? "pipe", "pipe"],
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  child.stdin?.end(stdin);
  return { child, ended: end(child) };
}

function end(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk) => (stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk) => (stderr += chunk));
  return new Promise((resolve) =>
    child.on("close", (code, signal) => resolve({ status: code ?? signal, stdout, stderr })),
  );
}

/** Runs klpsim in the package, so that its examples are at examples/. */
export const klpsim = (...args: string[]): Promise<Ended> => start(args).ended;

export interface Workshop {
  directory: string;
  /** A path in it. */
  at(...names: string[]): string;
  /** Writes a file in it: its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Runs klpsim there. */
  klpsim(...args: string[]): Promise<Ended>;
  /** Starts klpsim there. */
  start(args: string[], surroundings?: Surroundings): Started;
}

/** A temporary directory for the tests of a file: call it at the top of one. */
export function workshop(name: string): Workshop {
  const directory = mkdtempSync(join(tmpdir(), `klpsim-${name}-`));
  afterAll(() => rmSync(directory, { recursive: true }));
  const at = (...names: string[]) => join(directory, ...names);
  const startThere = (args: string[], surroundings: Surroundings = {}) =>
    start(args, { cwd: directory, ...surroundings });
  return {
    directory,
    at,
    file(name, content) {
      writeFileSync(at(name), content);
      return at(name);
    },
    klpsim: (...args) => startThere(args).ended,
    start: startThere,
  };
}
