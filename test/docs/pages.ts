// The pages whose commands are run, and the check of one of them. KLPSIM_DOCS=write puts what is printed into the pages.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../spawned.js";
import { type Command, type Page, readPage, rewritten } from "./page.js";
import { runPage } from "./run-page.js";

/** Every page, README.md and CONTRIBUTING.md included. */
export const PAGES: string[] = [
  ...readdirSync(ROOT).filter((name) => /^(README|CONTRIBUTING)\.md$/.test(name)),
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith(".vitepress"))
    .map((name) => `docs/${name}`),
].sort();

export function pageOf(name: string): Page {
  return readPage(readFileSync(join(ROOT, name), "utf8"));
}

/** What is wrong with a page, in words; empty where everything prints what is shown. */
export async function wrongIn(name: string, wanted: (command: Command) => boolean): Promise<string[]> {
  const path = join(ROOT, name);
  const markdown = readFileSync(path, "utf8");
  const { steps } = readPage(markdown);
  const { outcomes, wrong } = await runPage(steps, wanted);
  if (process.env.KLPSIM_DOCS !== "write") return wrong;
  const all = steps.filter((step) => step.kind === "command");
  const printed = outcomes.filter(({ command }) => command.shown.length > 0);
  const now = rewritten(
    markdown,
    new Map(printed.map(({ command, printed }) => [String(all.indexOf(command)), printed])),
  );
  if (now !== markdown) writeFileSync(path, now);
  return wrong;
}

export const commandsIn = (name: string, slow: boolean): number =>
  pageOf(name).steps.filter((step) => (step.kind === "command" ? step.slow === slow : step.kind === "program" && !slow))
    .length;
