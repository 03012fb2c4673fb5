// What klpsim run does with a scenario about transitions, once it is read: simulated or gone on with, kept, printed.

import { planUntil, simulateUntil } from "../analyse/until.js";
import type { ExecuteOptions } from "../execute/executor.js";
import { blameReport } from "../report/blame-table.js";
import { ccdfLines } from "../report/ccdf-plot.js";
import { duration, whole } from "../report/format.js";
import { runReport } from "../report/run-table.js";
import { type Terminal, terminalOf } from "../report/terminal.js";
import type { RunResult } from "../results/result.js";
import type { StoredRun } from "../results/run-directory.js";
import { histogramsOf } from "../results/tables.js";
import { compileRun, type SimulateOptions, type Simulation, simulateWhole } from "../simulate.js";
import { kept, newRecord, type OutOptions } from "./out.js";
import { type RareOptions, recordedRare, withRare } from "./rare-options.js";
import { watched } from "./watched.js";

const QUIET_MS = 2000;
const TICKS_PER_SECOND = 1e6;

export interface TransitionOptions extends OutOptions, RareOptions {
  until?: string[];
  json?: boolean;
  plot: boolean;
}

/** Prints what comes of it. */
export async function runTransition(job: SimulateOptions, options: TransitionOptions): Promise<void> {
  const work = workOf(job, options.until);
  const { blame, build = "release" } = job;
  const simulation = await kept(options, {
    record: () => newRecord("run", work.compiled, { ...recordedRare(options), blame, ...work.options }, build),
    work: async (keeping) => withRare(await watched("transitions", work.simulate, keeping), job, options, keeping),
    finished: ({ result, latencies }) => ({ result, histograms: histogramsOf(result, latencies) }),
    restored: simulationOf,
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify(simulation.result)}\n`);
    return;
  }
  process.stdout.write(`${reportText(simulation, options.plot, terminalOf(process.stdout))}\n`);
  tellTime(simulation);
}

/** So many replicas, or until something is known. */
function workOf(job: SimulateOptions, until: string[] | undefined) {
  if (until === undefined) {
    return {
      compiled: compileRun(job),
      options: {},
      simulate: (watch: ExecuteOptions) => simulateWhole({ ...job, ...watch }),
    };
  }
  const { compiled } = planUntil({ ...job, until });
  return {
    compiled,
    options: { until },
    simulate: (watch: ExecuteOptions) => simulateUntil({ ...job, until, ...watch }),
  };
}

/** What was kept, as if it had been simulated now. */
function simulationOf({ result, histograms, compiled }: StoredRun): Simulation {
  const latencies = histograms.map(({ buckets }) => buckets);
  return { result: result as RunResult, latencies, horizonTicks: compiled.model.horizon };
}

function reportText({ result, latencies, horizonTicks }: Simulation, plot: boolean, terminal: Terminal): string {
  const lines = runReport(result, horizonTicks / TICKS_PER_SECOND, terminal);
  if (plot) {
    const curves = result.results.map(({ policy, replicas }, i) => ({ name: policy, replicas, buckets: latencies[i] }));
    lines.push("", ...ccdfLines(curves, horizonTicks, terminal));
  }
  lines.push(...blameReport(result, terminal));
  return lines.join("\n");
}

/** On stderr: the same run prints the same on stdout. */
function tellTime({ result: { results, replicas, timing } }: Simulation): void {
  if (!process.stderr.isTTY && timing.wallMs < QUIET_MS) return;
  const threads = timing.workers === 1 ? "1 worker" : `${timing.workers} workers`;
  const speed = `${whole(timing.transitionsPerSecond)}/s on ${timing.workers === 0 ? "the main thread" : threads}`;
  process.stderr.write(`\n${whole(results.length * replicas)} transitions in ${duration(timing.wallMs)}, ${speed}\n`);
}
