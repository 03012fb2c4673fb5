// The variants of an experiment: presets by name, or records that change fields of one. What policies are to a transition.

import { nearMiss, type Path, type Problems } from "./errors.js";

/** As a scenario writes one, fields checked already. */
export type VariantEntry<Fields> = string | ({ name?: string; extends?: string } & Partial<Fields>);

export type Named<Fields> = Fields & { name: string };

interface Found<Fields> {
  variant: Named<Fields>;
  path: Path;
}

/**
 * The entries' variants, or those `wanted` by name, which may also be presets that the scenario does not list. A record starts
 * from what it extends, else from `base`.
 */
export function resolveVariants<Fields extends object>(
  entries: readonly VariantEntry<Fields>[],
  { presets, base }: { presets: Readonly<Record<string, Partial<Fields>>>; base: Fields },
  wanted: readonly string[] | undefined,
  problems: Problems,
): Named<Fields>[] {
  const known = new Map(Object.entries(presets).map(([name, fields]) => [name, { ...base, ...fields, name }]));
  const own = new Map<string, Named<Fields>>();
  for (const [i, entry] of entries.entries()) {
    const found = resolveEntry(entry, ["variants", i], base, known, problems);
    if (found === undefined) continue;
    const { variant, path } = found;
    if (own.has(variant.name)) problems.expected(path, "each variant once, under a name of its own", variant.name);
    own.set(variant.name, variant);
    known.set(variant.name, variant);
  }
  if (wanted === undefined) return [...own.values()];
  return [...new Set(wanted)].flatMap((name) => lookUp(name, [`--variant ${name}`], known, problems) ?? []);
}

function resolveEntry<Fields extends object>(
  entry: VariantEntry<Fields>,
  path: Path,
  base: Fields,
  known: ReadonlyMap<string, Named<Fields>>,
  problems: Problems,
): Found<Fields> | undefined {
  if (typeof entry === "string") {
    const variant = lookUp(entry, path, known, problems);
    return variant && { variant, path };
  }
  const { extends: parent, name = parent && `${parent}+`, ...fields } = entry;
  const start = parent === undefined ? base : lookUp(parent, [...path, "extends"], known, problems);
  if (start === undefined) return undefined;
  if (name === undefined) {
    problems.expected([...path, "name"], "a name, or extends and the name of a variant", undefined);
    return undefined;
  }
  return { variant: { ...start, ...(fields as Partial<Fields>), name }, path: [...path, "name"] };
}

function lookUp<Fields>(
  name: string,
  path: Path,
  known: ReadonlyMap<string, Named<Fields>>,
  problems: Problems,
): Named<Fields> | undefined {
  const found = known.get(name);
  if (found === undefined) {
    problems.expected(path, `one of ${[...known.keys()].join(", ")}`, name, nearMiss(name, known.keys()));
  }
  return found;
}
