// What to leave out, as people name it: class:reader, function:pipe_read, mechanism:signal.

import { nearMiss, Problems } from "../scenario/errors.js";
import type { Compiled } from "../scenario/index.js";
import { REMOVABLE_NAMES, type RemovableName, type Removal, without } from "./without.js";

const KINDS = ["class", "function", "mechanism"] as const;

/** @throws ScenarioError where the scenario has nothing of that name, or none of the policies. */
export function parseRemovals(texts: string[], compiled: Pick<Compiled, "scenario" | "model" | "policies">): Removal[] {
  const problems = new Problems(() => ({}));
  const removals = texts.flatMap((text) => parseRemoval(text, compiled, problems) ?? []);
  problems.throwIfAny();
  return removals;
}

type Subject = Pick<Compiled, "scenario" | "model" | "policies">;

function parseRemoval(text: string, compiled: Subject, problems: Problems): Removal | undefined {
  const path = [`--what-if ${text}`];
  const [kind, name = ""] = text.split(/:(.*)/s);
  if (!isKind(kind) || name === "") {
    problems.expected(path, "class:NAME, function:NAME or mechanism:NAME", text, nearMiss(kind, KINDS));
    return undefined;
  }
  const known = namesOf(kind, compiled);
  if (!known.includes(name)) {
    const bound = known.length === 0 ? `no ${kind}: there is none to leave out` : `one of ${known.join(", ")}`;
    problems.expected(path, bound, name, nearMiss(name, known));
    return undefined;
  }
  const removal = { kind, name } as Removal;
  if (compiled.policies.some((policy) => without(compiled, policy, removal) !== null)) return removal;
  problems.add(path, `none of the policies has it: ${compiled.policies.map((policy) => policy.name).join(", ")}`);
  return undefined;
}

function isKind(kind: string): kind is Removal["kind"] {
  return (KINDS as readonly string[]).includes(kind);
}

function namesOf(kind: Removal["kind"], { scenario, model }: Subject): string[] {
  if (kind === "function") return model.patch.functions;
  if (kind === "mechanism") return [...REMOVABLE_NAMES] satisfies RemovableName[];
  return [...model.classes.map(({ name }) => name), ...(scenario.host.idleTasks ? ["idle"] : [])];
}
