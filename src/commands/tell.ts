// What klpsim says to people, on stderr. Names in it may be anybody's: no character of them reaches the terminal as a command.

import { printableText } from "../results/printable.js";

/** Its lines, without what terminals take for commands. */
export function forTerminal(text: string): string {
  return text
    .split("\n")
    .map((line) => printableText(line))
    .join("\n");
}

export function tell(message: string): void {
  process.stderr.write(`klpsim: ${forTerminal(message)}\n`);
}
