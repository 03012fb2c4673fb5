// The lab's kernels: which policy a (kernel, variant) is, and which machine ran it. Both are tables in the examples
// directory (policies.yaml, machines.yaml), keyed by the beginning of the kernel's release.

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { POLICY_PRESETS, type Policy, resolvePolicy } from "../scenario/index.js";

/** A policy by name, and its record where it is no preset. */
export interface NamedPolicy {
  name: string;
  record?: Record<string, unknown>;
}

interface PolicyTable {
  kernels: Record<string, { policy: string; variants: string[] }>;
  /** What a variant changes; `kvm` takes the KVM part of another policy. */
  variants: Record<string, Record<string, unknown> & { kvm?: string }>;
}

/** A class that stands for something of the machine's own, where it has so many CPUs: see machines.yaml. */
type MachineClass = { minCpus: number } & Record<string, unknown>;

export interface Machine {
  host?: Record<string, string | number>;
  /** What differs on one CPU, where patching text interrupts no other. */
  alone?: Record<string, string | number>;
  workload?: Record<string, MachineClass>;
  /** By what share of itself work on the loader's CPU takes longer for each other CPU that is busy. */
  busyShare?: number;
  /** Why cells with CPU-bound tasks do not count on this machine. */
  excludeBusy?: string;
}

interface MachineTable {
  kernels: Record<string, Record<string, Machine>>;
}

export interface Kernels {
  policies: PolicyTable;
  machines: MachineTable;
  /** --map: variant -> policy. */
  mapped: ReadonlyMap<string, string>;
}

export async function loadKernels(directory: URL, mapped: ReadonlyMap<string, string>): Promise<Kernels> {
  const read = async (name: string) => parse(await readFile(new URL(name, directory), "utf8"));
  const kernels = { policies: await read("policies.yaml"), machines: await read("machines.yaml"), mapped } as Kernels;
  for (const policy of mapped.values()) policyNamed(kernels, policy);
  return kernels;
}

/** Undefined where the pair is unknown. */
export function policyOf(kernels: Kernels, kernel: string, variant: string): NamedPolicy | undefined {
  const mapped = kernels.mapped.get(variant);
  if (mapped !== undefined) return policyNamed(kernels, mapped);
  const base = entryOf(kernels.policies.kernels, kernel);
  if (base === undefined || !base.variants.includes(variant)) return undefined;
  return derive(base.policy, variant, kernels.policies.variants[variant] ?? {});
}

/** A preset, or a derived one as the table's own show them: linux-6.1+regressed. Throws a ScenarioError. */
function policyNamed(kernels: Kernels, name: string): NamedPolicy {
  const plus = name.lastIndexOf("+");
  const variant = kernels.policies.variants[name.slice(plus + 1)];
  if (plus > 0 && variant !== undefined) return derive(name.slice(0, plus), name.slice(plus + 1), variant);
  resolvePolicy(name);
  return { name };
}

function derive(base: string, variant: string, changes: PolicyTable["variants"][string]): NamedPolicy {
  const { kvm, ...own } = changes;
  const record = { ...(kvm === undefined ? {} : kvmPart(resolvePolicy(kvm))), ...own };
  if (Object.keys(record).length === 0) return { name: base };
  return { name: `${base}+${variant}`, record: { extends: base, ...record } };
}

function kvmPart({ guestMask, guestLeaves, guestEats, guestUpdates }: Policy): Partial<Policy> {
  return { guestMask, guestLeaves, guestEats, guestUpdates };
}

/** The constants of the machine that ran `kernel` under `clock`; none where nobody measured any. */
export function machineOf({ machines }: Kernels, kernel: string, clock: string): Machine {
  return entryOf(machines.kernels, kernel)?.[clock] ?? {};
}

/** The entry whose key is the longest beginning of the release that ends at a boundary. */
function entryOf<T>(table: Record<string, T>, release: string): T | undefined {
  const matches = Object.keys(table).filter(
    (key) => release.startsWith(key) && /^($|[-.+])/.test(release.slice(key.length)),
  );
  const longest = matches.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : table[longest];
}

export function knownPairs({ policies }: Kernels): string {
  const pairs = Object.entries(policies.kernels).map(([kernel, { variants }]) => `${kernel} (${variants.join(", ")})`);
  return `${pairs.join("; ")}; or --map VARIANT=POLICY with one of ${Object.keys(POLICY_PRESETS).join(", ")}`;
}
