// klpsim policies | behaviours | examples [NAME]: what a scenario can name, explained.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { stringify } from "yaml";
import { packageFile } from "../package-file.js";
import { type Terminal, terminalOf } from "../report/terminal.js";
import { wrap } from "../report/wrap.js";
import { nearMiss } from "../scenario/errors.js";
import { BEHAVIOUR_PRESETS, POLICY_PRESETS, resolvePolicy } from "../scenario/index.js";
import { showTime } from "../scenario/units.js";
import { UsageError } from "./usage-error.js";

/** One thing with a name: a line or two about it, all of it as text, and as JSON. */
export interface Topic {
  name: string;
  text: string;
  whole: string;
  json: object;
}

const WIDTH_MAX = 100;

export function policiesCommand(program: Command): void {
  topicCommand(
    program,
    "policies",
    "kernels and proposals, as records of mechanisms",
    policies,
    "klpsim policies linux-6.4      as a record that --policy takes, and what it is good for",
  );
}

export function behavioursCommand(program: Command): void {
  topicCommand(
    program,
    "behaviours",
    "what a class of tasks can be said to do",
    behaviours,
    "klpsim behaviours busy-guest      its phases, as a scenario has them, and where its numbers are from",
  );
}

export function examplesCommand(program: Command): void {
  topicCommand(
    program,
    "examples",
    "scenarios that come with klpsim, one question each",
    examples,
    "klpsim examples overcommit > mine.yaml",
  );
}

function topicCommand(program: Command, topics: string, description: string, all: () => Topic[], named: string): void {
  const help = `
Examples:
  klpsim ${topics}
  ${named}
  klpsim ${topics} --json

Exit status: 0 done, 2 nothing has that name.`;
  program
    .command(topics)
    .description(`list and explain ${description}`)
    .argument("[name]", "show this one in full")
    .option("--json", "print JSON")
    .addHelpText("after", help)
    .action((name: string | undefined, { json }: { json?: boolean }) => {
      const shown = name === undefined ? all() : [find(name, topics, all())];
      if (json) {
        process.stdout.write(`${JSON.stringify({ schemaVersion: 1, [topics]: shown.map((topic) => topic.json) })}\n`);
      } else if (name === undefined) process.stdout.write(list(shown, topics, terminalOf(process.stdout)));
      else process.stdout.write(shown[0].whole);
    });
}

function find(name: string, command: string, topics: Topic[]): Topic {
  const found = topics.find((topic) => topic.name === name);
  if (found) return found;
  const names = topics.map((topic) => topic.name);
  const near = nearMiss(name, names);
  const hint = near === undefined ? `one of ${names.join(", ")}` : `did you mean ${near}?`;
  throw new UsageError(`${command}: nothing is called ${name}; ${hint}`);
}

function list(topics: Topic[], command: string, { columns, bold, dim }: Terminal): string {
  const width = Math.min(columns, WIDTH_MAX);
  const entries = topics.map(({ name, text }) => `${bold(name)}\n${wrap(text, width, 4)}\n`);
  return `${entries.join("")}\n${dim(`klpsim ${command} NAME shows one in full.`)}\n`;
}

const TIMES = ["tryPeriod", "adminSignalAt", "forceAt"];

export function policies(): Topic[] {
  return Object.entries(POLICY_PRESETS).map(([name, preset]) => {
    const policy = resolvePolicy(name);
    const { text, name: _, ...fields } = policy;
    const base = "extends" in preset ? preset.extends : undefined;
    const lines = Object.entries(fields).map(([field, value]) => {
      const shown = TIMES.includes(field) && typeof value === "number" ? showTime(value) : flow(value);
      const own = base !== undefined && field in preset;
      return `${field}: ${shown}${own ? "  # not as in its base" : ""}`;
    });
    const head = base === undefined ? "" : `extends: ${base}\n`;
    return {
      name,
      text,
      whole: `${comment(text)}name: ${name}\n${head}${lines.join("\n")}\n`,
      json: { ...policy, extends: base },
    };
  });
}

export function behaviours(): Topic[] {
  return Object.entries(BEHAVIOUR_PRESETS).map(([name, { text, kinds, source, ...behaviour }]) => {
    const sources = Object.entries(source).map(([field, from]) => `#   ${field}: ${from}\n`);
    const notes = sources.length > 0 ? `# Where its numbers are from:\n${sources.join("")}` : "";
    const whole = `${comment(`${text} For classes of kind ${kinds.join(", ")}.`)}${notes}${stringify(behaviour, { lineWidth: WIDTH_MAX })}`;
    return { name, text, whole, json: { name, text, kinds, ...behaviour, source } };
  });
}

/** Of the scenarios that come with klpsim. */
export function exampleNames(): string[] {
  const files = readdirSync(packageFile("examples/")).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => file.replace(/\.yaml$/, ""));
}

function examples(): Topic[] {
  return exampleNames().map((name) => {
    const path = fileURLToPath(packageFile(`examples/${name}.yaml`));
    const whole = readFileSync(path, "utf8");
    const text = openingComment(whole);
    return { name, text, whole: `# ${path}\n${whole}`, json: { name, text, file: path } };
  });
}

/** The comment a file opens with, in one line. */
function openingComment(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, end)
    .map((line) => line.slice(1).trim())
    .join(" ");
}

function comment(text: string): string {
  return `${wrap(text, WIDTH_MAX - 2).replace(/^/gm, "# ")}\n`;
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}
