import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { reportHtml } from "../../../../src/index.js";
import { reportPage } from "../../../../src/report/page/report.js";
import type { ReportInput } from "../../../../src/report/report-input.js";
import {
  bucketsOf,
  DELAYS,
  madeCompare,
  madeExperiment,
  madePolicy,
  madeRun,
  madeScatter,
  madeSweep,
  manyPolicies,
  RARE,
  spread,
  threePolicies,
} from "../made-results.js";

const MEGABYTE = 2 ** 20;
const HOSTILE = `<script>alert(1)</script><img src=x onerror="alert(2)">'"&`;

function run(latencies: (number | null)[][], horizonSeconds = 120): ReportInput {
  const results = latencies.map((one, i) => madePolicy(`policy-${i}`, one));
  return {
    name: "made",
    content: { kind: "run", result: madeRun(results) },
    latencies: latencies.map(bucketsOf),
    horizonSeconds,
    scenarioText: "host: { cpus: 4 }",
  };
}

const [never, slow, fast] = threePolicies(400);
const full = madeCompare([never!, { ...slow!, delays: DELAYS, rare: RARE }, fast!]);
const pages: Record<string, string> = {
  compare: reportPage([{ name: "made", content: { kind: "compare", result: full } }]),
  sweep: reportPage([{ name: "made", content: { kind: "sweep", result: madeSweep() } }]),
  scatter: reportPage([{ name: "made", content: { kind: "sweep", result: madeScatter() } }]),
  experiment: reportPage([{ name: "made", content: { kind: "experiment", result: madeExperiment() } }]),
  "no results": reportPage([{ name: "made", content: { kind: "run", result: madeRun([]) } }]),
  "all censored": reportPage([run([new Array(50).fill(null)])]),
  "single-valued": reportPage([run([new Array(500).fill(1000)])]),
  "all at once": reportPage([run([new Array(500).fill(0), spread(1, 2000, 500)])]),
  "one replica": reportPage([run([[1234]])]),
  "huge and tiny": reportPage([run([spread(1e9, 1e12, 100), spread(0.002, 0.9, 100)], 1e9)]),
};

describe.each(Object.entries(pages))("The page of %s", (_, page) => {
  it("asks for nothing, runs nothing, and lets the browser hold it to that", () => {
    const hash = createHash("sha256")
      .update(page.match(/<style>([\s\S]*?)<\/style>/)![1]!)
      .digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:|url\(|@import|<script|<link|<img| on\w+=| style=/,
    );
    expect([...page.matchAll(/ (?:href|src)="([^"]*)"/g)].filter(([, to]) => !to!.startsWith("#"))).toEqual([]);
  });

  it("prints only numbers, closes what it opens, and is small", () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
    for (const name of ["svg", "table", "figure", "section", "g", "tr", "li"]) {
      const opened = page.match(new RegExp(`<${name}[ >](?![^>]*/>)`, "g"))?.length ?? 0;
      expect([name, page.match(new RegExp(`</${name}>`, "g"))?.length ?? 0]).toEqual([name, opened]);
    }
    expect(Buffer.byteLength(page)).toBeLessThan(MEGABYTE);
  });

  it("can be read aloud: one h1, pictures with words, tables with titles and headers", () => {
    expect(page.match(/<h1>/g)).toHaveLength(1);
    for (const [svg] of page.matchAll(/<svg[^>]*>/g))
      expect(svg).toMatch(/aria-label="[^"]+"|aria-hidden="true"|role="img"/);
    for (const [table] of page.matchAll(/<table>[\s\S]*?<\/table>/g)) {
      expect(table).toMatch(/<caption>.+<thead><tr><th scope="col"/s);
    }
    expect(page).not.toMatch(/ id="([^"]+)"[\s\S]* id="\1"/);
  });
});

describe("reportPage", () => {
  it("says how long, how sure, and what stands in the way, in words", () => {
    const { compare: page } = pages;
    expect(page).toContain(`<p class="answer">${full.verdict}</p>`);
    expect(page).toContain("With kvm-v2 99% of hosts are done within 1.76");
    expect(page).toContain("none of the 400 took longer than kpatch&#39;s 75 s".replaceAll("&#39;", "'"));
    expect(page).toContain("few lineages reach the last level");
  });

  it("shows the pair that decides, also where nobody asked for it", () => {
    const { deciding, comparisons } = full;
    const page = reportPage([
      { name: "made", content: { kind: "compare", result: { ...full, deciding: { ...deciding, a: "linux-5.19" } } } },
    ]);
    expect(comparisons.map(({ a }) => a)).not.toContain("linux-5.19");
    expect(page).toContain("kvm-v2 less linux-5.19");
  });

  it("marks kpatch's deadlines in both sizes of the curve", () => {
    expect(pages.compare!.match(/(kpatch )?signals 15 s/g)).toHaveLength(2);
    expect(pages.compare!.match(/gives up 75 s/g)).toHaveLength(2);
  });

  it("Never: lets a name become markup", () => {
    const result = madeRun([madePolicy(HOSTILE, spread(10, 2000, 50))], HOSTILE);
    const page = reportPage([{ name: HOSTILE, content: { kind: "run", result }, scenarioText: `name: ${HOSTILE}` }]);
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("holds a hundred policies in less than two megabytes, three of them in colour", () => {
    const results = manyPolicies(100);
    const latencies = results.map((_, i) => bucketsOf(spread(700 + 40 * i, 2500 + 900 * i, 300)));
    const page = reportPage([{ name: "made", content: { kind: "compare", result: madeCompare(results) }, latencies }]);
    expect(Buffer.byteLength(page)).toBeLessThan(2 * MEGABYTE);
    expect(page).toContain("Grey: the other 98 policies.");
    expect(page).toContain("The commonest of each policy");
  });

  it("says where the curve is drawn from when there is no whole distribution, and draws no histogram then", () => {
    expect(pages.compare).toContain("Drawn from quantiles and exceedances");
    expect(pages.compare).toContain("No histogram");
    expect(pages["single-valued"]).not.toContain("Drawn from quantiles");
    expect(pages["single-valued"]).toContain("When transitions complete");
  });

  it("puts results of different scenarios one after the other", () => {
    const other = {
      ...madeRun([madePolicy("other", [5, 6])], "second"),
      scenario: { name: "second", hash: "another" },
    };
    const page = reportPage([run([[1, 2]]), { name: "other", content: { kind: "run", result: other } }]);
    expect(page.match(/<main>/g)).toHaveLength(2);
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });

  it("is a function of the library, that checks what it is given", async () => {
    expect(await reportHtml([full])).toContain(full.verdict);
    await expect(reportHtml([{ schemaVersion: 1 } as never])).rejects.toThrow("result 1: results: missing");
  });
});
