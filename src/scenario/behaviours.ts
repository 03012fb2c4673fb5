// A class's behaviour, by name or written out, with `extends` resolved: an ordered list of phases as a user writes them.

import { BEHAVIOUR_PRESETS } from "./behaviour-presets.js";
import { nearMiss, type Path, type Problems } from "./errors.js";
import type { BehaviourInput, ClassInput, PhaseInput } from "./schema.js";

export interface Behaviour {
  /** The first one is where a task begins. */
  phases: Map<string, PhaseInput>;
  worker: "none" | "io" | "vhost";
  children: number | undefined;
  vmm: string | 0 | undefined;
}

interface Preset extends Omit<BehaviourInput, "extends"> {
  kinds: readonly string[];
}

export function resolveBehaviour(input: ClassInput, path: Path, problems: Problems): Behaviour | undefined {
  const { behaviour, kind } = input;
  if (typeof behaviour !== "string") return merge(behaviour, path, problems);
  const preset = findPreset(behaviour, path, problems);
  if (preset === undefined) return undefined;
  if (!preset.kinds.includes(kind)) {
    problems.expected(
      path,
      `a behaviour for kind ${kind} (${behaviour} is for ${preset.kinds.join(", ")})`,
      behaviour,
      forKind(kind),
    );
    return undefined;
  }
  return merge(preset, path, problems);
}

function merge(input: BehaviourInput, path: Path, problems: Problems): Behaviour | undefined {
  const base = input.extends === undefined ? undefined : findPreset(input.extends, [...path, "extends"], problems);
  if (input.extends !== undefined && base === undefined) return undefined;
  const phases = new Map<string, PhaseInput>(Object.entries(base?.phases ?? {}));
  for (const [name, phase] of Object.entries(input.phases ?? {})) phases.set(name, { ...phases.get(name), ...phase });
  if (phases.size === 0) {
    problems.expected([...path, "phases"], "at least one phase, or extends: with the name of a behaviour", undefined);
    return undefined;
  }
  return {
    phases,
    worker: input.worker ?? base?.worker ?? "none",
    children: input.children ?? base?.children,
    vmm: input.vmm ?? base?.vmm,
  };
}

function findPreset(name: string, path: Path, problems: Problems): Preset | undefined {
  if (Object.hasOwn(BEHAVIOUR_PRESETS, name)) {
    return BEHAVIOUR_PRESETS[name as keyof typeof BEHAVIOUR_PRESETS] as unknown as Preset;
  }
  const known = Object.keys(BEHAVIOUR_PRESETS);
  problems.expected(path, `one of ${known.join(", ")}`, name, nearMiss(name, known));
  return undefined;
}

function forKind(kind: string): string | undefined {
  return Object.entries(BEHAVIOUR_PRESETS).find(([, preset]) =>
    (preset.kinds as readonly string[]).includes(kind),
  )?.[0];
}
