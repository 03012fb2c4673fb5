// What klpsim says to people, on stderr. Names in it may be anybody's: no character of them reaches the terminal as a command.

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out.
const COMMANDS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Lines as they are; other control characters, and what turns the direction of writing around, as a mark. */
export function forTerminal(text: string): string {
  return text.replace(COMMANDS, "\ufffd");
}

export function tell(message: string): void {
  process.stderr.write(`klpsim: ${forTerminal(message)}\n`);
}
