// Writes the tables of docs/performance.md from this machine's results, or those of the machine named:
// node bench/write-performance.js [MACHINE]

import { markdownTable } from "../dist/report/markdown-table.js";
import { writeMarked } from "../dist/report/marked.js";
import { readCsv } from "./csv.js";
import { machine, resultsUrl } from "./machine.js";
import { GROWTH } from "./scenarios.js";

const PAGE = "docs/performance.md";
const [name = machine()] = process.argv.slice(2);
const results = (bench) => readCsv(resultsUrl(name, bench));

const core = results("core");
const figures = [...core, ...results("pool"), ...results("growth")];
const throughput = results("throughput");
const native = results("native");
const peers = results("peers");

const TABLES = {
  targets: () => markdownTable(["figure", "aim", "reached"], targets()),
  throughput: rates,
  memory: () =>
    markdownTable(
      ["tasks", "workers", "peak memory"],
      results("memory").map(({ tasks, workers, peakMiB }) => [whole(tasks), workers, `${peakMiB} MiB`]),
    ),
  parts: () => markdownTable(["part", "median", "least to most"], core.map(part)),
  native: () =>
    markdownTable(
      ["scenario", "policy", "Wasm", "gcc x86-64-v2", "gcc native", "Wasm / x86-64-v2", "Wasm / native"],
      native.map((row) => [
        `\`${row.scenario}\``,
        `\`${row.policy}\``,
        ...[row.wasm, row["x86-64-v2"], row.native].map(whole),
        row["wasm/x86-64-v2"],
        row["wasm/native"],
      ]),
    ),
  peers: paces,
};
for (const [mark, table] of Object.entries(TABLES)) await writeMarked(PAGE, mark, table());

/** What was wanted of the engine, and what it does. */
function targets() {
  const [sleepers, sleepersAlone, horizon, , cpus] = GROWTH.map((pair) => figure(pair.name));
  const wasm = native.map((row) => row["wasm/x86-64-v2"]);
  return [
    ["`busy-vcpus`, `linux-5.19`: transitions/s, one worker", "250,000", rate("busy-vcpus")],
    ["`fleet-host`, `linux-5.19`: transitions/s, one worker", "5,000", rate("fleet-host")],
    [
      "events of contended CPUs, one worker",
      "60 million/s",
      `${digits(1000 / figure("event executed singly, contended"))} million/s`,
    ],
    ["Wasm against C for x86-64-v2", "0.90x", `${Math.min(...wasm)}x to ${Math.max(...wasm)}x`],
    [
      "`patch-lite`, 256 tasks, against SimPy, ns-3, JavaScript heap, C heap",
      "4,000x, 700x, 300x, 115x",
      ["simpy", "ns-3", "js-heap", "c-heap"].map((program) => `${whole(pace("256", program).ratio)}x`).join(", "),
    ],
    ["two workers against one", "1.95x", `${digits(figure("two workers against one"))}x`],
    [
      "cost: 200 -> 20,000 clean sleepers on CPUs without a straggler; without kworkers",
      "1.2x",
      `${digits(sleepers)}x; ${digits(sleepersAlone)}x`,
    ],
    ["cost: horizon 120 s -> 3,600 s, the 64 vCPUs alone, `linux-5.13`", "1.2x", `${digits(horizon)}x`],
    ["cost per CPU: 16 -> 1,024 CPUs, all of `busy-vcpus` in proportion", "1.3x", `${digits(cpus)}x`],
    ["JavaScript's share of the wall time", "1%", `${digits(figure("JavaScript share"))}%`],
    ["release module", "64 KiB", `${digits(figure("release module"))} KiB`],
    ["start to the end of one replica, beyond Node's own", "250 ms", `${digits(figure("klpsim run"))} ms`],
  ];
}

/** The value of the first figure whose name begins so. */
function figure(begins) {
  return Number(found(figures, `a figure ${begins}`, (one) => one.figure.startsWith(begins)).value);
}

/** Transitions a second on one worker, under linux-5.19. */
function rate(scenario) {
  const fits = (row) => row.scenario === scenario && row.policy === "linux-5.19" && row.workers === "1";
  return whole(found(throughput, scenario, fits).median);
}

function rates() {
  const most = throughput.reduce((workers, row) => Math.max(workers, Number(row.workers)), 1);
  const on = (workers) => throughput.filter((row) => row.workers === String(workers));
  const [one, all] = [on(1), on(most)];
  return markdownTable(
    ["scenario", "policy", "transitions/s, 1 worker", `${most} workers`, "a CPU second, 1 worker"],
    one.map(({ scenario, policy, median, perCpuSecond }, n) => [
      `\`${scenario}\``,
      `\`${policy}\``,
      ...[median, all[n].median, perCpuSecond].map(whole),
    ]),
  );
}

/** A figure of the core; a count has neither unit nor spread. */
function part({ figure, value, unit, least, most }) {
  return unit === "1" ? [figure, whole(value), ""] : [figure, `${value} ${unit}`, `${least} to ${most}`];
}

function paces() {
  const programs = [...new Set(peers.map(({ program }) => program))];
  const sizes = [...new Set(peers.map(({ tasks }) => tasks))];
  const cell = (tasks, program) => {
    const { median, ratio } = pace(tasks, program);
    const shown = Number(median) >= 1000 ? whole(median) : median;
    return program === "klpsim" ? shown : `${shown} (${ratio}x)`;
  };
  return markdownTable(
    ["tasks", ...programs],
    sizes.map((tasks) => [whole(tasks), ...programs.map((program) => cell(tasks, program))]),
  );
}

function pace(tasks, program) {
  return found(peers, `${program} with ${tasks} tasks`, (row) => row.tasks === tasks && row.program === program);
}

function found(rows, what, fits) {
  const row = rows.find(fits);
  if (row === undefined) throw new Error(`bench/results: ${name} lacks ${what}`);
  return row;
}

function whole(value) {
  return Number(value).toLocaleString("en-US", { maximumFractionDigits: 0 });
}

function digits(value) {
  return String(Number(value.toPrecision(3)));
}
