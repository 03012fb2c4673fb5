// The manual: the man page and docs/cli.md, both made of the command tree, so that they say what --help says.

import { version } from "../version.js";
import type { CommandInfo } from "./command-tree.js";

/** In roff, for man(7). */
export function manPage(description: string, commands: CommandInfo[]): string {
  return `${[
    `.TH KLPSIM 1 "" "klpsim ${version}" "User Commands"`,
    ".SH NAME",
    "klpsim \\- simulate Linux livepatch transitions",
    ".SH SYNOPSIS",
    ...commands.map(
      ({ name, usage }) =>
        `.B ${escaped(`klpsim ${name}`)}\n${escaped(usage.replace(`klpsim ${name}`, "").trim())}\n.br`,
    ),
    ".SH DESCRIPTION",
    escaped(description),
    ".SH COMMANDS",
    ...commands.flatMap(section),
    ".SH ENVIRONMENT",
    ".TP\n.B NO_COLOR\nWhere it is set, nothing is coloured.",
    ".TP\n.B COLUMNS\nThe width of what is printed, where stdout is no terminal.",
    ".SH SEE ALSO",
    escaped("The pages in docs/ and the scenarios in examples/ of the package; klpsim examples lists the latter."),
  ].join("\n")}\n`;
}

function section({ name, description, arguments: places, options, notes }: CommandInfo): string[] {
  const entries = [
    ...places.map((place) => ({ term: place.name, text: place.description })),
    ...options.map(({ flags, told }) => ({ term: flags, text: told })),
  ];
  return [
    `.SS ${escaped(`klpsim ${name}`)}`,
    escaped(description),
    ...entries.map(({ term, text }) => `.TP\n.B ${escaped(term)}\n${escaped(text)}`),
    ...(notes === "" ? [] : [`.PP\n.nf\n${notes.split("\n").map(escaped).join("\n")}\n.fi`]),
  ];
}

/** What roff would take for its own: backslashes, dashes that are to be typed, a dot or quote at the start of a line. */
function escaped(text: string): string {
  const line = text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** docs/cli.md. */
export function manualMarkdown(description: string, commands: CommandInfo[]): string {
  const links = commands.map(({ name, summary }) => `- [\`klpsim ${name}\`](#klpsim-${name}): ${summary}`);
  const parts = commands.map(({ name, help }) => `## klpsim ${name}\n\n\`\`\`\n${help}\n\`\`\`\n`);
  return `# The command line

${description} stdout is data, stderr is progress and messages; \`--json\` prints JSON, whose fields are in \`design.md\`, 5.
This page and \`klpsim.1\` are what \`--help\` says (\`npm run manual\` writes them).

${links.join("\n")}

${parts.join("\n")}`;
}
