// The built page in a browser: served from this process, with all that it complains of or asks others for written down.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export const ROOT = join(import.meta.dirname, "../../dist/web");

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
/** The whole of a file's tests are left out where there is no browser; their title says so. */
export const withoutBrowser = CHROMIUM === undefined;
export const titled = (title: string) =>
  withoutBrowser ? `${title} (left out: no chromium here, apt-get install chromium)` : title;

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".yaml": "text/plain",
};

export interface Served {
  /** Ends with a slash; not at the root of its origin, as on many static hosts. */
  url: string;
  browser: Browser;
  close(): Promise<void>;
}

/** dist/web, or another folder, at http://127.0.0.1:PORT/some/where/, and a browser to open it in. */
export async function serve(folder = ROOT): Promise<Served> {
  const base = "/some/where/";
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://page");
    const path = normalize(pathname.replace(base, "/").replace(/\/$/, "/index.html"));
    try {
      const content = pathname.startsWith(base) ? await readFile(join(folder, path)) : undefined;
      response.writeHead(content === undefined ? 404 : 200, { "content-type": TYPES[extname(path)] ?? "text/plain" });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox"] });
  return {
    url: `http://127.0.0.1:${port}${base}`,
    browser,
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface OpenOptions {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  /** With its #. */
  fragment?: string;
}

export interface Opened {
  page: Page;
  context: BrowserContext;
  /** What no page should say: errors, warnings, requests of others, breaches of its Content-Security-Policy. */
  told: string[];
}

export async function open({ url, browser }: Served, options: OpenOptions = {}): Promise<Opened> {
  const { width = 1440, height = 900, colorScheme = "light", fragment = "" } = options;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  context.setDefaultTimeout(120_000); // others may be at work on this machine
  const page = await context.newPage();
  const told: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") told.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => told.push(`error: ${error.message}`));
  const own = new URL(url).origin;
  context.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== own)
      told.push(`request: ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) told.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  await page.goto(`${url}${fragment}`);
  return { page, context, told };
}

let axe: Promise<string> | undefined;

/** Rules that the page breaks, each with where; none is right. */
export async function accessibilityOf(page: Page): Promise<string[]> {
  axe ??= readFile(join(import.meta.dirname, "../../node_modules/axe-core/axe.min.js"), "utf8");
  await page.evaluate(await axe);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`),
    );
  });
}

/** Of screens: their width in CSS pixels, and what their users like. */
export const LOOKS = [
  [360, "light"],
  [400, "light"],
  [400, "dark"],
  [1440, "light"],
  [1440, "dark"],
  [2560, "light"],
] as const;

/** What is not as it should be on the screen that the page is on: rules of accessibility, and pixels beyond its width. */
export async function unfit(page: Page): Promise<{ broken: string[]; beyond: number }> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return { broken: await accessibilityOf(page), beyond };
}

export const FIT = { broken: [], beyond: 0 };

interface AxeResults {
  violations: { id: string; help: string; nodes: { target: unknown[] }[] }[];
}
