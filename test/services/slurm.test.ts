// An array of a real Slurm, with the script of docs/scale.md as it stands there: a task is killed and a node lost, and what is merged in the end
// is what a run on one machine keeps.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { ROOT, workshop } from "../spawned.js";
import { type QueuedTask, SlurmCluster, whyNoSlurm } from "./slurm-cluster.js";

const TASKS = 20;
const WAIT_MS = 240_000;
const POLL_MS = 100;

const whyNot = whyNoSlurm();
const { at, klpsim } = workshop("slurm");

/** The script that docs/scale.md gives for sbatch. */
function documentedScript(): string {
  const page = readFileSync(join(ROOT, "docs/scale.md"), "utf8");
  const script = /^```bash no-run\n(#!\/bin\/bash\n(?:(?!```).*\n)*)```$/m.exec(page)?.[1];
  if (!script?.includes("#SBATCH")) throw new Error("docs/scale.md has no script for sbatch");
  return script;
}

/** Waits until `look` finds something. */
async function found<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const limit = performance.now() + WAIT_MS; performance.now() < limit; await sleep(POLL_MS)) {
    const it = await look();
    if (it !== undefined) return it;
  }
  throw new Error(`waited in vain for ${what}`);
}

/** All that a run keeps but when and where. */
function keptBytes(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => !["timing.json", "shards", "run.json"].includes(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), "base64")]));
}

it.skipIf(whyNot !== undefined)(
  `an array of 20 tasks in Slurm ends in the bytes of a local run, though a task is killed and a node lost${whyNot === undefined ? "" : ` (skipped: ${whyNot})`}`,
  { timeout: 2 * WAIT_MS },
  async () => {
    const scenario = join(ROOT, "examples/overcommit.yaml");
    const asked = [scenario, "--replicas", "60000", "--shards", "40"];
    expect(await klpsim("run", ...asked, "--out", "local")).toMatchObject({ status: 0 });
    expect(await klpsim("plan", ...asked, "--out", "run")).toMatchObject({ status: 0 });
    expect((await klpsim("merge", "run", "--of", `${TASKS}`)).status).toBe(1);

    writeFileSync(at("klpsim"), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "dist/cli.js")}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(at("klpsim.sbatch"), documentedScript());
    const cluster = new SlurmCluster(["one", "two"]);
    try {
      await cluster.start();
      const env = { PATH: `${at()}:${process.env.PATH}` };
      const job = await cluster.runIn(at(), env, "sbatch", "--parsable", "klpsim.sbatch");
      const killed = await found("a task to kill", () => killTask(cluster, "one"));
      const lost = await found("a task on the other node", () => runningOn(cluster, job, "two"));
      cluster.killNode("two");
      await found("the end of all tasks", async () => ((await cluster.queue(job)).length === 0 ? true : undefined));
      for (const index of [killed, lost.index]) expect(await restarts(cluster, job, index)).toBe(1);
    } finally {
      await cluster.stop();
    }
    const merged = await klpsim("merge", "run", "--of", `${TASKS}`, "--json");
    expect(merged).toMatchObject({ status: 0 });
    expect(keptBytes(at("run"))).toEqual(keptBytes(at("local")));
    expect(Object.keys(keptBytes(at("run"))).sort()).toEqual(["histograms.parquet", "results.json", "results.parquet"]);
  },
);

/** Kills klpsim, not the shell that waits for it, on a node: the task that this was. */
function killTask(cluster: SlurmCluster, node: string): number | undefined {
  for (const pid of cluster.processes(node)) {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const index = variables.find((one) => one.startsWith("SLURM_ARRAY_TASK_ID="))?.split("=")[1];
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "node" || index === undefined) continue;
    process.kill(pid, "SIGKILL");
    return Number(index);
  }
  return undefined;
}

async function runningOn(cluster: SlurmCluster, job: string, node: string): Promise<QueuedTask | undefined> {
  const task = (await cluster.queue(job)).find((one) => one.state === "R" && one.node === node);
  return cluster.processes(node).length > 1 ? task : undefined;
}

async function restarts(cluster: SlurmCluster, job: string, index: number): Promise<number> {
  const text = await cluster.run("scontrol", "show", "job", `${job}_${index}`);
  return Number(/Restarts=(\d+)/.exec(text)?.[1]);
}
