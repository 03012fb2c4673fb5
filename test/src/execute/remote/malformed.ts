// What somebody might send in place of what was asked for: anything at all, and the right thing with something wrong in it.

import fc from "fast-check";

const ODD = [
  null, true, "", "x", 0, -1, 1.5, 2 ** 53, Number.NaN, [], {}, "__proto__", "../../etc/passwd", "/etc/passwd", "a".repeat(70_000),
  "\u001b]0;title\u0007", "$(reboot)", { extends: "/etc/passwd" },
]; // biome-ignore format: a list of values

/** The value with one of its fields gone, another value in its place, or a field too many. */
export function damaged(value: object): fc.Arbitrary<unknown> {
  const path = fc.constantFrom(...pathsOf(value));
  const odd = fc.oneof(fc.constantFrom(...ODD), fc.anything({ maxDepth: 2 }));
  return fc.tuple(path, fc.constantFrom("gone", "other", "more"), odd).map(([at, how, instead]) => {
    const copy = structuredClone(value);
    const holder = at.slice(0, -1).reduce<Record<string, unknown>>((held, key) => held[key] as never, copy as never);
    const key = at.at(-1)!;
    if (how === "gone") delete holder[key];
    else holder[how === "more" ? `${key}x` : key] = instead;
    return copy;
  });
}

function pathsOf(value: object, base: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, part]) => {
    const path = [...base, key];
    return typeof part === "object" && part !== null ? [path, ...pathsOf(part, path)] : [path];
  });
}

/** Text cut, lengthened or with characters changed. */
export function damagedText(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length - 1), fc.nat(40), fc.string({ unit: "binary", maxLength: 40 }))
    .map(([at, length, instead]) => text.slice(0, at) + instead + text.slice(at + length));
}
