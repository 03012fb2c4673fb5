// run.json: what was run, in full, so that the same can be run, or one replica of it replayed, by whoever finds the directory.

import { z } from "zod";
import { showValue } from "../scenario/errors.js";
import { printedSeed } from "../scenario/fields.js";
import type { Compiled, Policy, Scenario } from "../scenario/index.js";

export const COMMANDS = ["run", "compare", "sweep"] as const;
export type RecordedCommand = (typeof COMMANDS)[number];

export interface RunRecord {
  schemaVersion: 1;
  command: RecordedCommand;
  /** What the result depends on besides the scenario: options of the command, as it understood them. */
  options: Record<string, unknown>;
  /** The compiled model's. */
  hash: string;
  seed: number | string;
  engine: { version: string; wasmSha256: string };
  /** A variant, where they were asked for: the parts in which the run is kept, which change no result. */
  shards?: number;
  /** Checked, settings applied, defaults filled in; `klpsim run` takes it again. A sweep's: as written, settings applied. */
  scenario: Scenario;
  /** As the engine had them, times in ticks (us): a preset may be another in another version. */
  policies: Policy[];
}

/** Its scenario is checked where it is compiled again. */
export const runRecordSchema = z.looseObject({
  schemaVersion: z.literal(1),
  command: z.enum(COMMANDS),
  options: z.record(z.string(), z.unknown()),
  hash: z.string(),
  seed: z.union([z.int().min(0), z.string().regex(/^[0-9]{1,20}$/)]),
  engine: z.looseObject({ version: z.string(), wasmSha256: z.string() }),
  shards: z.int().min(1).optional(),
  scenario: z.record(z.string(), z.unknown()),
  policies: z.array(z.looseObject({ name: z.string() })),
});

/** `options`: plain values; undefined ones are left out. */
export function recordOf(
  command: RecordedCommand,
  { scenario, model, policies, seed }: Pick<Compiled, "scenario" | "model" | "policies" | "seed">,
  options: Record<string, unknown>,
  engine: RunRecord["engine"],
): RunRecord {
  const record = {
    schemaVersion: 1,
    command,
    options,
    hash: model.hash,
    seed: printedSeed(seed),
    engine,
    scenario,
    policies,
  };
  return JSON.parse(JSON.stringify(record));
}

/** Each a line: the field, what it is in `a` and what in `b`. None: the same run, to the byte. */
export function differences(a: RunRecord, b: RunRecord): string[] {
  const { policies: policiesA, hash: hashA, seed: _, shards: __, ...causesA } = a;
  const { policies: policiesB, hash: hashB, seed: ___, shards: ____, ...causesB } = b;
  const told = compare(causesA, causesB, "");
  return told.length > 0 ? told : compare({ hashA, policiesA }, { hashA: hashB, policiesA: policiesB }, "");
}

function compare(a: unknown, b: unknown, path: string): string[] {
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b))
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [`${path}: ${showValue(a)} there, ${showValue(b)} here`];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) => compare(a[name], b[name], path === "" ? name : `${path}.${name}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
