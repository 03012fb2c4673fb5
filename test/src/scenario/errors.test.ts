import { describe, expect, it } from "vitest";
import { editDistance, nearMiss, Problems, ScenarioError, showPath, showValue } from "../../../src/scenario/errors.js";

describe("near misses", () => {
  it.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["", "abc", 3],
  ])("Always: %j and %j are %d edits apart", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("Always: of equally near words the one of the same length is meant", () => {
    expect(nearMiss("linux-5.31", ["linux-5.1", "linux-5.13"])).toBe("linux-5.13");
  });

  it("Never: a word that shares little is offered", () => {
    expect(nearMiss("horizon", ["seed", "replicas"])).toBeUndefined();
  });
});

describe("the message", () => {
  it("Always: file, line, column, field, what is wrong and the near miss stand in one line each", () => {
    const error = new ScenarioError([
      { file: "a.yaml", line: 3, column: 7, field: "host.cpuz", message: "unknown field", hint: "cpus" },
      { field: "run.seed", message: "expected a whole number" },
    ]);
    expect(error.message).toBe(
      "a.yaml:3:7: host.cpuz: unknown field; did you mean cpus?\nrun.seed: expected a whole number",
    );
  });

  it("Never: a thousand problems make a thousand lines", () => {
    const problems = Array.from({ length: 1000 }, (_, i) => ({ field: `f${i}`, message: "wrong" }));
    expect(new ScenarioError(problems).message.split("\n")).toHaveLength(21);
  });

  it("Never: more problems are gathered than anybody reads", () => {
    const problems = new Problems(() => ({}));
    for (let i = 0; i < 2000; i++) problems.add([i], "wrong");
    expect(problems.list).toHaveLength(1000);
    expect(() => problems.throwIfAny()).toThrow(/\.\.\. and 980 more at least$/);
  });

  it("Always: paths are spelt as --set takes them", () => {
    expect(showPath(["run", "exceed", 2])).toBe("run.exceed[2]");
  });

  it.each([
    [Number.NaN, "NaN"],
    [-0, "-0"],
    [1e300, "1e+300"],
    [12n, "12"],
    [undefined, "nothing"],
    [[1n], '["1"]'],
    ["x".repeat(100), `"${"x".repeat(56)}...`],
  ])("Always: the value %s is shown as %s", (value, text) => {
    expect(showValue(value)).toBe(text);
  });

  it("Always: what was expected and what was found can be read by programs too", () => {
    const problems = new Problems(() => ({ file: "a.yaml", line: 1, column: 2 }));
    problems.expected(["host", "hz"], "one of 100, 250", 99, "100");
    expect(problems.list).toEqual([
      {
        file: "a.yaml",
        line: 1,
        column: 2,
        field: "host.hz",
        message: "expected one of 100, 250, got 99",
        bound: "one of 100, 250",
        value: "99",
        hint: "100",
      },
    ]);
  });
});
