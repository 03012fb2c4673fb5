// Runs what a page of the documentation shows: in a directory of its own that has examples/ and dist/ in it, and klpsim as a command
// and as a package.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../spawned.js";
import { type Command, fits, type Step, tidied } from "./page.js";

export interface Outcome {
  command: Command;
  printed: string[];
  /** undefined: the shell had ended before. */
  status: number | undefined;
}

export interface PageRun {
  outcomes: Outcome[];
  /** What is wrong, in words; empty where all is as the page says. */
  wrong: string[];
}

const PACKAGE_PARTS = ["examples", "dist", "docs", "build", "test", "package.json"];

/** Commands that `wanted` leaves out are not run. */
export async function runPage(steps: readonly Step[], wanted: (command: Command) => boolean): Promise<PageRun> {
  const directory = mkdtempSync(join(tmpdir(), "klpsim-page-"));
  try {
    prepare(directory);
    const commands = steps.filter((step) => step.kind !== "command" || wanted(step));
    const session = scriptOf(commands, join(directory, ".printed"));
    await bash(directory, session);
    return judge(commands, join(directory, ".printed"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function prepare(directory: string): void {
  for (const name of PACKAGE_PARTS) symlinkSync(join(ROOT, name), join(directory, name));
  for (const name of [".bin", ".printed", "node_modules"]) mkdirSync(join(directory, name));
  symlinkSync(ROOT, join(directory, "node_modules/klpsim"));
  const command = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "dist/cli.js")}" "$@"\n`;
  writeFileSync(join(directory, ".bin/klpsim"), command, { mode: 0o755 });
}

/** One shell, so that variables, directories and $? carry over; each step's output goes to files of its own. */
function scriptOf(steps: readonly Step[], printed: string): string {
  const parts = steps.map((step, i) => {
    if (step.kind === "file")
      return `mkdir -p '${dirname(step.name)}'; cat >'${step.name}' <<'KLPSIM-END'\n${step.text}KLPSIM-END`;
    const text =
      step.kind === "command" ? step.text : `node --input-type=module <<'KLPSIM-END'\n${step.text}KLPSIM-END`;
    return `exec 1>'${printed}/${i}.out' 2>'${printed}/${i}.err'\n(exit $klpsim_status)\n${text}\nklpsim_status=$?\necho $klpsim_status >'${printed}/${i}.status'`;
  });
  return `klpsim_status=0\n${parts.join("\n")}\n`;
}

function bash(directory: string, script: string): Promise<void> {
  const { COLUMNS, FORCE_COLOR, ...env } = process.env;
  const path = `${join(directory, ".bin")}:${dirname(process.execPath)}:${env.PATH}`;
  return new Promise((resolve) => {
    const child = execFile(
      "bash",
      ["-s"],
      {
        cwd: directory,
        env: { ...env, PATH: path, NO_COLOR: "1", TZ: "UTC", LC_ALL: "C.UTF-8" },
        timeout: 600_000,
        killSignal: "SIGKILL",
      },
      () => resolve(),
    );
    child.stdin!.end(script);
  });
}

function judge(steps: readonly Step[], directory: string): PageRun {
  const run: PageRun = { outcomes: [], wrong: [] };
  for (const [i, step] of steps.entries()) {
    if (step.kind === "file") continue;
    const status = existsSync(join(directory, `${i}.status`)) ? Number(read(directory, `${i}.status`)) : undefined;
    const [stdout, stderr] = ["out", "err"].map((end) => lines(read(directory, `${i}.${end}`)));
    if (step.kind === "program") {
      if (status !== 0) run.wrong.push(`This program ends with ${status}:\n${step.text}\n${stderr!.join("\n")}`);
      continue;
    }
    const printed = status === 0 ? stdout! : [...stdout!, ...stderr!];
    run.outcomes.push({ command: step, printed, status });
    const next = steps[i + 1];
    if (status !== 0 && !(next?.kind === "command" && next.text === "echo $?"))
      run.wrong.push(
        `$ ${step.text}\nends with ${status}, which the page does not show by "$ echo $?":\n${stderr!.join("\n")}`,
      );
    else if (step.shown.length > 0 && !fits(step.shown, printed))
      run.wrong.push(
        `$ ${step.text}\nshown:\n${tidied(step.shown).join("\n")}\nprinted:\n${tidied(printed).join("\n")}`,
      );
  }
  return run;
}

const read = (directory: string, name: string) =>
  existsSync(join(directory, name)) ? readFileSync(join(directory, name), "utf8") : "";

const lines = (text: string) => text.split("\n").map((line) => line.replaceAll("\r", ""));
