// What a page of the documentation promises, by the language of its fences:
//
//   ```console           `$ command` lines are run, in order and in one shell a page; what is shown beneath is what they print: stdout,
//                        and stderr of a command that fails. A line `...` stands for any lines, ` ...` in a line for any words
//   ```console slow      the same, by npm run test:services alone; what comes after on the page does not need it
//   ```yaml [host.yaml]  a file: written where the commands run (any language); a program is then run by a command of the page
//   ```js                a program that has to end well
//   ```LANGUAGE no-run   needs something that is not there (root, a cluster, a terminal): read by people only, and listed in a test

export interface Command {
  kind: "command";
  text: string;
  shown: string[];
  slow: boolean;
}

export interface Program {
  kind: "program";
  text: string;
}

export interface PageFile {
  kind: "file";
  name: string;
  text: string;
}

export type Step = Command | Program | PageFile;

export interface Page {
  steps: Step[];
  /** First lines of what is marked no-run. */
  unrun: string[];
  /** Commands in fences that are neither run nor marked. */
  unmarked: string[];
}

interface Fence {
  language: string;
  flags: string[];
  file: string | undefined;
  text: string;
}

const FENCE = /^( *)(`{3,})([^\n`]*)\n([\s\S]*?)^\1\2 *$/gm;
const LOOKS_LIKE_A_COMMAND =
  /^ *(?:\$ |sudo |npx )*(?:klpsim (?!\[)|node (?:dist|bench|test)\/|npm |perf |curl |docker )/m;

export function readPage(markdown: string): Page {
  const page: Page = { steps: [], unrun: [], unmarked: [] };
  for (const fence of fences(markdown)) add(page, fence);
  return page;
}

function add(page: Page, { language, flags, file, text }: Fence): void {
  if (flags.includes("no-run")) page.unrun.push(text.split("\n").find((line) => line.trim() !== "") ?? "");
  else if (file !== undefined) page.steps.push({ kind: "file", name: file, text });
  else if (language === "console") page.steps.push(...commandsOf(text, flags.includes("slow")));
  else if (language === "js") page.steps.push({ kind: "program", text });
  else if (LOOKS_LIKE_A_COMMAND.test(text) && !text.startsWith("Usage: ")) page.unmarked.push(text.split("\n")[0]!);
}

function* fences(markdown: string): Generator<Fence> {
  for (const [, indent, , info, body] of markdown.matchAll(FENCE)) {
    const [language = "", ...flags] = info!
      .replace(/\[.*\]/, "")
      .trim()
      .split(/\s+/);
    const file = /\[([\w./-]+)\]/.exec(info!)?.[1];
    yield { language, flags, file, text: body!.replaceAll(new RegExp(`^${indent}`, "gm"), "") };
  }
}

function commandsOf(text: string, slow: boolean): Command[] {
  const commands: Command[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ kind: "command", text: line.slice(2), shown: [], slow });
    else if (last === undefined) throw new Error(`A console fence begins with "$ ": ${line}`);
    else if (last.shown.length === 0 && last.text.endsWith("\\")) last.text += `\n${line}`;
    else last.shown.push(line);
  }
  return commands;
}

/** Whether that was printed, `...` standing for anything. */
export function fits(shown: readonly string[], printed: readonly string[]): boolean {
  const pattern = tidied(shown)
    .map((line) => (line === "..." ? "(?:.*\\n)*?" : `${line.split(" ...").map(escaped).join(".*")}\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(
    tidied(printed)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

/** Without blanks at the ends of lines and blank lines at the end. */
export function tidied(lines: readonly string[]): string[] {
  const trimmed = lines.map((line) => line.trimEnd());
  return trimmed.slice(0, trimmed.findLastIndex((line) => line !== "") + 1);
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The page with what was printed in place of what does not fit. */
export function rewritten(markdown: string, printed: ReadonlyMap<string, string[]>): string {
  let number = 0;
  return markdown.replaceAll(FENCE, (whole, indent: string, ticks: string, info: string, body: string) => {
    if (!/^console\b/.test(info) || info.includes("no-run")) return whole;
    const text = commandsOf(body.replaceAll(new RegExp(`^${indent}`, "gm"), ""), false).flatMap((command) => {
      const now = printed.get(String(number++));
      const shown = now === undefined || fits(command.shown, now) ? command.shown : tidied(now);
      return [...`$ ${command.text}`.split("\n"), ...shown];
    });
    return [
      `${indent}${ticks}${info}`,
      ...text.map((line) => (line === "" ? "" : indent + line)),
      `${indent}${ticks}`,
    ].join("\n");
  });
}
