// Generated parts of a page: what stands between two comments is replaced, the rest is written by hand.

import { readFile, writeFile } from "node:fs/promises";

/** Replaces what stands in the page between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. */
export async function writeMarked(path: string, name: string, markdown: string): Promise<void> {
  const page = await readFile(path, "utf8");
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path}: expected the lines ${begin} and ${end}`);
  await writeFile(path, `${page.slice(0, from)}${begin}\n\n${markdown}\n\n${page.slice(to)}`);
}
