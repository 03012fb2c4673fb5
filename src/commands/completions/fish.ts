// Completions for fish: a line a command, a line an option.

import type { CommandInfo, OptionInfo, Values } from "../command-tree.js";

const FIRST = "not __fish_seen_subcommand_from $__klpsim_commands";

export function fishCompletions(commands: CommandInfo[], policies: string[]): string {
  const names = commands.map(({ name }) => name);
  return `# fish completions of klpsim:  klpsim completions fish | source
# for every shell:              klpsim completions fish > ~/.config/fish/completions/klpsim.fish
set -g __klpsim_commands ${names.join(" ")} help
set -g __klpsim_policies ${policies.join(" ")}

complete -c klpsim -f
complete -c klpsim -n '${FIRST}' -l help -d 'help'
complete -c klpsim -n '${FIRST}' -l version -d 'version'
complete -c klpsim -n '${FIRST}' -a help -d 'help for a command'
complete -c klpsim -n '__fish_seen_subcommand_from help' -a '${names.join(" ")}'
${commands.flatMap(lines).join("\n")}
`;
}

function lines({ name, summary, options, arguments: places }: CommandInfo): string[] {
  const within = `complete -c klpsim -n '__fish_seen_subcommand_from ${name}'`;
  const last = places.at(-1);
  const rest = last === undefined ? "" : offered(last.values);
  return [
    `complete -c klpsim -n '${FIRST}' -a ${name} -d ${quoted(summary)}`,
    ...(rest === "" ? [] : [`${within} ${rest}`]),
    ...options.map((option) => `${within} ${optionPart(option)}`),
  ];
}

function optionPart({ long, short, description, values }: OptionInfo): string {
  const names = `${short === undefined ? "" : `-s ${short} `}-l ${long}`;
  const value = values === undefined ? "" : ` -r ${offered(values)}`;
  return `${names}${value} -d ${quoted(description)}`;
}

const ENDING_IN = (pattern: string) => `-a '(__fish_complete_suffix ${pattern})'`;

function offered(values: Values): string {
  switch (values.kind) {
    case "words":
      return `-a '${values.words.join(" ")}'`;
    case "policies":
      return `-a '$__klpsim_policies (__fish_complete_suffix .yaml)'`;
    case "scenarios":
      return ENDING_IN(".yaml");
    case "results":
      return ENDING_IN(".json");
    case "directories":
      return "-a '(__fish_complete_directories)'";
    case "files":
      return "-F";
    case "nothing":
      return "";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
