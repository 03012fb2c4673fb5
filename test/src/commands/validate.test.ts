import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { validateCommand } from "../../../src/commands/validate.js";
import type { CellResult, Validation } from "../../../src/validate/validate.js";

const DATA = new URL("../../../examples/kernel-lab/data/", import.meta.url);

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "klpsim-validate-"));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => {
  process.exitCode = undefined;
});

/** Standard output and exit status of `klpsim validate ...`; rejects with what the program would print to stderr. */
async function klpsimValidate(...args: string[]): Promise<{ out: string; status: number }> {
  let out = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += text;
    return true;
  });
  const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    const program = new Command().exitOverride();
    validateCommand(program);
    await program.parseAsync(["validate", ...args], { from: "user" });
  } finally {
    spy.mockRestore();
    quiet.mockRestore();
  }
  return { out, status: Number(process.exitCode ?? 0) };
}

async function json(...args: string[]): Promise<Validation & { status: number }> {
  const { out, status } = await klpsimValidate(...args, "--json");
  return { ...JSON.parse(out), status };
}

async function file(name: string, lines: string[], end = "\n"): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, lines.join("\n") + end);
  return path;
}

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
    expect(result).toMatchObject({ schemaVersion: 1, alpha: 0.01, verdict: "agree", rejected: 0, status: 0 });
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
      "the model has no rule yet for completion's own work (about 70 ms here) sharing the loader's CPU with CPU-bound tasks",
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
    const result = await json(await file("wrong.jsonl", lines));
    expect(result).toMatchObject({ verdict: "rejected", rejected: 1, status: 3 });
  });

  it("rejects measured censoring that the model does not have", async () => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const lines = Array.from({ length: 8 }, () => JSON.stringify({ ...row, censored: true, transition_ms: -1 }));
    const result = await json(await file("stuck.jsonl", lines));
    expect(result.cells[0]).toMatchObject({ verdict: "rejected", ks: { d: null, p: null } });
    expect(result.status).toBe(3);
  });

  it("takes the measurements of one kernel for another's where --map says so, and rejects them", async () => {
    const rows = await rowsOf("61-fixed-kvm-c2.jsonl", 20);
    const lines = rows.map((row) => JSON.stringify({ ...row, variant: "mine" }));
    const path = await file("mapped.jsonl", lines);
    expect(await json(path, "--map", "mine=linux-6.1")).toMatchObject({ verdict: "agree", status: 0 });
    process.exitCode = undefined;
    expect(await json(path, "--map", "mine=linux-5.13")).toMatchObject({ verdict: "rejected", status: 3 });
  });

  it("cannot decide on four rows", async () => {
    const rows = await rowsOf("vis-610-c2.jsonl", 8);
    const path = await file(
      "few.jsonl",
      rows.map((row) => JSON.stringify(row)),
    );
    const result = await json(path);
    expect(result).toMatchObject({ verdict: "undecidable", rejected: 0, status: 0 });
    expect(result.cells.map((cell) => cell.reason)).toEqual(["fewer than 5 rows", "fewer than 5 rows"]);
  });
});

describe("on files that are not measurements", () => {
  it("names file and line of a truncated file", async () => {
    const rows = (await rowsOf("vis-610-c2.jsonl", 6)).map((row) => JSON.stringify(row));
    const path = await file("cut.jsonl", [...rows.slice(0, 5), rows[5]!.slice(0, 100)], "");
    await expect(klpsimValidate(path)).rejects.toThrow(`${path}:6: the last line is cut off: not a whole JSON object`);
  });

  it("names file and line where other things are mixed in", async () => {
    const rows = (await rowsOf("vis-610-c2.jsonl", 6)).map((row) => JSON.stringify(row));
    const foreign = await file("foreign.jsonl", [...rows, '{"policy":"linux-6.1"}', ...rows]);
    await expect(klpsimValidate(foreign)).rejects.toThrow(`${foreign}:7: params: expected an object, got nothing`);
    const text = await file("text.jsonl", ["# a comment", ...rows]);
    await expect(klpsimValidate(text)).rejects.toThrow(`${text}:1: not a JSON object`);
  });

  it("names the first row whose parameters are not its cell's", async () => {
    const rows = await rowsOf("vis-610-c2.jsonl", 6);
    const params = rows[4]!.params as Record<string, unknown>;
    rows[4] = { ...rows[4], params: { ...params, cap_ms: 60_000 } };
    const path = await file(
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
    ["transition_ms", -1, "transition_ms: expected a time in ms from 0 on"],
    ["cpus", 0, "cpus: expected a whole number from 1 to 4096, got 0"],
  ])("refuses a row whose %s is %s", async (field, value, message) => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const path = await file("bad.jsonl", [JSON.stringify({ ...row, [field]: value })]);
    await expect(klpsimValidate(path)).rejects.toThrow(`bad.jsonl:1: `);
    await expect(klpsimValidate(path)).rejects.toThrow(message);
  });

  it("refuses an unknown workload, an empty file, a missing one and a policy that is none", async () => {
    const [row] = await rowsOf("vis-610-c2.jsonl", 1);
    const params = row!.params as Record<string, unknown>;
    const unknown = await file("unknown.jsonl", [JSON.stringify({ ...row, params: { ...params, wl: "dance" } })]);
    await expect(klpsimValidate(unknown)).rejects.toThrow("unknown.jsonl:1: params.wl: expected one of idle");
    const empty = await file("empty.jsonl", [], "");
    await expect(klpsimValidate(empty)).rejects.toThrow(`${empty}:1: the file is empty`);
    await expect(klpsimValidate(join(directory, "none.jsonl"))).rejects.toThrow("no such file");
    await expect(klpsimValidate(unknown, "--map", "stock=linux-6.2")).rejects.toThrow("linux-6.1");
    await expect(klpsimValidate(unknown, "--alpha", "1")).rejects.toThrow("above 0 and below 1");
  });
});
