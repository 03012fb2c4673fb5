// The commands as data, read off commander's tree: what completions and the manual are made of.

import type { Argument, Command, Option } from "commander";

/** What can stand in a place of the command line. */
export type Values =
  | { kind: "words"; words: string[] }
  | { kind: "policies" | "scenarios" | "files" | "directories" | "results" | "nothing" };

export interface OptionInfo {
  /** As --help shows it: `-o, --output <file>`. */
  flags: string;
  /** Without dashes. */
  long: string;
  short: string | undefined;
  description: string;
  /** With choices and default. */
  told: string;
  /** undefined: it takes no value. */
  values: Values | undefined;
  repeatable: boolean;
}

export interface CommandInfo {
  name: string;
  summary: string;
  description: string;
  /** `klpsim run [options] <scenario>` */
  usage: string;
  arguments: { name: string; description: string; values: Values; variadic: boolean }[];
  options: OptionInfo[];
  /** What --help says below the options. */
  notes: string;
  /** All that --help says, in lines of at most HELP_WIDTH columns. */
  help: string;
}

export const HELP_WIDTH = 100;

/** By the name in angle brackets; a name of neither list is a file's. */
const BY_NAME: Record<string, Values["kind"]> = {
  scenario: "scenarios",
  result: "results",
  results: "results",
  directory: "directories",
  dir: "directories",
};
const NOTHING = [
  "n",
  "p",
  "path=yaml",
  "path=values",
  "variant=policy",
  "time",
  "sql",
  "name",
  "function",
  "names",
  "rule",
  "condition",
  "seconds",
  "url",
];

/** `words`: of arguments and options that name a thing, by command and name, such as `litmus test`. */
export function commandTree(program: Command, words: Record<string, string[]> = {}): CommandInfo[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== "help")
    .map((command) => commandInfo(command, words));
}

function commandInfo(command: Command, words: Record<string, string[]>): CommandInfo {
  const help = command.createHelp();
  const name = command.name();
  const whole = helpOf(command);
  return {
    name,
    summary: command.summary() || command.description(),
    description: command.description(),
    usage: help.commandUsage(command),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.variadic ? `${argument.name()}...` : argument.name(),
      description: help.argumentDescription(argument),
      values: argumentValues(argument, words[`${name} ${argument.name()}`]),
      variadic: argument.variadic,
    })),
    options: help.visibleOptions(command).map((option) => ({
      flags: option.flags,
      long: (option.long ?? "").replace(/^--/, ""),
      short: option.short?.replace(/^-/, ""),
      description: option.description,
      told: help.optionDescription(option),
      values: optionValues(option, words[`${name} ${option.long}`]),
      repeatable: option.variadic || /\(repeatable/.test(option.description),
    })),
    notes: whole
      .slice(whole.lastIndexOf("\n  -h, --help"))
      .replace(/^\n.*\n?/, "")
      .trim(),
    help: whole.trimEnd(),
  };
}

/** What `klpsim COMMAND --help` prints. */
function helpOf(command: Command): string {
  const before = { ...command.configureOutput() };
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  command.configureOutput(before);
  return text;
}

function argumentValues(argument: Argument, words: string[] | undefined): Values {
  const named = words ?? argument.argChoices;
  return named === undefined ? byName(argument.name()) : { kind: "words", words: named };
}

function optionValues(option: Option, words: string[] | undefined): Values | undefined {
  const valueName = /[<[]([^>\].]+)(\.\.\.)?[>\]]/.exec(option.flags)?.[1];
  if (valueName === undefined) return undefined;
  const named = words ?? option.argChoices;
  if (named !== undefined) return { kind: "words", words: named };
  return option.long === "--policy" ? { kind: "policies" } : byName(valueName);
}

function byName(name: string): Values {
  return { kind: BY_NAME[name] ?? (NOTHING.includes(name) ? "nothing" : "files") } as Values;
}
