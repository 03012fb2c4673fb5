import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { validateCommand } from "../../../src/commands/validate.js";
import type { CellResult, Validation } from "../../../src/validate/validate.js";
import { workshop } from "../../spawned.js";
import { printed } from "./printed.js";

const DATA = new URL("../../../examples/kernel-lab/data/", import.meta.url);

const { at, file: written } = workshop("validate");

const klpsimValidate = (...args: string[]) => printed(validateCommand, "validate", ...args);

async function json(...args: string[]): Promise<Validation & { status: number }> {
  const { out, status } = await klpsimValidate(...args, "--json");
  return { ...JSON.parse(out), status };
}

const file = (name: string, lines: string[], end = "\n") => written(name, lines.join("\n") + end);

async function rowsOf(name: string, count: number): Promise<Record<string, unknown>[]> {
  const text = await readFile(new URL(name, DATA), "utf8");
  return text.split("\n", count).map((line) => JSON.parse(line));
}

describe("on the lab's measurements", () => {
  let result: Validation & { status: number };
  beforeAll(async () => {
    result = await json();
  }, 180_000);

  it("rejects no cell at 1% after Holm's correction", () => {
    expect(result.cells.filter((cell) => cell.verdict === "rejected")).toEqual([]);
    expect(result).toMatchObject({ schemaVersion: 1, alpha: 0.01, rejected: 0, verdict: "agree", status: 0 });
  });

  it("has p-values as uniform as those of a right model: 1 in 20 below 0.05, 1 in 2 below 0.5", () => {
    const p = result.cells.flatMap(({ verdict, ks }) => (verdict === "agree" && ks.p !== null ? [ks.p] : []));
    const below = (bound: number) => p.filter((value) => value < bound).length / p.length;
    expect(p.length).toBeGreaterThan(200);
    expect(below(0.05)).toBeLessThan(0.1);
    expect(below(0.5)).toBeLessThan(0.6);
  });

  it("decides every cell of W0, W2, W3, W4, W5 and W8 on 5.10 and 6.1 that has five rows and a random phase", () => {
    const families = ["W0", "W2", "W3", "W4", "W5", "W8"];
    const ours = ({ workload, kernel, measured, cell }: CellResult) =>
      families.includes(workload.slice(0, 2)) &&
      !kernel.startsWith("6.12") &&
      measured.n >= 5 &&
      !cell.startsWith("W8x");
    const cells = result.cells.filter(ours);
    expect(cells).toHaveLength(153);
    expect(cells.filter((cell) => cell.verdict !== "agree")).toEqual([]);
    expect(new Set(cells.map((cell) => cell.policy))).toEqual(
      new Set(["linux-5.10.162", "linux-6.1", "linux-6.1+regressed"]),
    );
  });

  it("reports every cell once, with the fields of the design", () => {
    expect(result.cells).toHaveLength(244);
    for (const cell of result.cells) {
      expect(Object.keys(cell).sort()).toEqual(
        "cell censoring clock cpus direction file kernel ks measured pHolm policy reason simulated tasks variant verdict workload".split(
          " ",
        ),
      );
      expect(Object.keys(cell.measured)).toEqual(["n", "censored", "medianMs", "p90Ms", "maxMs"]);
      expect(Object.keys(cell.simulated)).toEqual(Object.keys(cell.measured));
    }
  });

  it("says why a cell does not count", () => {
    const aside = result.cells.filter((cell) => cell.verdict === "excluded" || cell.verdict === "undecidable");
    expect(aside.length).toBeLessThan(25);
    for (const { reason, pHolm } of aside)
      expect({ reason, pHolm }).toEqual({ reason: expect.any(String), pHolm: null });
    const reasons = new Set(aside.map((cell) => cell.reason));
    expect([...reasons].sort()).toEqual([
      "6.12 under icount with busy CPUs: text patching takes seconds on this machine",
      "fewer than 5 rows",
      "the vCPU's period starts with the replicate, so its phase is not random",
    ]);
  });
});

describe("on other samples", () => {
  it("rejects 30 made-up latencies that no idle host has, with exit status 3", async () => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const lines = Array.from({ length: 30 }, (_, i) =>
      JSON.stringify({ ...row, rep: i, transition_ms: 2000 + 90 * i }),
    );
    const result = await json(file("wrong.jsonl", lines));
    expect(result).toMatchObject({ verdict: "rejected", rejected: 1, status: 3 });
  });

  it("rejects measured censoring that the model does not have", async () => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const lines = Array.from({ length: 8 }, () => JSON.stringify({ ...row, censored: true, transition_ms: -1 }));
    const result = await json(file("stuck.jsonl", lines));
    expect(result.cells[0]).toMatchObject({ verdict: "rejected", ks: { d: null, p: null } });
    expect(result.status).toBe(3);
  });

  it("takes the measurements of one kernel for another's where --map says so, and rejects them", async () => {
    const rows = await rowsOf("61-fixed-kvm-c2.jsonl", 20);
    const lines = rows.map((row) => JSON.stringify({ ...row, variant: "mine" }));
    const path = file("mapped.jsonl", lines);
    expect(await json(path, "--map", "mine=linux-6.1")).toMatchObject({ verdict: "agree", status: 0 });
    expect(await json(path, "--map", "mine=linux-5.13")).toMatchObject({ verdict: "rejected", status: 3 });
  });

  it("cannot decide on four rows", async () => {
    const rows = await rowsOf("vis-610-c2.jsonl", 8);
    const path = file(
      "few.jsonl",
      rows.map((row) => JSON.stringify(row)),
    );
    const result = await json(path);
    expect(result).toMatchObject({ verdict: "undecidable", rejected: 0, status: 0 });
    expect(result.cells.map((cell) => cell.reason)).toEqual(["fewer than 5 rows", "fewer than 5 rows"]);
  });
});

describe("on measurements of one's own", () => {
  const SCENARIO = `
name: my-host
host: { cpus: 4 }
workload: { reader: { kind: user, count: 2, behaviour: blocked-reader } }
patch: { functions: [cmdline_proc_show] }
policies: [linux-6.1]
run: { horizon: 60s }
`;
  /** What an idle host under linux-6.1 does: over at try 2, which comes at 0.75 to 1.75 s. */
  const idle = (i: number) => 760 + 33 * i;
  let scenario = "";
  beforeAll(async () => {
    scenario = file("my-host.yaml", [SCENARIO]);
  });

  async function own(name: string, rows: object[], ...args: string[]) {
    const path = file(
      name,
      rows.map((row) => JSON.stringify(row)),
    );
    return json(path, "--scenario", scenario, ...args);
  }

  const made = (count: number, ms: (i: number) => number, more: object = {}) =>
    Array.from({ length: count }, (_, i) => ({ transition_ms: ms(i), ...more }));

  it("agrees with 30 that the scenario could have made, and fills in what the rows do not say", async () => {
    const result = await own("idle.jsonl", made(30, idle));
    expect(result).toMatchObject({ verdict: "agree", status: 0 });
    expect(result.cells).toHaveLength(1);
    expect(result.cells[0]).toMatchObject({
      file: "idle.jsonl",
      kernel: "unknown",
      variant: "unknown",
      cell: "idle",
      workload: "my-host",
      cpus: 4,
      tasks: 2,
      clock: "realtime",
      direction: "patch",
      policy: "linux-6.1",
    });
  });

  it("rejects 30 made-up ones of another scenario with status 3, and says so", async () => {
    const path = file(
      "busy.jsonl",
      made(30, (i) => 15_800 + 30 * i).map((row) => JSON.stringify(row)),
    );
    const { out, status } = await klpsimValidate(path, "--scenario", scenario);
    expect(status).toBe(3);
    expect(out).toContain(
      "Verdict: rejected. In 1 of 1 cell the measured transitions are not distributed as the simulated",
    );
  });

  it("takes a scenario for rows of the lab as well, and for the workload that they name", async () => {
    const rows = await rowsOf("610-main-c2.jsonl", 24); // W0, which is idle too
    expect(await own("lab.jsonl", rows)).toMatchObject({ verdict: "agree", status: 0 });
    const sleepers = (await rowsOf("610-main-c2.jsonl", 400)).filter(({ cell }) => cell === "W3-e20-n16");
    expect(await own("lab.jsonl", sleepers)).toMatchObject({ verdict: "rejected", status: 3 });
  });

  it("makes a cell of each direction, CPU count and name, and compares each with every policy of the scenario", async () => {
    const rows = [
      ...made(30, idle, { cell: "a", direction: "patch" }),
      ...made(30, (i) => idle(i) + 100, { cell: "a", direction: "unpatch" }),
      ...made(6, (i) => idle(5 * i), { cell: "b", cpus: 8 }),
    ];
    const result = await own("several.jsonl", rows, "--policy", "linux-6.1", "--policy", "plain");
    expect(result.cells.map(({ cell, direction, cpus, policy }) => [cell, direction, cpus, policy])).toEqual([
      ["a", "patch", 4, "linux-6.1"],
      ["a", "patch", 4, "plain"],
      ["a", "unpatch", 4, "linux-6.1"],
      ["a", "unpatch", 4, "plain"],
      ["b", "patch", 8, "linux-6.1"],
      ["b", "patch", 8, "plain"],
    ]);
    expect(result.cells.filter(({ verdict }) => verdict === "rejected").map(({ policy }) => policy)).toEqual([
      "plain",
      "plain",
      "plain",
    ]);
  });

  it("gives the rows of a variant the policy that --map says", async () => {
    const rows = [...made(10, idle, { variant: "old" }), ...made(10, (i) => idle(3 * i), { variant: "new" })];
    const { cells } = await own("mapped.jsonl", rows, "--map", "old=linux-5.13");
    expect(cells.map(({ variant, policy, verdict }) => [variant, policy, verdict])).toEqual([
      ["old", "linux-5.13", "rejected"],
      ["new", "linux-6.1", "agree"],
    ]);
  });

  it("simulates up to the rows' cap, and compares what is censored there", async () => {
    const rows = [...made(25, idle, { cap_ms: 1500 }), ...made(8, () => -1, { cap_ms: 1500, censored: true })];
    const { cells } = await own(
      "capped.jsonl",
      rows.filter(({ transition_ms: ms }) => ms < 1500),
    );
    expect(cells[0]).toMatchObject({ verdict: "agree", measured: { n: 31, censored: 8 } });
    expect(cells[0]?.simulated.censored).toBeGreaterThan(300);
  });

  it("refuses rows without a known workload, mixed with others or not, unless a scenario says what ran", async () => {
    const [known] = await rowsOf("vis-610-c2.jsonl", 1);
    const path = file("mix.jsonl", [JSON.stringify(known), '{"transition_ms":900}']);
    await expect(klpsimValidate(path)).rejects.toThrow(
      `${path}:2: params: expected an object that says what ran, or --scenario FILE to say it for all rows, got nothing`,
    );
    await expect(klpsimValidate(path, "--policy", "plain")).rejects.toThrow("--policy: needs --scenario");
  });

  it("names file, line and field of every row that is wrong", async () => {
    const path = file("wrong.jsonl", [
      '{"transition_ms":"900"}',
      '{"transition_ms":-900}',
      '{"transition_ms":NaN}',
      '{"transition_ms":1e400}',
      '{"direction":"patch"}',
      '{"transition_ms":9,"transition_ms":10}',
      '{"transition_ms":9,"params":{"a":{"b":1,"b":1}}}',
      "[9]",
      "",
      '{"transition_ms":9,"censored":0}',
      '{"transition_ms":9,"cpus":0.5}',
      '{"transition_ms":9,"direction":"up"}',
      '{"transition_ms":9,"cap_ms":0}',
      '{"censored":true}',
      '{"transition_ms":9,"a":"{\\"x\\":1}","c":"}{"}',
    ]);
    const error = await klpsimValidate(path, "--scenario", scenario).catch((e: Error) => e);
    expect((error as Error).message.replaceAll(path, "f").split("\n")).toEqual([
      'f:1: transition_ms: expected a time in ms from 0 to 3600000, unless censored is true, got "900"',
      "f:2: transition_ms: expected a time in ms from 0 to 3600000, unless censored is true, got -900",
      "f:3: not a JSON object: NaN is no number in JSON",
      "f:4: transition_ms: expected a time in ms from 0 to 3600000, unless censored is true, got Infinity",
      "f:5: transition_ms: expected a time in ms from 0 to 3600000, unless censored is true, got nothing",
      "f:6: transition_ms: a duplicate key: each name may stand once",
      "f:7: b: a duplicate key: each name may stand once",
      "f:8: expected an object, got [9]",
      "f:9: an empty line: expected a JSON object",
      "f:10: censored: expected true or false, got 0",
      "f:11: cpus: expected a whole number from 1 to 4096, got 0.5",
      'f:12: direction: expected one of patch, unpatch, got "up"',
      "f:13: cap_ms: expected a number from 1 to 3600000, got 0",
    ]);
  });

  it("names the row whose cap is not its cell's, and the scenario's own mistakes", async () => {
    const rows = [...made(3, idle, { cap_ms: 60_000 }), ...made(1, idle, { cap_ms: 90_000 })];
    await expect(own("caps.jsonl", rows)).rejects.toThrow(
      "caps.jsonl:4: cap_ms: a mixed file: 90000 here, 60000 in line 1 of the same cell caps",
    );
    const path = file("fine.jsonl", ['{"transition_ms":900}']);
    const bad = file("bad.yaml", ["host: { cpu: 4 }"]);
    await expect(klpsimValidate(path, "--scenario", bad)).rejects.toThrow("bad.yaml:1:9: host.cpu");
    await expect(klpsimValidate(path, "--scenario", scenario, "--map", "unknown=linux-6.2")).rejects.toThrow(
      "linux-6.1",
    );
  });
});

describe("the tables", () => {
  it.each([100, 120])("fit a terminal of %d columns, all cells or not", async (columns) => {
    vi.stubEnv("COLUMNS", String(columns));
    for (const args of [[], ["--all"]]) {
      const { out } = await klpsimValidate(
        fileURLToPath(new URL("612-mains-c2.jsonl", DATA)),
        "--replicas",
        "50",
        ...args,
      );
      const lines = out.split("\n").filter((line) => !line.startsWith("Verdict"));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      const listed = lines.filter((line) => /^[✓✗] {2}W/.test(line));
      expect(listed.length).toBe(args.length > 0 ? 25 : listed.filter((line) => line.startsWith("✗")).length);
    }
    vi.unstubAllEnvs();
  });

  it("give every number of every cell in Markdown", async () => {
    const path = fileURLToPath(new URL("610-scale-c1.jsonl", DATA));
    const { out } = await klpsimValidate(path, "--markdown", "--replicas", "50");
    const rows = out.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(2 + 8);
    expect(new Set(rows.map((row) => row.split("|").length))).toEqual(new Set([25]));
    await expect(klpsimValidate(path, "--markdown", "--json")).rejects.toThrow("cannot be used with");
  });
});

describe("--plots", () => {
  it("draws every cell and a page of all, the same twice", async () => {
    const rows = [
      ...Array.from({ length: 6 }, (_, i) => ({ transition_ms: 800 + 100 * i, cell: "a<b & c" })),
      { censored: true, cell: "a<b & c" },
    ];
    const path = file(
      "drawn.jsonl",
      rows.map((row) => JSON.stringify(row)),
    );
    const scenario = file("drawn.yaml", ["host: { cpus: 2 }", "policies: [linux-5.16, linux-6.1]"]);
    const plots = [at("one"), at("two", "deep")];
    for (const to of plots) await klpsimValidate(path, "--scenario", scenario, "--plots", to, "--replicas", "200");
    const names = ["drawn-a_b___c-patch.2.svg", "drawn-a_b___c-patch.svg", "index.html"];
    const [one, two] = await Promise.all(
      plots.map(async (to) => {
        expect((await readdir(to)).sort()).toEqual(names);
        return Promise.all(names.map((name) => readFile(`${to}/${name}`, "utf8")));
      }),
    );
    expect(one).toEqual(two);
    const [svg = "", , index = ""] = one ?? [];
    expect(svg).toContain('<title id="title">a&lt;b &amp; c, patch</title>');
    expect(svg).toMatch(/<desc id="description">.*7 transitions.*14.3% censored.*<\/desc>/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(index.match(/<img /g)).toHaveLength(2);
    await expect(klpsimValidate(path, "--scenario", scenario, "--plots", path)).rejects.toThrow("not a directory");
  });
});

describe("on files that are not measurements", () => {
  it("names file and line of a truncated file", async () => {
    const rows = (await rowsOf("vis-610-c2.jsonl", 6)).map((row) => JSON.stringify(row));
    const path = file("cut.jsonl", [...rows.slice(0, 5), rows[5]!.slice(0, 100)], "");
    await expect(klpsimValidate(path)).rejects.toThrow(`${path}:6: the last line is cut off: not a whole JSON object`);
  });

  it("names file and line where other things are mixed in", async () => {
    const rows = (await rowsOf("vis-610-c2.jsonl", 6)).map((row) => JSON.stringify(row));
    const foreign = file("foreign.jsonl", [...rows, '{"policy":"linux-6.1"}', ...rows]);
    await expect(klpsimValidate(foreign)).rejects.toThrow(
      `${foreign}:7: params: expected an object that says what ran`,
    );
    const text = file("text.jsonl", ["# a comment", ...rows]);
    await expect(klpsimValidate(text)).rejects.toThrow(`${text}:1: not a JSON object`);
  });

  it("names the first row whose parameters are not its cell's", async () => {
    const rows = await rowsOf("vis-610-c2.jsonl", 6);
    const params = rows[4]!.params as Record<string, unknown>;
    rows[4] = { ...rows[4], params: { ...params, cap_ms: 60_000 } };
    const path = file(
      "mixed.jsonl",
      rows.map((row) => JSON.stringify(row)),
    );
    await expect(klpsimValidate(path)).rejects.toThrow(
      "mixed.jsonl:5: params.cap_ms: a mixed file: 60000 here, 90000 in line 1",
    );
  });

  it.each([
    ["kernel", "7.9.9-none", "no policy is known for kernel 7.9.9-none, variant stock"],
    ["variant", "other", "no policy is known for kernel 6.1.0-56-amd64, variant other"],
    ["direction", "sideways", 'direction: expected one of patch, unpatch, got "sideways"'],
    ["transition_ms", -1, "transition_ms: expected a time in ms from 0 to 3600000"],
    ["cpus", 0, "cpus: expected a whole number from 1 to 4096, got 0"],
  ])("refuses a row whose %s is %s", async (field, value, message) => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const path = file("bad.jsonl", [JSON.stringify({ ...row, [field]: value })]);
    await expect(klpsimValidate(path)).rejects.toThrow(`bad.jsonl:1: `);
    await expect(klpsimValidate(path)).rejects.toThrow(message);
  });

  it.each([
    ["compressed", gzipSync("{}\n"), "compressed with gzip: unpack it first"],
    ["binary", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff), "not a text file"],
    ["full of zeros", new Uint8Array(100), "not a text file (it holds NUL bytes)"],
    ["of UTF-16", Buffer.from("\ufeff{}\n", "utf16le"), "not a text file"],
  ])("refuses a file that is %s", async (_, bytes, message) => {
    const path = written("no-text.jsonl", bytes);
    await expect(klpsimValidate(path)).rejects.toThrow(`${path}: ${message}`);
  });

  it("refuses an unknown workload, an empty file, a missing one and a policy that is none", async () => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const params = row!.params as Record<string, unknown>;
    const unknown = file("unknown.jsonl", [JSON.stringify({ ...row, params: { ...params, wl: "dance" } })]);
    await expect(klpsimValidate(unknown)).rejects.toThrow("unknown.jsonl:1: params.wl: expected one of idle");
    const empty = file("empty.jsonl", [], "");
    await expect(klpsimValidate(empty)).rejects.toThrow(`${empty}:1: the file is empty`);
    await expect(klpsimValidate(at("none.jsonl"))).rejects.toThrow("no such file");
    await expect(klpsimValidate(unknown, "--map", "stock=linux-6.2")).rejects.toThrow("linux-6.1");
    await expect(klpsimValidate(unknown, "--alpha", "1")).rejects.toThrow("above 0 and below 1");
  });
});
