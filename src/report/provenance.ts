// What a result can be had again from: scenario, seed, engine, command, digests. No host, no date.

import type { ExperimentResult } from "../results/metrics.js";
import { whole } from "./format.js";
import type { Group } from "./report-input.js";

export interface Provenance {
  name: string;
  value: string;
}

const DIGESTS_MAX = 8;
const DIGEST_LENGTH = 16;

export function provenanceOf(group: Group): Provenance[] {
  const { kind, result } = group.content;
  const { scenario, seed, replicas, engine, timing } = result;
  return [
    { name: "scenario", value: scenario.name },
    { name: "scenario's SHA-256", value: scenario.hash },
    { name: "seed", value: String(seed) },
    {
      name: "replicas",
      value: `${whole(replicas)} ${kind === "sweep" ? "a point and policy" : kind === "experiment" ? "a variant" : "a policy"}`,
    },
    { name: "klpsim", value: engine.version },
    { name: "engine's SHA-256", value: engine.wasmSha256 },
    { name: "command", value: commandOf(group) },
    ...digestsOf(group),
    { name: "time", value: timeOf(timing) },
    { name: group.sources.length === 1 ? "input" : "inputs", value: group.sources.map(({ name }) => name).join(", ") },
  ];
}

function commandOf({ content: { kind, result } }: Group): string {
  const command = kind === "experiment" ? "run" : kind;
  const names =
    kind === "experiment"
      ? result.results.map(({ variant }) => `--variant ${quoted(variant)}`)
      : kind === "sweep"
        ? result.axes.map(
            ({ path, values }) => `--vary ${quoted(`${path}=${(values ?? ["..."]).map(plain).join(",")}`)}`,
          )
        : result.results.map(({ policy }) => `--policy ${quoted(policy)}`);
  return `klpsim ${command} SCENARIO ${names.join(" ")} --replicas ${result.replicas} --seed ${result.seed}`;
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w.,:=/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function digestsOf({ content: { kind, result } }: Group): Provenance[] {
  if (kind === "sweep") return [];
  const named =
    kind === "experiment"
      ? result.results.map(({ variant, digest }) => ({ name: variant, digest }))
      : result.results.map(({ policy, digest }) => ({ name: policy, digest }));
  const shown = named.slice(0, DIGESTS_MAX).map(({ name, digest }) => `${name} ${digest.slice(0, DIGEST_LENGTH)}`);
  if (named.length > shown.length) shown.push(`and ${named.length - shown.length} more`);
  return named.length === 0 ? [] : [{ name: "digests begin", value: shown.join(", ") }];
}

function timeOf(timing: Group["content"]["result"]["timing"] | ExperimentResult["timing"]): string {
  const rate = "replicasPerSecond" in timing ? timing.replicasPerSecond : timing.transitionsPerSecond;
  const threads =
    timing.workers === 0 ? "the main thread" : timing.workers === 1 ? "1 worker" : `${timing.workers} workers`;
  return `${(timing.wallMs / 1000).toFixed(1)} s on ${threads}, ${whole(rate)}/s`;
}
