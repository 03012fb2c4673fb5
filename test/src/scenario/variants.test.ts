import { describe, expect, it } from "vitest";
import { Problems } from "../../../src/scenario/errors.js";
import { resolveVariants, type VariantEntry } from "../../../src/scenario/variants.js";

interface Fields {
  delay: number;
  right: boolean;
}

const library = { presets: { short: { delay: 1 }, long: { delay: 9 } }, base: { delay: 0, right: true } };

function resolve(entries: VariantEntry<Fields>[], wanted?: string[]) {
  const problems = new Problems((path) => ({ file: path.join(".") }));
  const variants = resolveVariants(entries, library, wanted, problems);
  return { variants, problems: problems.list.map(({ file, message, hint }) => [file, message, hint]) };
}

describe("resolveVariants", () => {
  it("Always: a name is a preset over the base, a record changes fields of the base or of what it extends", () => {
    const { variants } = resolve(["short", { name: "wrong", right: false }, { extends: "wrong", delay: 4 }]);
    expect(variants).toEqual([
      { name: "short", delay: 1, right: true },
      { name: "wrong", delay: 0, right: false },
      { name: "wrong+", delay: 4, right: false },
    ]);
  });

  it("Always: those wanted are taken, each once, in the order of asking, presets that nobody listed among them", () => {
    const { variants } = resolve(["short", { name: "mine", delay: 3 }], ["long", "mine", "long"]);
    expect(variants.map(({ name }) => name)).toEqual(["long", "mine"]);
  });

  it("Never: an unknown or nameless variant, or one that is there twice, is passed over", () => {
    expect(resolve(["shrt"]).problems).toEqual([["variants.0", 'expected one of short, long, got "shrt"', "short"]]);
    expect(resolve([{ delay: 1 }]).problems[0]![0]).toBe("variants.0.name");
    expect(resolve(["long", "long"]).problems[0]![1]).toMatch(/each variant once/);
    expect(resolve([{ extends: "nobody" }]).problems[0]![0]).toBe("variants.0.extends");
    expect(resolve(["short"], ["nobody"]).problems[0]![0]).toBe("--variant nobody");
  });
});
