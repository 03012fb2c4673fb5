// How sure a format is of a file's first lines.

/** Share of the lines that are of the format; empty ones and comments (`#`) do not count, nor do those that any format may have. */
export function shareOf(head: readonly string[], own: RegExp, neutral?: RegExp): number {
  let counted = 0;
  let is = 0;
  for (const line of head) {
    if (line.trim() === "" || line.startsWith("#") || neutral?.test(line) === true) continue;
    counted++;
    if (own.test(line)) is++;
  }
  return counted === 0 ? 0 : is / counted;
}
