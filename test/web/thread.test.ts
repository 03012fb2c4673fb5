// The page's thread, asked as the page asks it (web/src/protocol.ts): every request, what comes meanwhile, what comes of wrong ones.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulate } from "../../src/simulate.js";
import type { Failure, RequestName, Requests, RunPart, RunView } from "../../web/src/protocol.js";
import { open, type Served, serve, titled, withoutBrowser } from "./page.js";

const HERE = join(import.meta.dirname, "../..");
const busy = () => readFile(join(HERE, "examples/busy-vcpus.yaml"), "utf8");

interface Said<N extends RequestName> {
  answer?: Requests[N]["answer"];
  failed?: Failure;
  parts: Requests[N]["part"][];
}

describe.skipIf(withoutBrowser)(titled("The page's thread"), () => {
  let served: Served;
  let page: Page;

  beforeAll(async () => {
    served = await serve();
    ({ page } = await open(served));
    const ready = page.workers()[0] ?? (await page.waitForEvent("worker"));
    await page.evaluate((url) => {
      Object.assign(globalThis, { thread: new Worker(url, { type: "module" }) });
    }, ready.url());
  });
  afterAll(() => served?.close());

  /** `files`: texts that become files of the order; `stopAfter`: parts. */
  function ask<N extends RequestName>(
    name: N,
    order: unknown,
    { files = [], stopAfter = Number.POSITIVE_INFINITY }: { files?: [string, string][]; stopAfter?: number } = {},
  ): Promise<Said<N>> {
    return page.evaluate(
      async ({ name, order, files, stopAfter }) => {
        const { thread } = globalThis as unknown as { thread: Worker };
        const id = Math.random();
        const made = files.map(([name, base64]) => ({
          name,
          file: new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]),
        }));
        const ask = name === "fit" ? made : name === "load" ? made[0] : order;
        const parts: unknown[] = [];
        const said = await new Promise<object>((resolve) => {
          thread.addEventListener("message", ({ data }) => {
            if (data.id !== id) return;
            if (!("part" in data)) return resolve(data);
            parts.push(data.part);
            if (parts.length >= stopAfter) thread.postMessage({ id, name: "stop" });
          });
          thread.postMessage({ id, name, ask });
        });
        const answer = (said as { answer?: unknown }).answer;
        return { ...said, ...(answer instanceof Blob ? { answer: await answer.text() } : {}), parts };
      },
      { name, order, files, stopAfter },
    ) as Promise<Said<N>>;
  }

  const fileOf = async (path: string): Promise<[string, string]> => [
    path.split("/").at(-1)!,
    (await readFile(join(HERE, path))).toString("base64"),
  ];
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

  it("reads a scenario, names its policies and explains it", async () => {
    const { answer } = await ask("check", { yaml: await busy() });
    expect(answer).toMatchObject({ problems: [], experiment: "transition" });
    expect(answer!.policies).toEqual(["linux-5.13", "linux-5.19", "kvm-v2", "kvm-direct"]);
    expect(answer!.explanation).toContain("what will be simulated");
  });

  it("says with line and column what is wrong with one, and still hands over its values", async () => {
    const { answer } = await ask("check", { yaml: "host:\n  cpus: 0\n" });
    expect(answer!.problems).toContainEqual(expect.objectContaining({ line: 2, column: 9, field: "host.cpus" }));
    expect(answer!.value).toEqual({ host: { cpus: 0 } });
  });

  it("reads the other experiments too", async () => {
    const yaml = await readFile(join(HERE, "examples/memory-fault.yaml"), "utf8");
    const { answer } = await ask("check", { yaml });
    expect(answer).toMatchObject({ problems: [], experiment: "memory-fault" });
    expect(answer!.policies.length).toBeGreaterThan(3);
  });

  it("changes one value of a text and not a letter besides", async () => {
    const yaml = await busy();
    const { answer } = await ask("change", { yaml, changes: [{ path: ["host", "cpus"], value: 32 }] });
    expect(answer!.yaml).toBe(yaml.replace("cpus: 64", "cpus: 32"));
  });

  it("adds and takes out values, comments kept, and refuses text that is no YAML", async () => {
    const yaml = "# why\nhost:\n  cpus: 4 # four\n  hz: 250\n";
    const changes = [
      { path: ["host", "hz"], value: undefined },
      { path: ["run", "replicas"], value: 7 },
      { path: ["policies"], value: ["linux-6.4", "no: tricks"] },
    ];
    const { answer } = await ask("change", { yaml, changes });
    expect(answer!.yaml).toBe(
      '# why\nhost:\n  cpus: 4 # four\nrun:\n  replicas: 7\npolicies:\n  - linux-6.4\n  - "no: tricks"\n',
    );
    expect((await ask("change", { yaml: "a: [", changes })).failed!.message).toMatch(/^not valid YAML/);
  });

  it("runs a scenario, telling of it as it grows, and comes to Node's result", async () => {
    const yaml = await busy();
    const { answer, parts } = await ask("run", { yaml, replicas: 3000, workers: 2 });
    const inNode = await simulate({ scenario: yaml, replicas: 3000, workers: 0 });
    expect(answer!.result.results).toEqual(inNode.results);
    expect(answer!).toMatchObject({ done: true, horizonSeconds: 120, total: 12_000 });
    const views = (parts as RunPart[]).flatMap((part) => ("view" in part ? [part.view] : []));
    expect(views.length).toBeGreaterThan(0);
    for (const view of [...views, answer!]) expect(view.policies).toHaveLength(view.result.results.length);
    const [{ ccdf, histogram }] = answer!.policies as [RunView["policies"][number]];
    const values = (column: Float64Array) => Object.values(column);
    expect(values(ccdf.seconds)).toEqual(values(ccdf.seconds).toSorted((a, b) => a - b));
    expect(values(ccdf.above).every((above, i) => ccdf.low[i]! <= above && above <= ccdf.high[i]!)).toBe(true);
    expect(values(histogram.edges)).toHaveLength(values(histogram.shares).length + 1);

    const csv = await ask("export", { result: answer!.result, yaml, format: "csv" });
    expect(String(csv.answer).split("\n")[0]).toMatch(/^scenario,hash,seed,point,policy,replicas/);
    const html = await ask("export", { result: answer!.result, yaml, format: "html" });
    expect(String(html.answer)).toMatch(/^<!doctype html>.*kvm-direct/s);
    const svg = await ask("export", { result: answer!.result, yaml, format: "svg" });
    expect(String(svg.answer)).toMatch(/^<svg.*P\(transition takes longer than t\)/s);
  });

  it("stops a run when it is told to", async () => {
    const { failed } = await ask("run", { yaml: await busy(), replicas: 1e6, workers: 2 }, { stopAfter: 2 });
    expect(failed).toMatchObject({ stopped: true });
  });

  it("says what is wrong with an order to run", async () => {
    const { failed } = await ask("run", { yaml: await busy(), seed: "-1", workers: 1 });
    expect(failed!.problems[0]).toMatchObject({ field: "run.seed" });
  });

  it("runs an experiment", async () => {
    const yaml = await readFile(join(HERE, "examples/memory-fault.yaml"), "utf8");
    const { answer } = await ask("experiment", { yaml, replicas: 4, workers: 2 });
    expect(answer!.results.length).toBeGreaterThan(3);
  });

  it("replays a replica, writes it as files and reads them back", async () => {
    const { answer: replay } = await ask("replay", { yaml: await busy(), policy: "kvm-v2", replica: 1 });
    const written = async (format: string) =>
      String((await ask("exportReplay", { replay: replay!.key, format })).answer);
    expect(await written("text")).toContain("kvm-v2");
    expect(await written("svg")).toMatch(/^<svg/);
    const whole = JSON.parse(await written("json"));
    expect(whole.events.at(-1)).toMatchObject({ type: "complete" });
    const loaded = await ask("load", null, { files: [["replay.json", base64(whole)]] });
    expect(loaded.answer).toMatchObject({ kind: "replay", replay: { policy: "kvm-v2", replica: 1 } });
    const broken = { ...whole, events: [{ at: 0, type: "switch", task: 1e6 }] };
    const refused = await ask("load", null, { files: [["replay.json", base64(broken)]] });
    expect(refused.failed!.message).toMatch(/replay\.json: events\[0\]: expected task of an event switch/);
  });

  it("explores a litmus test that comes with klpsim, and draws how the race comes about", async () => {
    const { answer: tests } = await ask("litmusTests", {});
    expect(tests!.map(({ name }) => name)).toContain("L2");
    const { answer } = await ask("litmus", { test: "L2", text: "", variant: "V-Petr", model: "tso" });
    expect(answer).toMatchObject({ name: "L2", checked: { verdict: "Sometimes" }, expected: "Sometimes" });
    expect(answer!.picture!.dark).toMatch(/^<svg/);
  });

  it("explores a test of one's own, and says where it cannot be read", async () => {
    const text =
      "C mine\n{}\nP0(int *x) { WRITE_ONCE(*x, 1); }\nP1(int *x) { int r0 = READ_ONCE(*x); }\nexists (1:r0=1)\n";
    const { answer } = await ask("litmus", { test: null, text, variant: null, model: "sc" });
    expect(answer!.checked.verdict).toBe("Sometimes");
    const { failed } = await ask("litmus", { test: null, text: "C mine\n{", variant: null, model: "sc" });
    expect(failed!.message).toMatch(/litmus test:\d/);
  });

  it("fits a packed trace", async () => {
    const files = [await fileOf("test/data/traces/own-sh-2cpu.perf-timehist.txt.gz")];
    const { answer } = await ask("fit", null, { files });
    expect(answer!.yaml).toContain("workload:");
    expect(answer!.fit.classes.length).toBeGreaterThan(0);
  });

  it("loads results, with and without their timing, and refuses what is none", async () => {
    const { timing, ...result } = await simulate({ scenario: await busy(), replicas: 100, workers: 0 });
    for (const content of [result, { ...result, timing }]) {
      const { answer } = await ask("load", null, { files: [["results.json", base64(content)]] });
      expect(answer).toMatchObject({ kind: "run", result: { replicas: 100 }, view: { horizonSeconds: null } });
    }
    const { failed } = await ask("load", null, { files: [["x.json", base64({ some: "thing" })]] });
    expect(failed!.message).toMatch(/x\.json: expected what klpsim run, compare or sweep prints/);
  });

  it("knows policies, behaviours and the examples, each with its question", async () => {
    const { answer } = await ask("presets", {});
    expect(answer!.policies.map(({ name }) => name)).toContain("linux-6.16");
    expect(answer!.behaviours.map(({ name }) => name)).toContain("busy-guest");
    const busy = answer!.examples.find(({ name }) => name === "busy-vcpus");
    expect(busy!.title).toMatch(/^Will a host full of busy guests ever finish/);
  });
});
