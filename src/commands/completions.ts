// klpsim completions SHELL, and the manual, which is for who builds klpsim: both told by the command tree itself.

import { Argument, type Command } from "commander";
import { BEHAVIOUR_PRESETS, POLICY_PRESETS } from "../scenario/index.js";
import { type CommandInfo, commandTree } from "./command-tree.js";
import { bashCompletions } from "./completions/bash.js";
import { fishCompletions } from "./completions/fish.js";
import { zshCompletions } from "./completions/zsh.js";
import { manPage, manualMarkdown } from "./manual.js";
import { exampleNames } from "./presets.js";

const SHELLS = { bash: bashCompletions, zsh: zshCompletions, fish: fishCompletions };
const MANUALS = { man: manPage, markdown: manualMarkdown };

const HELP = `
They complete commands, options, their values, policies and scenario files.

Examples:
  source <(klpsim completions bash)      in this shell; zsh alike
  klpsim completions fish | source
  klpsim completions bash > ~/.local/share/bash-completion/completions/klpsim

Exit status: 0 done, 2 the shell is unknown.`;

export function completionsCommand(program: Command): void {
  program
    .command("completions")
    .summary("completions for your shell")
    .description("Prints completions for a shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SHELLS)))
    .addHelpText("after", HELP)
    .action((shell: keyof typeof SHELLS) => {
      process.stdout.write(SHELLS[shell](treeOf(program), Object.keys(POLICY_PRESETS)));
    });
}

/** Hidden: writes docs/klpsim.1 and docs/cli.md (npm run manual). */
export function manualCommand(program: Command): void {
  program
    .command("manual", { hidden: true })
    .addArgument(new Argument("<format>").choices(Object.keys(MANUALS)))
    .action((format: keyof typeof MANUALS) => {
      process.stdout.write(MANUALS[format](program.description(), treeOf(program)));
    });
}

function treeOf(program: Command): CommandInfo[] {
  return commandTree(program, {
    "policies name": Object.keys(POLICY_PRESETS),
    "behaviours name": Object.keys(BEHAVIOUR_PRESETS),
    "examples name": exampleNames(),
  });
}
