// Policies by name or record -> the model's Policy, every field resolved along `extends`.

import { check } from "./check.js";
import { nearMiss, type Path, Problems } from "./errors.js";
import type { Policy, ThreadFlag } from "./model.js";
import { POLICY_PRESETS } from "./policy-presets.js";
import { FLAGS, type PolicyInput, policyRecordSchema } from "./schema.js";
import { parseTime } from "./units.js";

type Fields = Required<Omit<PolicyInput, "name" | "text" | "extends">>;
const FIELDS = Object.keys(POLICY_PRESETS["linux-4.12"]).filter((field) => field !== "text") as (keyof Fields)[];

/** Named records that `extends` and names may refer to, besides the presets. */
export type PolicyLibrary = ReadonlyMap<string, { record: PolicyInput; path: Path }>;

const NO_LIBRARY: PolicyLibrary = new Map();

/** A preset's or a user's policy; throws a ScenarioError. */
export function resolvePolicy(policy: unknown, library: PolicyLibrary = NO_LIBRARY): Policy {
  const problems = new Problems(() => ({}));
  const resolved = resolvePolicyEntry(policy, [], library, problems);
  problems.throwIfAny();
  return resolved as Policy;
}

/** As resolvePolicy, for an entry of a scenario; undefined with the problems reported. */
export function resolvePolicyEntry(
  policy: unknown,
  path: Path,
  library: PolicyLibrary,
  problems: Problems,
): Policy | undefined {
  if (typeof policy === "string") {
    const found = find(policy, library);
    if (found === undefined) unknownPolicy(policy, path, library, problems);
    return found && build(policy, found.record, found.path ?? path, library, problems);
  }
  const record = check(policyRecordSchema, policy, problems, path);
  if (record === undefined) return undefined;
  if (isPreset(record.name)) {
    problems.expected([...path, "name"], "a name of its own: this is a preset's", record.name);
    return undefined;
  }
  return build(record.name ?? `${record.extends ?? "policy"}+`, record, path, library, problems);
}

export function isPreset(name: string | undefined): name is keyof typeof POLICY_PRESETS {
  return name !== undefined && Object.hasOwn(POLICY_PRESETS, name);
}

function find(name: string, library: PolicyLibrary): { record: PolicyInput; path?: Path } | undefined {
  if (isPreset(name)) return { record: POLICY_PRESETS[name] as unknown as PolicyInput };
  return library.get(name);
}

function unknownPolicy(name: string, path: Path, library: PolicyLibrary, problems: Problems): void {
  const known = [...Object.keys(POLICY_PRESETS), ...library.keys()];
  problems.expected(path, `one of ${known.join(", ")}`, name, nearMiss(name, known));
}

function build(
  name: string,
  record: PolicyInput,
  path: Path,
  library: PolicyLibrary,
  problems: Problems,
): Policy | undefined {
  const chain = ancestry(name, record, path, library, problems);
  if (chain === undefined) return undefined;
  const fields = Object.assign({}, ...[...chain].reverse().map(ownFields)) as Partial<Fields>;
  const missing = FIELDS.filter((field) => fields[field] === undefined);
  if (missing.length > 0) {
    problems.add(
      path,
      `missing: expected extends: with the name of a policy, or all fields (without ${missing.join(", ")} so far)`,
      {
        bound: "extends, or all fields",
      },
    );
    return undefined;
  }
  const policy = convert(name, record, fields as Fields);
  return checkFields(policy, record, path, problems) ? policy : undefined;
}

/** The record and those it extends, nearest first. */
function ancestry(
  name: string,
  record: PolicyInput,
  path: Path,
  library: PolicyLibrary,
  problems: Problems,
): PolicyInput[] | undefined {
  const chain = [record];
  const names = new Set([name]);
  for (let parent = record.extends; parent !== undefined; parent = chain.at(-1)?.extends) {
    const found = find(parent, library);
    if (found === undefined || names.has(parent)) {
      const at = [...path, "extends"];
      if (found === undefined) unknownPolicy(parent, at, library, problems);
      else problems.add(at, `${[...names, parent].join(" extends ")}: a circle`, { value: parent });
      return undefined;
    }
    names.add(parent);
    chain.push(found.record);
  }
  return chain;
}

function ownFields(record: PolicyInput): Partial<Fields> {
  const { name: _name, text: _text, extends: _extends, ...fields } = record;
  return fields as Partial<Fields>;
}

function convert(name: string, record: PolicyInput, fields: Fields): Policy {
  return {
    ...fields,
    name,
    text: record.text ?? (record.extends === undefined ? "" : `${record.extends}, changed.`),
    signalFlag: longName(fields.signalFlag) as Policy["signalFlag"],
    tryPeriod: ticks(fields.tryPeriod) as number,
    adminSignalAt: fields.signal === "admin" || record.adminSignalAt !== undefined ? ticks(fields.adminSignalAt) : null,
    forceAt: ticks(fields.forceAt),
    guestMask: longNames(fields.guestMask),
    guestLeaves: longNames(fields.guestLeaves),
    guestEats: longNames(fields.guestEats),
    guestUpdates: longNames(fields.guestUpdates),
  };
}

function ticks(time: string | 0 | null): number | null {
  return time === null ? null : (parseTime(time) ?? null);
}

function longName(flag: string): ThreadFlag {
  return (Object.hasOwn(FLAGS, flag) ? FLAGS[flag as keyof typeof FLAGS] : flag) as ThreadFlag;
}

/** Long names, each once, in one fixed order: equal masks are equal lists. */
function longNames(flags: readonly string[]): ThreadFlag[] {
  const given = new Set(flags.map(longName));
  return Object.values(FLAGS).filter((flag) => given.has(flag));
}

const SERVED: readonly ThreadFlag[] = [FLAGS.R, FLAGS.RL, FLAGS.NR];

function checkFields(policy: Policy, record: PolicyInput, path: Path, problems: Problems): boolean {
  const before = problems.list.length;
  const handled = new Set([...SERVED, ...policy.guestLeaves, ...policy.guestEats, ...policy.guestUpdates]);
  for (const flag of policy.guestMask) {
    if (handled.has(flag)) continue;
    problems.add(
      [...path, "guestMask"],
      `${flag} is looked at but nothing clears it, so the work loop would never end: add it to guestLeaves, guestEats or guestUpdates`,
      {
        bound: "flags that are handled",
        value: flag,
      },
    );
  }
  if (policy.adminSignalAt !== null && policy.signal !== "admin") {
    problems.expected([...path, "adminSignalAt"], "null, or signal: admin with it", record.adminSignalAt);
  }
  return problems.list.length === before;
}
