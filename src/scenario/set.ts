// `--set path=YAML`: any value of a scenario by its path, as in workload.vcpu.count=128 or run.exceed[0]=2s.

import type { z } from "zod";
import { BEHAVIOUR_PRESETS } from "./behaviour-presets.js";
import { fieldsAt, isKnownPath } from "./check.js";
import { type Locate, nearMiss, type Path, Problems, showPath } from "./errors.js";
import { scenarioSchema } from "./schema.js";
import { readText, type Source } from "./source.js";

type Fields = Record<PropertyKey, unknown>;

interface Setting {
  path: Path;
  value: unknown;
}

/** The source with every setting applied, in order; what a setting brought in is located by its argument. */
export function applySettings(source: Source, settings: string[], schema: z.ZodType = scenarioSchema): Source {
  const root = { "": structuredClone(source.value) };
  const applied: { path: Path; argument: string }[] = [];
  for (const argument of settings) {
    const problems = new Problems(() => ({ file: `--set ${argument}` }));
    const setting = parseSetting(argument, problems);
    if (setting !== undefined) put(root, setting, schema, problems);
    problems.throwIfAny();
    if (setting !== undefined) applied.unshift({ path: setting.path, argument });
  }
  const locate: Locate = (path, key) => {
    const by = applied.find((setting) => setting.path.every((step, i) => path[i] === step));
    return by === undefined ? source.locate(path, key) : { file: `--set ${by.argument}` };
  };
  return { value: root[""], locate };
}

function parseSetting(argument: string, problems: Problems): Setting | undefined {
  const equals = argument.indexOf("=");
  const path = equals > 0 ? parsePath(argument.slice(0, equals).trim()) : undefined;
  if (path === undefined) {
    problems.add([], "expected path=value, such as workload.vcpu.count=128");
    return undefined;
  }
  const text = argument.slice(equals + 1).trim();
  if (text === "") {
    problems.expected(path, "a value after =", undefined);
    return undefined;
  }
  return { path, value: readText(text, `--set ${argument}`).value };
}

/** `a.b[2].c` or `a.b.2.c`; undefined if it is neither. */
export function parsePath(text: string): Path | undefined {
  const steps = text.replace(/\[([0-9]{1,6})\]/g, ".$1").split(".");
  if (steps.some((step) => !/^[A-Za-z0-9_-]+$/.test(step) || step === "__proto__")) return undefined;
  return steps.map((step) => (/^[0-9]{1,6}$/.test(step) ? Number(step) : step));
}

function put(root: { "": unknown }, { path, value }: Setting, schema: z.ZodType, problems: Problems): void {
  if (!checkFields(path, schema, problems)) return;
  let parent: Fields = root;
  let key: string | number = "";
  for (const [depth, step] of path.entries()) {
    const here = path.slice(0, depth);
    const container = openContainer(parent[key], here, step);
    if (!isContainerFor(container, step)) {
      problems.add(path, `${showPath(here) || "the scenario"} is not something that holds ${showPath([step])}`);
      return;
    }
    parent[key] = container;
    const names = namesIn(container, here, parent);
    if (depth < path.length - 1 && names !== undefined && !names.includes(String(step))) {
      const hint = nearMiss(String(step), names);
      problems.add([...here, step], `there is none here; there are ${names.join(", ") || "none at all"}`, {
        bound: names.join(", "),
        value: String(step),
        ...(hint === undefined ? {} : { hint }),
      });
      return;
    }
    parent = container;
    key = step;
  }
  if (Array.isArray(parent) && Number(key) > parent.length) {
    problems.expected(path, `an index from 0 to ${parent.length}`, key);
    return;
  }
  parent[key] = value;
}

/** Whether each step is a field that the scenario knows. */
function checkFields(path: Path, schema: z.ZodType, problems: Problems): boolean {
  for (let depth = 1; depth <= path.length; depth++) {
    const part = path.slice(0, depth);
    if (isKnownPath(schema, part)) continue;
    const known = fieldsAt(schema, part.slice(0, -1));
    const hint = nearMiss(String(part.at(-1)), known);
    problems.add(
      part,
      known.length > 0 ? `unknown field; the fields here are ${known.join(", ")}` : "there is no such field",
      {
        ...(known.length > 0 ? { bound: known.join(", ") } : {}),
        value: String(part.at(-1)),
        ...(hint === undefined ? {} : { hint }),
      },
    );
    return false;
  }
  return true;
}

/** Classes and phases have names of the scenario's own: those there are, an extended behaviour's phases included. */
function namesIn(container: Fields, path: Path, parent: Fields): string[] | undefined {
  if (path.length === 1 && path[0] === "workload") return Object.keys(container);
  if (path.at(-1) !== "phases") return undefined;
  const base = Object.entries(BEHAVIOUR_PRESETS).find(([name]) => name === parent.extends)?.[1];
  return [...new Set([...Object.keys(base?.phases ?? {}), ...Object.keys(container)])];
}

/** The container to go through: a missing one is made, the name of a preset becomes a record that extends it. */
function openContainer(value: unknown, path: Path, step: string | number): unknown {
  if (value === undefined || value === null) return typeof step === "number" ? [] : {};
  if (typeof value !== "string") return value;
  if (path.at(-1) === "behaviour") return { extends: value };
  if (path[0] === "policies" && path.length === 2) return { name: `${value}+`, extends: value };
  return value;
}

function isContainerFor(value: unknown, step: string | number): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) === (typeof step === "number");
}
