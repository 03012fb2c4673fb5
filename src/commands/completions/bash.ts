// Completions for bash: one function, a case for each option that takes a value, a case for each command.

import type { CommandInfo, Values } from "../command-tree.js";

export function bashCompletions(commands: CommandInfo[], policies: string[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completions of klpsim:  source <(klpsim completions bash)
# for every shell:              klpsim completions bash > ~/.local/share/bash-completion/completions/klpsim
_klpsim_policies='${policies.join(" ")}'

_klpsim_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }

_klpsim_files() { # patterns; directories, to go on from there, and what matches one
  local pattern
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -d -- "$current"; for pattern; do compgen -f -X "!$pattern" -- "$current"; done)
}

_klpsim() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then command=\${COMP_WORDS[i]}; break; fi
  done
  case "$command $previous" in
${commands.flatMap(optionCases).join("\n")}
  esac
  case "$command" in
    '') _klpsim_words '${names} help --help --version' ;;
${commands.map(commandCase).join("\n")}
    help) _klpsim_words '${names}' ;;
  esac
}

complete -F _klpsim klpsim
`;
}

function optionCases({ name, options }: CommandInfo): string[] {
  return options.flatMap(({ long, short, values }) => {
    if (values === undefined) return [];
    const patterns = [`'${name} --${long}'`, ...(short === undefined ? [] : [`'${name} -${short}'`])];
    return `    ${patterns.join(" | ")}) ${action(values)}; return ;;`;
  });
}

function commandCase({ name, options, arguments: places }: CommandInfo): string {
  const flags = options.map(({ long }) => `--${long}`).join(" ");
  const last = places.at(-1);
  const rest = last === undefined ? ":" : action(last.values);
  return `    ${name}) if [[ $current == -* ]]; then _klpsim_words '${flags}'; else ${rest}; fi ;;`;
}

function action(values: Values): string {
  switch (values.kind) {
    case "words":
      return `_klpsim_words '${values.words.join(" ")}'`;
    case "policies":
      return `_klpsim_files '*.yaml' '*.yml' '*.json'; COMPREPLY+=($(compgen -W "$_klpsim_policies" -- "$current"))`;
    case "scenarios":
      return "_klpsim_files '*.yaml' '*.yml' '*.json'";
    case "results":
      return "_klpsim_files '*.json'";
    case "directories":
      return "_klpsim_files";
    case "files":
      return "_klpsim_files '*'";
    case "nothing":
      return ":";
  }
}
