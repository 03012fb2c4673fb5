// The built page in Chromium against Node, as CSV on stdout: a million transitions of busy-vcpus by the page's own Run button, live view
// and all, and by simulate() on Node's pool, on as many workers, in turn. Also the page's longest task on its main thread meanwhile, and
// what it loads before it first paints. `node bench/page.js TRANSITIONS ROUNDS` for other numbers.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { availableParallelism, loadavg } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync, gzipSync } from "node:zlib";
import { simulate } from "klpsim";
import { chromium } from "playwright-core";
import { printFigure, printFiguresHead } from "./csv.js";
import { progress } from "./measure.js";

const TRANSITIONS = Number(process.argv[2] ?? 1e6);
const ROUNDS = Number(process.argv[3] ?? 5);
const CHROMIUM = "/usr/bin/chromium";
const ROOT = fileURLToPath(new URL("../dist/web", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

const scenario = readFileSync(new URL("../examples/busy-vcpus.yaml", import.meta.url), "utf8");
const POLICIES = 4;
const replicas = TRANSITIONS / POLICIES;
const workers = availableParallelism();

const server = createServer(({ url }, response) => {
  const path = normalize(new URL(url, "http://page").pathname.replace(/\/$/, "/index.html"));
  try {
    const content = readFileSync(join(ROOT, path));
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  await measure();
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

async function measure() {
  const page = await opened();
  const paintMs = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  const samples = { page: [], node: [], ratio: [], longest: [], over: [], load: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const inPage = await runInPage(page);
    const node = await runInNode();
    progress(
      `round ${round + 1}: page ${Math.round(inPage.ms)} ms, Node ${Math.round(node)} ms, longest task ${inPage.longest} ms`,
    );
    samples.page.push((1000 * TRANSITIONS) / inPage.ms);
    samples.node.push((1000 * TRANSITIONS) / node);
    samples.ratio.push(node / inPage.ms);
    samples.longest.push(inPage.longest);
    samples.over.push(inPage.over);
    samples.load.push(loadavg()[0]);
  }
  const gzip = firstFiles().reduce((sum, file) => sum + gzipSync(readFileSync(join(ROOT, file))).length, 0);
  printFiguresHead();
  printFigure("page transitions", "1/s", samples.page);
  printFigure("node transitions", "1/s", samples.node);
  printFigure("page against node", "ratio", samples.ratio);
  printFigure("workers", "count", [workers]);
  printFigure("longest main-thread task in a run", "ms (0: none of 50 or more)", samples.longest);
  printFigure("main-thread tasks of 50 ms or more in a run", "count", samples.over);
  printFigure("needed for the first paint", "gzip bytes", [gzip]);
  printFigure("first contentful paint", "ms", [paintMs]);
  printFigure("load of the machine", "1 min", samples.load);
}

async function opened() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) =>
      globalThis.longTasks.push(...list.getEntries().map((one) => one.duration)),
    ).observe({
      type: "longtask",
    });
  });
  const fragment = deflateRawSync(scenario).toString("base64url");
  await page.goto(`http://127.0.0.1:${server.address().port}/#s=${fragment}`);
  await page.getByRole("button", { name: "Run", exact: true }).and(page.locator(":enabled")).waitFor();
  await page.getByRole("spinbutton", { name: "replicas a policy" }).fill(String(replicas));
  await page.getByRole("spinbutton", { name: "workers" }).fill(String(workers));
  return page;
}

/** From the click to the button's return. Nothing asks the page meanwhile: to look for a button by its name takes it tens of ms. */
async function runInPage(page) {
  const { ms, tasks } = await page.evaluate(async () => {
    globalThis.longTasks = [];
    const button = document.querySelector("#panel-run form.controls > button");
    const says = (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (button.textContent !== text) return;
          observer.disconnect();
          resolve();
        };
        const observer = new MutationObserver(look);
        observer.observe(button, { childList: true, characterData: true, subtree: true });
        look();
      });
    const started = performance.now();
    button.click();
    await says("Stop");
    await says("Run");
    return { ms: performance.now() - started, tasks: globalThis.longTasks };
  });
  return { ms, longest: Math.max(0, ...tasks), over: tasks.length };
}

async function runInNode() {
  const started = performance.now();
  await simulate({ scenario, replicas, workers });
  return performance.now() - started;
}

/** All that the first paint needs: the rest is asked for by these, later. */
function firstFiles() {
  const html = readFileSync(join(ROOT, "index.html"), "utf8");
  return ["index.html", ...Array.from(html.matchAll(/(?:src|href)="\.\/([^"]+)"/g), ([, file]) => file)];
}
