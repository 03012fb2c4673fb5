// Names and values that mean ill, wherever a scenario, a setting or a result may have them.

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resultMarkdown } from "../../src/report/result-markdown.js";
import { toCsv } from "../../src/results/csv.js";
import { recognise } from "../../src/results/recognise.js";
import { compileScenario, ScenarioError } from "../../src/scenario/index.js";
import { applySettings } from "../../src/scenario/set.js";
import { readText } from "../../src/scenario/source.js";
import { workshop } from "../spawned.js";
import { madePolicy, madeRun, spread } from "../src/report/made-results.js";

const { directory, file, klpsim, start } = workshop("names");
const INHERITED = ["constructor", "toString", "hasOwnProperty", "valueOf", "__proto__"];
const host = { cpus: 2 };
const user = (more: object) => ({ host, workload: { a: { kind: "user", behaviour: "poll-loop", ...more } } });

describe.each(INHERITED)("The name %s, which every object has", (name) => {
  it.each<[string, object]>([
    ["a behaviour", user({ behaviour: name })],
    ["what a behaviour extends", user({ behaviour: { extends: name } })],
    ["a kind", user({ kind: name })],
    ["a law", user({ behaviour: { phases: { x: { mode: "user", duration: { [name]: "1ms" } } } } })],
    ["a policy", { host, policies: [name] }],
    ["what a policy extends", { host, policies: [{ name: "x", extends: name }] }],
    ["an experiment", { experiment: name }],
    ["a field", JSON.parse(`{"host": {"cpus": 2}, "${name}": 1}`)],
  ])("Never: is %s", (_, scenario) => {
    expect(() => compileScenario(scenario)).toThrow(ScenarioError);
  });

  it.each([
    `${name}.x=1`,
    `host.${name}.x=1`,
    `workload.a.${name}.x=1`,
    `policies[0].${name}.x=1`,
    "constructor.prototype.x=1",
  ])("Never: a setting reaches what all objects share by %s", (setting) => {
    const source = readText(
      "host: { cpus: 2 }\nworkload: { a: { kind: user, behaviour: poll-loop } }\npolicies: [kvm-v2]",
    );
    expect(() => applySettings(source, [setting])).toThrow(ScenarioError);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect((Object as unknown as Record<string, unknown>).x).toBeUndefined();
  });

  it("Never: names a class, or is only a name", () => {
    const scenario = JSON.parse(
      `{"host": {"cpus": 2}, "workload": {"${name}": {"kind": "user", "behaviour": "poll-loop"}}}`,
    );
    if (name === "__proto__") expect(() => compileScenario(scenario)).toThrow("a name that cannot be used");
    else expect(Object.keys(compileScenario(scenario).scenario.workload!)).toEqual([name]);
  });
});

describe("Text that is work without end", () => {
  it.each([
    ["questions", "? ".repeat(100_000)],
    ["dashes", "- ".repeat(100_000)],
    ["brackets", "[".repeat(100_000)],
    ["brackets that close", `${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    ["braces", "{a: ".repeat(100_000)],
    ["names", "a: ".repeat(100_000)],
    ["lines", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")],
    ["questions and dashes", "? - ".repeat(50_000)],
  ])("Never: nesting by %s fills the stack, which would end the process", (_, text) => {
    expect(() => readText(text)).toThrow(/nested deeper than 64 levels/);
  });

  it.each(["9", "0x" + "f", "0o7"])("Never: a million digits of %s are made a number of", (digits) => {
    expect(() => readText(`a: ${digits}${digits.at(-1)!.repeat(1_000_000)}`)).toThrow("a thousand digits or more");
  });

  it("Always: a million mistakes are a hundred told", () => {
    const refused = (() => {
      try {
        readText("@\n".repeat(1_000_000));
      } catch (error) {
        return error as ScenarioError;
      }
      return undefined;
    })();
    expect(refused?.problems.length).toBeLessThanOrEqual(1000);
  });
});

describe("Numbers beyond all bounds", () => {
  it.each<[string, object]>([
    ["CPUs", { host: { cpus: 1e308 } }],
    ["CPUs below none", { host: { cpus: -1 } }],
    ["tasks", user({ count: 2 ** 53 })],
    ["tasks that are no number", user({ count: Number.NaN })],
    ["replicas", { ...user({}), run: { replicas: 1e300 } }],
    ["the horizon", { ...user({}), run: { horizon: "9e999s" } }],
    ["a duration", user({ behaviour: { phases: { x: { mode: "user", duration: "1e999s" } } } })],
  ])("Never: %s are simulated", (_, scenario) => {
    expect(() => compileScenario(scenario)).toThrow(ScenarioError);
  });
});

describe("A result from elsewhere", () => {
  it("Never: is walked where it is nested without end", () => {
    const deep = `{"schemaVersion": 1, "results": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => recognise(deep, "deep.json")).toThrow("nested deeper than 64 levels");
  });

  it("Never: gives objects a prototype of its own", () => {
    const run = JSON.stringify(madeRun([madePolicy("a", [1])]));
    const { result } = recognise(run.replace("{", '{"__proto__": {"polluted": 1},'), "x.json");
    expect((result as unknown as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("CSV", () => {
  it.each(["=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1"])(
    "Never: is %j a formula to a spreadsheet",
    (policy) => {
      const [, line] = toCsv({ columns: [{ name: "policy", type: "text" }], rows: [{ policy }] }).split("\r\n");
      expect(line!.replace(/^"/, "")[0]).toBe("'");
    },
  );

  it("Always: negative numbers stay numbers, and names what they are", () => {
    const columns = [
      { name: "policy", type: "text" as const },
      { name: "ms", type: "number" as const },
    ];
    const rows = [
      { policy: "linux-6.1", ms: -1.5 },
      { policy: "-5", ms: -1e-9 },
    ];
    expect(toCsv({ columns, rows })).toBe("policy,ms\r\nlinux-6.1,-1.5\r\n-5,-1e-9\r\n");
  });
});

describe("Markdown", () => {
  it("Never: is a name markup, a link, a picture, or the end of its cell", () => {
    const name = "<img src=x>[a](javascript:x)![b](//c)\\|d`";
    const text = resultMarkdown(madeRun([madePolicy(name, [1, 2])], name));
    expect(text).not.toMatch(/(?<!\\)[<[]/);
    expect(text).toContain("\\<img src=x>\\[a](javascript:x)!\\[b](//c)");
    const [head, , row] = text.trimEnd().split("\n").slice(2);
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    expect(cells(row!)).toBe(cells(head!));
  });
});

describe("Commands to the terminal", () => {
  const HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e";
  const isText = (text: string) => expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);

  it("Never: come out of a scenario's names or values", async () => {
    const text = `host: { cpus: 2 }\nworkload:\n  "${JSON.stringify(HOSTILE).slice(1, -1)}": { kind: user, behaviour: "\\e[2J" }\n`;
    const { status, stdout, stderr } = await klpsim("run", file("hostile.yaml", text));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    isText(stderr);
  });

  it("Never: come out of the names of options and files", async () => {
    for (const args of [
      ["run", `${HOSTILE}.yaml`],
      ["run", `--${HOSTILE}`],
      [HOSTILE],
      ["run", "x.yaml", "--set", HOSTILE],
    ])
      isText((await klpsim(...args)).stderr);
  });

  it("Never: come out of a result, as text, Markdown or page", async () => {
    file("result.json", JSON.stringify(madeRun([madePolicy(HOSTILE, spread(1, 9, 9))], HOSTILE)));
    const shown = await klpsim("report", "result.json");
    expect(shown.status).toBe(0);
    isText(shown.stdout + shown.stderr);
    const markdown = await klpsim("export", "result.json", "--format", "markdown");
    expect(markdown.status).toBe(0);
    isText(markdown.stdout);
  });

  it("Never: come out of the environment", async () => {
    const env = { SLURM_ARRAY_TASK_ID: HOSTILE.replaceAll("\0", ""), COLUMNS: "-5", KLPSIM_REDIS_PASSWORD: HOSTILE };
    const { stdout, stderr } = await start(["shard", "nowhere"], { cwd: directory, env }).ended;
    isText(stdout + stderr);
  });
});

describe("Names as paths", () => {
  it("Never: do pictures leave the directory that they were asked into", async () => {
    const run = madeRun([madePolicy("../../policy", spread(1, 9, 9))], "../../scenario");
    file("a.json", JSON.stringify(run));
    file("b.json", JSON.stringify({ ...run, scenario: { ...run.scenario, hash: "f".repeat(64), name: "/etc/x" } }));
    const { status } = await klpsim("report", "a.json", "b.json", "--svg", "pictures");
    expect(status).toBe(0);
    expect(readdirSync(directory).sort()).toEqual(["a.json", "b.json", "hostile.yaml", "pictures", "result.json"]);
    expect(readdirSync(`${directory}/pictures`).every((name) => /^[\w.-]+\.svg$/.test(name))).toBe(true);
  });

  it.each([
    ["policies", "../../../etc/passwd"],
    ["behaviours", "__proto__"],
    ["examples", "../package"],
    ["examples", "constructor"],
    ["litmus", "../../../etc/passwd"],
  ])("Never: does klpsim %s read %s", async (command, name) => {
    const { status, stdout } = await klpsim(command, name);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
