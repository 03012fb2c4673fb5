import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../../src/scenario/index.js";

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
}

const schema = scenarioJsonSchema() as Schema;

describe("the JSON Schema", () => {
  it("Always: the file in docs/ is the one that the code gives (write-schema.ts writes it)", () => {
    const file = JSON.parse(readFileSync("docs/scenario.schema.json", "utf8"));
    expect(file).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it("Always: only the host is required, and nothing unknown passes", () => {
    expect(schema.required).toEqual(["host"]);
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties?.host?.required).toEqual(["cpus"]);
  });

  it("Always: every field of the host says what it is", () => {
    const fields = Object.entries(schema.properties?.host?.properties ?? {});
    expect(fields.filter(([, { description }]) => !description).map(([name]) => name)).toEqual([]);
  });
});
