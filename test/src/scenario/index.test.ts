import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileScenario, loadScenario, type Problem, ScenarioError } from "../../../src/scenario/index.js";

const BASE = `name: x
host: { cpus: 4 }
workload:
  a:
    kind: user
    count: 2
    behaviour:
      phases:
        u: { mode: user, duration: 5ms, next: s }
        s: { mode: sleep, duration: { exponential: 1s }, next: u }
run: { horizon: 60s }
`;

function problemsOf(text: string): Problem[] {
  try {
    loadScenario(text, { file: "x.yaml" });
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
}

describe("a wrong scenario", () => {
  const count = (value: string): [string, string] => ["count: 2", `count: ${value}`];
  const cases: [string, string, string, Partial<Problem>][] = [
    ["unknown field", "horizon", "horzion", { line: 11, column: 8, field: "run.horzion", hint: "horizon" }],
    [
      "time without a unit",
      "60s",
      "60",
      { line: 11, column: 17, field: "run.horizon", value: "60", hint: "60ms or 60s" },
    ],
    ["wrong unit", "5ms", "5msek", { line: 9, column: 36, hint: "5msec" }],
    ["negative count", ...count("-1"), { line: 6, column: 12, bound: "a whole number from 0 to 65536", value: "-1" }],
    ["fractional count", ...count("2.5"), { field: "workload.a.count", value: "2.5" }],
    ["NaN count", ...count(".nan"), { value: "NaN" }],
    ["count of 1e300", ...count("1e300"), { value: "1e+300" }],
    ["count in words", ...count("two"), { value: '"two"' }],
    ["too many tasks", ...count("65537"), { field: "workload.a.count" }],
    ["one-each beyond the CPUs", ...count("5\n    cpus: one-each"), { line: 6, field: "workload.a.count", value: "5" }],
    ["mistyped placement", ...count("2\n    cpus: one-ech"), { line: 7, hint: "one-each" }],
    [
      "CPU beyond the host",
      ...count("2\n    cpus: [0, 4]"),
      { line: 7, column: 15, field: "workload.a.cpus[1]", value: "4" },
    ],
    ["CPU given twice", ...count("2\n    cpus: [1, 1]"), { field: "workload.a.cpus[1]" }],
    [
      "offline CPU",
      "cpus: 4 }\nworkload:\n  a:\n",
      "cpus: 4, offlineCpus: [1] }\nworkload:\n  a:\n    cpus: 0-1\n",
      { line: 5 },
    ],
    [
      "weights that are all zero",
      "next: s",
      "next: { s: 0 }",
      { line: 9, field: "workload.a.behaviour.phases.u.next" },
    ],
    [
      "negative weight",
      "next: s",
      "next: { s: -1, u: 1 }",
      { field: "workload.a.behaviour.phases.u.next.s", value: "-1" },
    ],
    ["next nowhere", "next: s", "next: ss", { line: 9, column: 47, hint: "s" }],
    ["no next", ", next: s", "", { field: "workload.a.behaviour.phases.u.next" }],
    ["unreachable phase", "next: s", "next: u", { line: 10, column: 9, field: "workload.a.behaviour.phases.s" }],
    [
      "circle without time",
      "5ms, next: s",
      "0, next: { u: 1, s: 1 }",
      { field: "workload.a.behaviour.phases.u.duration" },
    ],
    ["horizon shorter than one try", "60s", "999ms", { line: 11, column: 17, field: "run.horizon" }],
    ["horizon beyond an hour", "60s", "61m", { field: "run.horizon" }],
    ["mistyped kind", "kind: user", "kind: usr", { line: 5, column: 11, hint: "user" }],
    ["guest phase of a user task", "mode: user", "mode: guest", { field: "workload.a.behaviour.phases.u.mode" }],
    ["mistyped law", "exponential", "exponental", { line: 10, column: 39, hint: "exponential" }],
    ["two laws", "exponential: 1s", "exponential: 1s, uniform: [1s, 2s]", { line: 10, column: 37 }],
    ["law of a bare number", "exponential: 1s", "exponential: 1", { column: 52, hint: "1ms or 1s" }],
    ["bad class name", "  a:", "  1a:", { line: 4, column: 3, field: "workload.1a" }],
    ["class called idle", "  a:", "  idle:", { line: 4, field: "workload.idle" }],
    ["phase called exit", "next: s }\n        s:", "next: exit }\n        exit:", { line: 10, column: 9 }],
    ["no host", "host: { cpus: 4 }\n", "", { line: 1, field: "host" }],
    ["host of nothing", "host: { cpus: 4 }", "host:", { line: 2, field: "host", value: "null" }],
    ["fields of a later version", "run:", "fleet: {}\nrun:", { line: 11, field: "fleet" }],
    ["another experiment", "run:", "experiment: rseq\nrun:", { line: 11, field: "experiment", value: '"rseq"' }],
    ["seed beyond 64 bits", "horizon", "seed: 18446744073709551616, horizon", { field: "run.seed" }],
  ];
  it.each(cases)("Never: a scenario with %s passes, and the place is named", (_, from, to, problem) => {
    expect(BASE).toContain(from);
    const [first] = problemsOf(BASE.replace(from, to));
    expect(first).toMatchObject({ file: "x.yaml", ...problem });
  });

  it("Always: one mistake is one problem", () => {
    for (const [, from, to] of cases) expect(problemsOf(BASE.replace(from, to)).length, to).toBeLessThanOrEqual(2);
  });

  it("Always: mistakes in several places are all named at once", () => {
    const text = BASE.replace("60s", "60").replace("count: 2", "count: -2").replace("cpus: 4", "cpus: 0");
    expect(problemsOf(text).map((p) => p.line)).toEqual([2, 6, 11]);
  });

  it.each([["hello"], ["- 1\n- 2"], ["42"], ["null"]])("Never: %j is a scenario", (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });

  it("Never: anything but a ScenarioError comes out, whatever goes in", () => {
    const keys = fc.constantFrom(
      "host",
      "cpus",
      "workload",
      "a",
      "kind",
      "behaviour",
      "phases",
      "run",
      "policies",
      "patch",
      "next",
      "x",
    );
    const leaf = fc.oneof(
      fc.constantFrom("5ms", "user", "busy-guest", "forever", "linux-6.1", "1-2"),
      fc.anything({ maxDepth: 1 }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
        fc.array(tie("tree"), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        try {
          compileScenario(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ScenarioError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("Never: a text makes anything but a ScenarioError", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab:{}[]-&*!|>'\"%@`#,?\n \t1") }), (text) => {
        try {
          loadScenario(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ScenarioError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a scenario", () => {
  it("Always: text and object give the same model", () => {
    const object = {
      name: "x",
      host: { cpus: 4 },
      workload: {
        a: {
          kind: "user",
          count: 2,
          behaviour: {
            phases: {
              u: { mode: "user", duration: "5000us", next: { s: 3 } },
              s: { mode: "sleep", duration: { exponential: "1000ms" }, next: "u" },
            },
          },
        },
      },
      run: { horizon: "1m" },
    };
    expect(compileScenario(object).model).toEqual(loadScenario(BASE).model);
  });

  it("Always: the checked scenario is again a scenario, of the same model and policies", () => {
    const extraPolicies = { base: { extends: "linux-4.16", forceAt: 0, tryPeriod: "1500ms" } };
    const text = `${BASE}policies: [linux-5.13, { name: mine, extends: base, guestMask: [R, P] }, kvm-v2]\n`;
    const first = loadScenario(text, { extraPolicies, file: "x.yaml" });
    const again = compileScenario(JSON.parse(JSON.stringify(first.scenario)));
    expect(again.model).toEqual(first.model);
    expect(again.policies).toEqual(first.policies);
    expect(again.scenario).toEqual(first.scenario);
    expect([again.replicas, again.seed]).toEqual([first.replicas, first.seed]);
  });

  it("Always: the hash follows the model, not its spelling, the policies or the run's size", () => {
    const hash = (text: string) => loadScenario(text).model.hash;
    const same = hash(BASE);
    expect(same).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(BASE.replace("60s", "1 minute"))).toBe(same);
    expect(hash(`${BASE}policies: [kvm-v2]\n`)).toBe(same);
    expect(hash(BASE.replace("horizon", "replicas: 5, seed: 9, horizon"))).toBe(same);
    for (const [from, to] of [
      ["60s", "61s"],
      ["5ms", "6ms"],
      ["count: 2", "count: 3"],
      ["cpus: 4", "cpus: 5"],
      ["count: 2", "count: 2\n    cpus: [0, 1]"],
      ["count: 2", "count: 2\n    threadsPerProcess: 2"],
      ["name: x", "name: y"],
    ] as const) {
      expect(hash(BASE.replace(from, to)), to).not.toBe(same);
    }
  });

  it("Always: the name is the file's where none is given, and the defaults are those of the design", () => {
    const { model, policies, replicas, seed } = loadScenario("host: { cpus: 1 }", { file: "/some/where/mine.yaml" });
    expect(model.name).toBe("mine");
    expect(policies.map((p) => p.name)).toEqual(["linux-6.1"]);
    expect([replicas, seed]).toEqual([10_000, 1n]);
    expect(model).toMatchObject({ horizon: 120e6, settle: 0, exceedTicks: [1e6, 15e6, 60e6, 75e6], taskCount: 0 });
    expect(model.patch).toEqual({ functions: [], direction: "patch", replace: false, nops: 0 });
  });

  it("Always: the largest scenario compiles in seconds", () => {
    const before = performance.now();
    const { model } = compileScenario({
      host: { cpus: 4096 },
      workload: { sleeper: { kind: "user", count: 65536, behaviour: "blocked-reader" } },
    });
    expect(model.taskCount).toBe(65536);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
