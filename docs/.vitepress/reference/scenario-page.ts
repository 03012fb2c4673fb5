// docs/scenario.md: every field of a scenario, from the JSON Schema that the zod schema gives.

import { anchor, plain, table } from "./markdown.js";

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: boolean | Schema;
  prefixItems?: Schema[];
  required?: string[];
  description?: string;
  default?: unknown;
  examples?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
}

interface Section {
  title: string;
  schema: Schema;
}

const INTRO = `# The scenario

A scenario is a YAML (or JSON) file: a host, its tasks, a livepatch, and the kernels to ask. This page is made of the schema that klpsim checks scenarios by
(\`scenario.schema.json\`, for editors); scenarios of the other two experiments are in [rseq.md](rseq.md) and [memory-fault.md](memory-fault.md).

A *time* is a number and its unit, \`2ms\`, \`1.5s\`, \`1m 30s\`, or 0. A *rate* is \`250/s\`, or a number a second. A *CPU list* is \`[0, 1, 2]\` or \`0-3,8\`. Any value can be
set from the command line by its path: \`--set host.hz=1000\`. KF are sections of the kernel facts that [model.md](model.md) restates.
`;

export function scenarioPage(schema: object): string {
  const sections = new Sections();
  sections.add("scenario", schema as Schema);
  return `${INTRO}\n${sections.written()}\n`;
}

/** Each object of the schema once, under the first path that leads to it. */
class Sections {
  private readonly sections: Section[] = [];
  private readonly titles = new Map<string, string>();

  add(title: string, schema: Schema): string {
    const key = JSON.stringify(schema.properties);
    const known = this.titles.get(key);
    if (known !== undefined) return known;
    this.titles.set(key, title);
    this.sections.push({ title, schema });
    return title;
  }

  written(): string {
    const parts: string[] = [];
    for (let at = 0; at < this.sections.length; at++) {
      const before = this.sections.length;
      parts.push(this.section(this.sections[at]!));
      const found = this.sections.splice(before);
      if (at > 0)
        this.sections.splice(at + 1, 0, ...found); // those of a part follow it
      else this.sections.push(...found);
    }
    return parts.join("\n\n");
  }

  private section({ title, schema }: Section): string {
    const path = title === "scenario" ? "" : `${title}.`;
    const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
      `\`${name}\``,
      this.type(field, `${path}${name}`),
      defaultOf(field, schema.required?.includes(name) ?? false),
      plain(field.description ?? ""),
    ]);
    const heading = title === "scenario" ? "## The whole" : `## ${title.replaceAll("<", "").replaceAll(">", "")}`;
    const told = schema.description === undefined ? [] : [plain(schema.description)];
    return [heading, ...told, table(["field", "type and bounds", "default", "what it is"], rows)].join("\n\n");
  }

  private type(field: Schema, path: string): string {
    const choices = field.anyOf ?? field.oneOf;
    if (choices !== undefined) return this.union(choices, path);
    if (field.const !== undefined) return `\`${String(field.const)}\``;
    if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(", ");
    if (field.type === "array") return this.list(field, path);
    if (field.type === "object") return this.object(field, path);
    return plainType(field);
  }

  /** A time is text or 0: told as one thing; numbers that are one of a few, together. */
  private union(choices: Schema[], path: string): string {
    const types = choices.map((choice) => this.type(choice, path));
    const time = types.indexOf("time");
    const kept = time < 0 ? types : types.filter((type) => type !== "`0`");
    return [...new Set(kept)].join(" or ").replaceAll(/(`[^`]+`) or (?=`)/g, "$1, ");
  }

  private list(field: Schema, path: string): string {
    const parts = field.prefixItems?.map((item, i) => this.type(item, `${path}[${i}]`));
    if (parts !== undefined) return `[${parts.join(", ")}]`;
    const item = typeof field.items === "object" ? this.type(field.items, `${path}[]`) : "anything";
    return `list of ${item.replace(/^(whole number|time|number)\b/, "$1s")}${bounds("", field.minItems, field.maxItems, "entries")}`;
  }

  private object(field: Schema, path: string): string {
    const one = field.additionalProperties;
    if (field.properties === undefined)
      return typeof one === "object" ? `by name: ${this.type(one, `${path}.NAME`)}` : "object";
    if (isSmall(field)) {
      const parts = Object.entries(field.properties).map(
        ([name, part]) => `${name}: ${this.type(part, `${path}.${name}`)}`,
      );
      return `{ ${parts.join(", ")} }`;
    }
    const title = this.add(path, field);
    const heading = title.replaceAll("<", "").replaceAll(">", "");
    return `[${heading}](#${anchor(heading)})`;
  }
}

/** Told where it stands: few values, none with an explanation of its own. */
function isSmall({ properties = {} }: Schema): boolean {
  const fields = Object.values(properties);
  return (
    fields.length <= 3 &&
    fields.every(({ description, properties: inner }) => description === undefined && inner === undefined)
  );
}

function plainType(field: Schema): string {
  const { type, pattern = "", minimum, exclusiveMinimum, maximum, maxLength } = field;
  if (type === "string" && pattern.includes("msecs")) return pattern.includes("\\/") ? "rate" : "time";
  if (type === "string" && pattern.startsWith("^[0-9]{1,4}(-")) return "CPU list";
  if (type === "string") return `text${bounds("", undefined, maxLength, "characters")}`;
  if (type === "integer") return `whole number${bounds("", minimum, maximum)}`;
  if (type === "number")
    return `number${bounds(exclusiveMinimum === undefined ? "" : `above ${exclusiveMinimum}`, minimum, maximum)}`;
  return type === "boolean" ? "`true`, `false`" : (type ?? "anything");
}

function bounds(above: string, low: number | undefined, high: number | undefined, unit = ""): string {
  const most = high === undefined || high >= Number.MAX_SAFE_INTEGER ? undefined : high.toLocaleString("en-GB");
  const of = unit === "" ? "" : ` ${unit}`;
  if (low !== undefined && most !== undefined) return ` from ${low.toLocaleString("en-GB")} to ${most}${of}`;
  const parts = [
    above,
    low === undefined ? "" : `at least ${low}${of}`,
    most === undefined ? "" : `at most ${most}${of}`,
  ].filter(Boolean);
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

function defaultOf({ default: value }: Schema, required: boolean): string {
  if (value === undefined) return required ? "must be given" : "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
