// klpsim doctor: whether klpsim can work here, a line a check.

import type { Command } from "commander";
import { tableLines } from "../report/table.js";
import { type Terminal, terminalOf } from "../report/terminal.js";
import { type Finding, findings } from "./doctor-checks.js";

const HELP = `
A line a check: ok, warn (something is slower, or cannot be had), fail (klpsim cannot work here, or not be trusted), and what to do.

Examples:
  klpsim doctor
  klpsim doctor --json

Exit status: 0 nothing fails, 1 something does.`;

export function doctorCommand(program: Command): void {
  program
    .command("doctor")
    .summary("check that klpsim can work here")
    .description(
      "Checks Node, the compiled modules, threads, CPUs, memory and optional packages, and runs a self-test whose result is known.",
    )
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(run);
}

async function run({ json }: { json?: boolean }): Promise<void> {
  const checks = await findings();
  const failed = checks.some(({ health }) => health === "fail");
  const text = json
    ? JSON.stringify({ schemaVersion: 1, healthy: !failed, checks })
    : textOf(checks, terminalOf(process.stdout));
  process.stdout.write(`${text}\n`);
  if (failed) process.exitCode = 1;
}

function textOf(checks: Finding[], terminal: Terminal): string {
  const rows = checks.map(({ check, health, found, advice }) => [
    { text: health, paint: health === "ok" ? terminal.dim : terminal.warn },
    { text: check },
    { text: advice === null ? found : `${found}: ${advice}` },
  ]);
  const titles = ["", "check", "found"].map((title) => ({ title, align: "left" }) as const);
  return tableLines(titles, rows, terminal).slice(1).join("\n");
}
