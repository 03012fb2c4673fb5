// What the scenario's schema says about a field: fetched after the page is there, for the form's hints and the editor's completions.

import { signal } from "@preact/signals";
import type { Path } from "../../../src/scenario/errors.js";

export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema | false;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export const schema = signal<Schema | null>(null);

export async function loadSchema(): Promise<void> {
  const { default: loaded } = await import("../../../docs/scenario.schema.json");
  schema.value = loaded as Schema;
}

/** `CONFIG_HZ. Default: 250.`; undefined where nothing is said. */
export function describeField(path: Path): string | undefined {
  const found = schemasAt(path).find(({ description }) => description !== undefined);
  if (found?.description === undefined) return undefined;
  const { description, default: standard } = found;
  const simple = standard !== undefined && (typeof standard !== "object" || standard === null);
  return simple ? `${description}. Default: ${String(standard)}.` : `${description}.`;
}

/** All that the schema allows at a path. */
export function schemasAt(path: Path): Schema[] {
  const root = schema.value;
  if (root === null) return [];
  return path.reduce<Schema[]>((at, step) => at.flatMap((one) => inside(one, step)), branches(root));
}

function inside(one: Schema, step: string | number): Schema[] {
  const next =
    typeof step === "number"
      ? (one.prefixItems?.[step] ?? (one.items === false ? undefined : one.items))
      : one.properties !== undefined && Object.hasOwn(one.properties, step)
        ? one.properties[step]
        : one.additionalProperties;
  return typeof next === "object" ? branches(next) : [];
}

/** A schema and the alternatives it is made of. */
function branches(one: Schema): Schema[] {
  return [one, ...[...(one.anyOf ?? []), ...(one.oneOf ?? [])].flatMap(branches)];
}
