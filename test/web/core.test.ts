// klpsim/browser in a browser, served as it lies in the package: what it gives is what Node gives, whatever befalls its Workers.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../../src/browser.js";
import { builtinCases, builtinTests } from "../../src/litmus/cases.js";
import { check } from "../../src/litmus/check.js";
import { compileLitmus } from "../../src/litmus/module.js";
import { replay } from "../../src/replay/replay.js";
import { experimentOf } from "../../src/scenario/index.js";
import { simulate } from "../../src/simulate.js";
import { simulateExperiment } from "../../src/simulate-experiment.js";
import { open, type Served, serve, titled, withoutBrowser } from "./page.js";

const PACKAGE = join(import.meta.dirname, "../..");

/** With so many replicas a policy or variant that there is a batch for each of several Workers. */
const SCENARIOS = { "busy-vcpus": 700, overcommit: 70, "rseq-delay": 2, "memory-fault": 8 };

const scenarioOf = (name: string) => readFile(join(PACKAGE, `examples/${name}.yaml`), "utf8");

/** In the page. */
declare const klpsim: typeof Library;

async function digestsInNode(scenario: string, replicas: number): Promise<string[]> {
  const options = { scenario, replicas, workers: 0 };
  const isRun = experimentOf(scenario) === "transition";
  const { results } = isRun ? await simulate(options) : await simulateExperiment(options);
  return results.map(({ digest }) => digest);
}

describe.skipIf(withoutBrowser)(titled("klpsim/browser in Chromium"), () => {
  let served: Served;
  let page: Page;
  let told: string[];

  beforeAll(async () => {
    served = await serve(PACKAGE);
    ({ page, told } = await open(served, { fragment: "examples/browser/index.html" }));
    await page.evaluate(`import("${served.url}dist/browser.js").then((all) => { globalThis.klpsim = all; })`);
  });
  afterAll(() => served?.close());

  describe.each(Object.entries(SCENARIOS))("%s", (name, replicas) => {
    const inNode = scenarioOf(name).then((scenario) => digestsInNode(scenario, replicas));
    it.each([1, 2, 3])("gives Node's digests on %i Workers", async (workers) => {
      const scenario = await scenarioOf(name);
      const found = await page.evaluate(
        async ([scenario, replicas, workers]) => {
          const options = { scenario, replicas, workers };
          const isRun = klpsim.experimentOf(scenario) === "transition";
          const { results } = isRun ? await klpsim.simulate(options) : await klpsim.simulateExperiment(options);
          return results.map(({ digest }) => digest);
        },
        [scenario, replicas, workers] as const,
      );
      expect(found).toEqual(await inNode);
    });
  });

  it("ends a run and its Workers at once when the signal aborts", async () => {
    const scenario = await scenarioOf("busy-vcpus");
    const reason = await page.evaluate(async (scenario) => {
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error("enough"));
      const run = klpsim.simulate({ scenario, replicas: 1e6, workers: 2, signal: stop.signal, onProgress });
      return run.then(
        () => "finished",
        ({ message }) => message,
      );
    }, scenario);
    expect(reason).toBe("enough");
    await expect.poll(() => page.workers().length).toBe(0);
  });

  it("runs the replicas of a dead Worker again on a fresh one, says so, and gives the same", async () => {
    const scenario = await scenarioOf("busy-vcpus");
    const { digests, trouble } = await page.evaluate(
      async ([scenario, worker]) => {
        const dies = URL.createObjectURL(
          new Blob(["onmessage = () => { throw Error('struck') }"], { type: "text/javascript" }),
        );
        let made = 0;
        klpsim.configure({ worker: () => new Worker(made++ === 0 ? dies : worker, { type: "module" }) });
        const trouble: string[] = [];
        const onTrouble = (message: string) => trouble.push(message);
        const { results } = await klpsim.simulate({ scenario, replicas: 700, workers: 2, onTrouble });
        klpsim.configure({});
        return { digests: results.map(({ digest }) => digest), trouble };
      },
      [scenario, `${served.url}dist/browser-worker.js`] as const,
    );
    expect(digests).toEqual(await digestsInNode(scenario, 700));
    expect(trouble[0]).toMatch(
      /^a worker thread died: it failed: .*struck; its replicas are run again on a fresh one$/,
    );
  });

  it("gives up in words where every Worker dies", async () => {
    const scenario = await scenarioOf("busy-vcpus");
    const reason = await page.evaluate(
      async ([scenario, missing]) => {
        klpsim.configure({ worker: () => new Worker(missing, { type: "module" }) });
        const run = klpsim.simulate({ scenario, replicas: 700, workers: 2 });
        return run
          .then(
            () => "finished",
            ({ name, message }) => `${name}: ${message}`,
          )
          .finally(() => klpsim.configure({}));
      },
      [scenario, `${served.url}nowhere.js`] as const,
    );
    expect(reason).toMatch(/^ThreadError: 3 worker threads died one after the other .*could not be started/);
  });

  it("tells a run as it grows, side by side; the last that it tells is the result", async () => {
    const scenario = await scenarioOf("busy-vcpus");
    const { grown, results } = await page.evaluate(async (scenario) => {
      const grown: { policy: string; replicas: number; digest: string }[][] = [];
      const brief = ({ results }: Library.RunResult) =>
        results.map(({ policy, replicas, digest }) => ({ policy, replicas, digest }));
      const onGrowth = ({ result }: Library.Simulation) => grown.push(brief(result));
      const options = { scenario, replicas: 3000, workers: 2, growthMs: 0, onGrowth };
      return { grown, results: brief(await klpsim.simulate(options)) };
    }, scenario);
    expect(grown[0]).toEqual([]);
    expect(grown.at(-1)).toEqual(results);
    expect(results.map(({ digest }) => digest)).toEqual(await digestsInNode(scenario, 3000));
    const early = grown.find((policies) => policies.length === results.length)!;
    expect(Math.max(...early.map(({ replicas }) => replicas))).toBeLessThan(1500);
  });

  it("replays a replica as Node does, event by event", async () => {
    const options = { scenario: await scenarioOf("overcommit"), policy: "linux-6.1", replica: 3 };
    const found = await page.evaluate(async (options) => JSON.stringify(await klpsim.replay(options)), options);
    expect(JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(await replay(options))));
  });

  it.each(["L2", "L5"])("explores %s as Node does", async (name) => {
    const found = await page.evaluate(async (name) => {
      const module = await klpsim.compileLitmus();
      const cases = klpsim.builtinCases(klpsim.builtinTests(name));
      return cases.map(({ litmus, model }) => klpsim.checkLitmus(module, litmus, model));
    }, name);
    const module = await compileLitmus();
    expect(found).toEqual(builtinCases(builtinTests(name)).map(({ litmus, model }) => check(module, litmus, model)));
  });

  it("asks nothing of others, and has nothing to complain of but the Workers that these tests killed", () => {
    expect(told.filter((line) => !/nowhere\.js|status of 404/.test(line))).toEqual([]);
  });
});

describe("What is bundled for browsers", () => {
  it("names no module of Node", async () => {
    const files = async (folder: string, named: RegExp) =>
      (await readdir(join(PACKAGE, folder)))
        .filter((file) => named.test(file))
        .map((file) => join(PACKAGE, folder, file));
    const bundles = [...(await files("dist", /^browser.*\.js$/)), ...(await files("dist/web/assets", /\.js$/))];
    expect(bundles.length).toBeGreaterThan(5);
    for (const bundle of bundles) {
      const text = await readFile(bundle, "utf8");
      expect(/["'`]node:|from ?["']piscina/.test(text), bundle).toBe(false);
    }
  });
});
