import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { litmusCommand } from "../../../src/commands/litmus.js";
import { workshop } from "../../spawned.js";
import { printed } from "./printed.js";

const STORE_BUFFERING = `C SB
(* Result: Sometimes *)
{}
P0(int *x, int *y) { int r; WRITE_ONCE(*x, 1); r = READ_ONCE(*y); }
P1(int *x, int *y) { int r; WRITE_ONCE(*y, 1); r = READ_ONCE(*x); }
exists (0:r=0 /\\ 1:r=0)
`;
const GRACE_PERIOD = `C RCU
{}
P0(int *x) { WRITE_ONCE(*x, 1); synchronize_rcu(); }
exists (x=1)
`;

const { file } = workshop("litmus");

const klpsimLitmus = (...args: string[]) => printed(litmusCommand, "litmus", ...args);

describe("klpsim litmus", () => {
  it("shows a test in full: verdict, source, final states, and a column a CPU", async () => {
    const { out, status } = await klpsimLitmus("L2", "--variant", "V-Petr", "--model", "sc");
    expect(status).toBe(0);
    for (const part of ["L2, V-Petr, sc: Sometimes", "KF 5.3 L2", "1:bad", "CPU0 (P0)", "WRITE_ONCE(*U, 0)", "-> 1"])
      expect(out).toContain(part);
  });

  it("draws a step of the second CPU to the right of the first", async () => {
    const { out } = await klpsimLitmus(file("sb.litmus", STORE_BUFFERING), "--model", "tso");
    const lines = out.split("\n");
    const column = lines.find((line) => line.startsWith("CPU0"))!.indexOf("CPU1");
    expect(lines.find((line) => line.includes("*y, 1)"))!.search(/\S/)).toBe(column);
    expect(out).toContain("[to memory] WRITE_ONCE(*x, 1)");
  });

  it("takes all tests of a letter", async () => {
    const { out } = await klpsimLitmus("L7", "--model", "lkmm", "--variant", "V-Peter");
    for (const name of ["L7+sched", "L7+rcu", "L7+none"]) expect(out).toContain(name);
    expect(out).toContain("all 3 that are known beforehand are as expected");
  });

  it("exits with 3 where a test's own comment expects something else", async () => {
    const path = file("wrong.litmus", STORE_BUFFERING.replace("Result: Sometimes", "Result: Never"));
    const { out, status } = await klpsimLitmus(path);
    expect(status).toBe(3);
    expect(out).toContain("Sometimes, expected Never");
  });

  it("prints JSON with the final states by name and the steps of the counterexample", async () => {
    const { out } = await klpsimLitmus(file("sb.litmus", STORE_BUFFERING), "--model", "tso", "--json");
    const { schemaVersion, tests } = JSON.parse(out);
    expect(schemaVersion).toBe(1);
    expect(tests).toHaveLength(1);
    const [{ name, variant, model, verdict, expected, states, final, witness, fixes }] = tests;
    expect({ name, variant, model, verdict, expected, fixes }).toEqual({
      name: "SB",
      variant: null,
      model: "tso",
      verdict: "Sometimes",
      expected: null, // its comment speaks of the kernel's model
      fixes: [],
    });
    expect(states).toBeGreaterThan(4);
    expect(final.map(({ values }: { values: object }) => values)).toContainEqual({ "0:r": 0, "1:r": 0 });
    expect(witness[0]).toMatchObject({ step: 0, text: expect.stringContaining("ONCE") });
  });

  it("finds the examples as their comments say, and the proposals apart", async () => {
    const example = (name: string) =>
      fileURLToPath(new URL(`../../../examples/litmus/${name}.litmus`, import.meta.url));
    expect((await klpsimLitmus(example("kick"), example("message-passing"))).status).toBe(0);
    const { out } = await klpsimLitmus(example("remote-switch"), "--variant", "V1", "--variant", "V-Peter");
    expect(out).toMatch(/V1 +Sometimes +Sometimes +Sometimes/);
    expect(out).toMatch(/V-Peter +Never +Never +Never/);
  });

  it("prints the table that docs/litmus.md shows", async () => {
    const { out, status } = await klpsimLitmus("--markdown");
    expect(status).toBe(0);
    expect(await readFile(new URL("../../../docs/litmus.md", import.meta.url), "utf8")).toContain(out);
  });

  it("estimates how likely a race is in a window, from the seed alone, and not under lkmm", async () => {
    const ask = async () =>
      (
        await klpsimLitmus(
          "L14",
          "--variant",
          "no barriers",
          "--estimate",
          "--replicas",
          "20000",
          "--window",
          "10ms",
          "--json",
        )
      ).out;
    const [sc, tso, lkmm] = JSON.parse(await ask()).tests;
    expect(sc.estimate.probability).toBe(0); // it never happens
    expect(tso.estimate.low).toBeGreaterThan(1e-6);
    expect(tso.estimate.high).toBeLessThan(1e-4);
    expect(lkmm).not.toHaveProperty("estimate");
    expect(await ask()).toBe(`${JSON.stringify({ schemaVersion: 1, tests: [sc, tso, lkmm] })}\n`);
  });

  it("says what cannot be explored, shows the rest, and fails", async () => {
    const wild = `C wild
{ int *p = 0; }
P0(int **p) { int *r; int a; r = READ_ONCE(*p); a = READ_ONCE(*r); }
exists (0:a=0)`;
    const paths = [file("wild.litmus", wild), file("sb.litmus", STORE_BUFFERING)];
    const { out, err, status } = await klpsimLitmus(...paths, "--model", "tso");
    expect(status).toBe(1);
    expect(out).toMatch(/wild +Unsupported/);
    expect(out).toMatch(/SB +Sometimes/);
    expect(err).toMatch(/^klpsim: wild:3:49: /);
  });

  it("says Unsupported, where and why, of RCU", async () => {
    const { out, status } = await klpsimLitmus(file("rcu.litmus", GRACE_PERIOD), "--model", "lkmm");
    expect(status).toBe(0);
    expect(out).toMatch(/Unsupported[\s\S]*RCU.*line 3, column 33/);
  });

  it("lets a test of one's own call a variant's words", async () => {
    const own = `C own
{ T=1; S=0; G=1; F=1; N=0; U=1; atomic_t W = 4; }
P0() { try_remote(); }
P1() { enter(); int first = run(); int second = run(); }
exists (1:first=0 /\\ 1:second=1)`;
    const path = file("own.litmus", own);
    const verdicts = async (variant: string) =>
      JSON.parse((await klpsimLitmus(path, "--variant", variant, "--json")).out).tests.map(
        ({ verdict }: { verdict: string }) => verdict,
      );
    expect(await verdicts("V1")).toEqual(["Sometimes", "Sometimes", "Sometimes"]);
    expect(await verdicts("V-Peter")).toEqual(["Never", "Never", "Never"]);
  });

  it.each([
    [["L99"], "L99: no such file or built-in test; did you mean L9?"],
    [["L2", "--variant", "V-Peterr"], "--variant V-Peterr: did you mean V-Peter?"],
    [["L12", "--model", "lkmm"], "no such test under this variant and model"],
    [["missing.litmus"], "missing.litmus: no such file"],
  ])("refuses %j", async (args, message) => {
    await expect(klpsimLitmus(...args)).rejects.toThrow(message);
  });

  it("refuses what it does not understand with file, line and column", async () => {
    const path = file("typo.litmus", STORE_BUFFERING.replace("READ_ONCE(*y)", "READ_ONC(*y)"));
    await expect(klpsimLitmus(path)).rejects.toThrow(/typo\.litmus:4:.*did you mean READ_ONCE/);
  });
});
