// klpsim ui: the page, served to browsers of this machine.

import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { packageFile } from "../package-file.js";
import { hasDisplay, openBrowser } from "../ui/open-browser.js";
import { LOOPBACK, type Loopback, serve, type UiServer } from "../ui/server.js";
import { Asset, readSite } from "../ui/site.js";
import { wholeNumber } from "./arguments.js";
import { Failure } from "./failure.js";
import { toldToEnd } from "./interrupt.js";
import { readShown } from "./read-result.js";
import { UsageError } from "./usage-error.js";

interface UiOptions {
  host: Loopback;
  port?: number;
  open: boolean;
  json?: boolean;
}

const HELP = `
The page runs the same WebAssembly modules as the other commands, in the browser; nothing that is typed there leaves it. Only this machine
is listened to. From another one, forward the same port:

  ssh -L 8080:127.0.0.1:8080 host klpsim ui --port 8080      then open http://127.0.0.1:8080/

Examples:
  klpsim ui
  klpsim ui --port 8080 --no-open
  klpsim ui kept                                     with the results of that run directory (--out kept) on the page
  klpsim ui --json                                   {"schemaVersion": 1, "url": "http://127.0.0.1:40123/", "port": 40123}

SIGINT and SIGTERM end it.
Exit status: 0 told to end, 1 the page is not built, 2 an option or a file is wrong, or the port is taken.`;

const FOLDER = packageFile("dist/web/");
/** The page asks for these where its address says so. */
const LOADED = "loaded.json";
const SCENARIO = "loaded.yaml";

export function uiCommand(program: Command): void {
  program
    .command("ui")
    .summary("the page: scenarios, runs, replays and litmus tests in your browser")
    .description("Serves klpsim's page to the browser of this machine, and prints its address.")
    .argument("[result]", "a run directory or a file of results, which the page shows")
    .addOption(
      new Option("--port <n>", "listen on this port (default: one that is free)").argParser(wholeNumber(1, 65_535)),
    )
    .addOption(new Option("--host <address>", "which loopback address").choices(LOOPBACK).default("127.0.0.1"))
    .option("--no-open", "do not open the browser")
    .option("--json", "print the address as JSON")
    .addHelpText("after", HELP)
    .action(ui);
}

async function ui(result: string | undefined, { host, port, open, json }: UiOptions): Promise<void> {
  const site = await pageSite();
  const query = result === undefined ? "" : await addLoaded(site, result);
  const end = toldToEnd(); // before the address is known
  const server = await started(() => serve(site, { host, port }), port);
  const url = `${server.url}${query}`;
  process.stdout.write(`${json ? JSON.stringify({ schemaVersion: 1, url, port: server.port }) : url}\n`);
  if (open && !json && process.stdout.isTTY && hasDisplay()) openBrowser(url);
  if (process.stderr.isTTY) process.stderr.write("klpsim: Ctrl-C ends it\n");
  await end;
  await server.close();
}

/** What the page's address then says. */
async function addLoaded(site: Map<string, Asset>, result: string): Promise<string> {
  const { json, yaml } = await readShown(result);
  const files = { [LOADED]: json, ...(yaml !== undefined && { [SCENARIO]: yaml }) };
  for (const [name, text] of Object.entries(files))
    site.set(`/${name}`, new Asset(name, Buffer.from(text), "no-store"));
  const query = yaml === undefined ? "?loaded" : "?loaded-run";
  site.set(`/${query}`, site.get("/")!);
  return query;
}

/** @throws Failure where the page is not there */
async function pageSite(): Promise<Map<string, Asset>> {
  const site = await readSite(fileURLToPath(FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return new Map<string, Asset>();
    throw new Failure(`the page cannot be read: ${error.message}`);
  });
  if (site.has("/")) return site;
  throw new Failure(`the page is not built: no index.html in ${fileURLToPath(FOLDER)} (in a clone: npm run build)`);
}

async function started(start: () => Promise<UiServer>, port: number | undefined): Promise<UiServer> {
  try {
    return await start();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new UsageError(`--port ${port}: taken; without --port a free one is found`);
    if (code === "EACCES") throw new UsageError(`--port ${port}: not allowed to this user; try one above 1023`);
    if (code === "EADDRNOTAVAIL") throw new UsageError(`--host: this machine has no such address: ${message}`);
    throw error;
  }
}
