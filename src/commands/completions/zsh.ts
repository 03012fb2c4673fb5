// Completions for zsh, by _arguments: a spec an option, a spec an argument.

import type { CommandInfo, OptionInfo, Values } from "../command-tree.js";

export function zshCompletions(commands: CommandInfo[], policies: string[]): string {
  return `#compdef klpsim
# zsh completions of klpsim:  source <(klpsim completions zsh)
# for every shell:             klpsim completions zsh > DIR/_klpsim, where DIR is in fpath
_klpsim_policies() {
  _alternative 'policies:policy:(${policies.join(" ")})' 'files:file:_files -g "*.(yaml|yml|json)"'
}

_klpsim() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(":", "\\:")}`)}`).join("\n")}
    'help:help for a command'
  )
  local state line curcontext=$curcontext
  _arguments -C '(- *)--help[help]' '(- *)--version[version]' '1:command:->command' '*::argument:->arguments'
  case $state in
    command) _describe command commands ;;
    arguments)
      case $words[1] in
${commands.map(commandCase).join("\n")}
        help) _describe command commands ;;
      esac ;;
  esac
}

if [ "$funcstack[1]" = _klpsim ]; then _klpsim "$@"; else compdef _klpsim klpsim; fi
`;
}

function commandCase({ name, options, arguments: places }: CommandInfo): string {
  const specs = [
    ...options.map(optionSpec),
    ...places.map(({ name: place, values, variadic }) =>
      quoted(`${variadic ? "*" : ""}:${message(place)}:${action(values)}`),
    ),
  ];
  return `        ${name}) _arguments ${specs.join(" ")} ;;`;
}

function optionSpec({ long, short, description, values, repeatable }: OptionInfo): string {
  const value = values === undefined ? "" : `:${message(long)}:${action(values)}`;
  const told = `[${description.replace(/[[\]:]/g, "\\$&")}]${value}`;
  const names = short === undefined ? [`--${long}`] : [`-${short}`, `--${long}`];
  return names.map((name) => quoted(`${repeatable ? "*" : ""}${name}${told}`)).join(" ");
}

function message(text: string): string {
  return text.replaceAll(":", "\\:");
}

function action(values: Values): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "policies":
      return "_klpsim_policies";
    case "scenarios":
      return '_files -g "*.(yaml|yml|json)"';
    case "results":
      return "_files";
    case "directories":
      return "_files -/";
    case "files":
      return "_files";
    case "nothing":
      return " ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
