// A Slurm cluster of this machine alone, as the test sets it up: munged with a key of its own, slurmctld, and a slurmd a node (several on one
// host are told apart by name and port), all in one directory. No cgroups and no accounting, so that it runs in a plain container, as root.

import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const PROGRAMS = ["munged", "mungekey", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo", "scancel"];
const START_MS = 30_000;
const END_MS = 10_000;

/** Why there can be no cluster here; undefined where there can. */
export function whyNoSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return "a cluster of one's own is set up by root";
  const directories = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  const missing = PROGRAMS.filter((name) => !directories.some((at) => existsSync(join(at, name))));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")} (apt-get install slurm-wlm munge)`;
}

/** A task in the queue, as squeue has it. */
export interface QueuedTask {
  index: number;
  state: string; // R running, PD pending, CG completing
  node: string;
}

export class SlurmCluster {
  readonly #daemons = new Map<string, ChildProcess>();
  readonly #env: NodeJS.ProcessEnv;

  /** Of its own, and gone with the cluster. */
  readonly directory = mkdtempSync(join(tmpdir(), "klpsim-cluster-"));

  constructor(readonly nodes: readonly string[]) {
    this.#env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, SLURM_CONF: this.#at("slurm.conf") };
  }

  /** @throws Error with the daemons' last words where they do not come up */
  async start(): Promise<void> {
    chmodSync(this.directory, 0o755); // munged wants others to reach its socket
    for (const name of ["log", "state", ...this.nodes.map((node) => `spool.${node}`)]) mkdirSync(this.#at(name));
    const ports = await freePorts(1 + this.nodes.length);
    writeFileSync(this.#at("slurm.conf"), configuration(this.directory, this.nodes, ports));
    execFileSync("mungekey", ["--create", `--keyfile=${this.#at("munge.key")}`], { env: this.#env });
    this.#daemon("munged", "munged", [
      "--foreground",
      `--key-file=${this.#at("munge.key")}`,
      `--socket=${this.#at("munge.socket")}`,
      `--pid-file=${this.#at("munged.pid")}`,
      `--seed-file=${this.#at("munge.seed")}`,
      `--log-file=${this.#at("log", "munged.log")}`,
    ]);
    await this.#until("munged listens", async () => existsSync(this.#at("munge.socket")));
    this.#daemon("slurmctld", "slurmctld", ["-D"]);
    for (const node of this.nodes) this.#daemon(node, "slurmd", ["-D", "-N", node]);
    await this.#until("all nodes are idle", async () => {
      const states = (await this.run("sinfo", "-h", "-N", "-o", "%t").catch(() => "")).split("\n");
      return states.filter((state) => state === "idle").length === this.nodes.length;
    });
  }

  /** Runs one of Slurm's programs against this cluster: its stdout. */
  async run(program: string, ...args: string[]): Promise<string> {
    return this.runIn(this.directory, {}, program, ...args);
  }

  async runIn(cwd: string, env: NodeJS.ProcessEnv, program: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env: { ...this.#env, ...env } });
    return stdout.trim();
  }

  /** What of a job array is not done yet, a row a task; those that never ran are one row for all. */
  async queue(job: string): Promise<QueuedTask[]> {
    const text = await this.run("squeue", "-h", "-j", job, "-o", "%K %t %N").catch(() => ""); // gone: done long ago
    return text.split("\n").flatMap((line) => {
      const [index = "", state = "", node = ""] = line.split(" ");
      return state === "" ? [] : [{ index: Number.parseInt(index, 10), state, node }];
    });
  }

  /** Processes of the jobs on a node, the scripts' own and their children's. */
  processes(node: string): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => this.#isOf(node, pid));
  }

  /** Ends a node as a power cut does: its daemon and all that runs there. */
  killNode(node: string): void {
    this.#daemons.get(node)?.kill("SIGKILL");
    const jobs = this.processes(node);
    const shepherds = jobs.flatMap(parentOf).filter((pid) => nameOf(pid) === "slurmstepd");
    for (const pid of [...shepherds, ...jobs]) killIfThere(pid);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) this.killNode(node);
    for (const daemon of [...this.#daemons.values()].reverse()) await ended(daemon);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The last lines of every log, for whoever has to find out. */
  lastWords(): string {
    const names = readdirSync(this.#at("log")).sort();
    return names
      .map((name) => `${name}:\n${readFileSync(this.#at("log", name), "utf8").split("\n").slice(-15).join("\n")}`)
      .join("\n");
  }

  #at(...names: string[]): string {
    return join(this.directory, ...names);
  }

  #daemon(name: string, program: string, args: string[]): void {
    const log = openSync(this.#at("log", `${name}.out`), "a");
    this.#daemons.set(name, spawn(program, args, { env: this.#env, stdio: ["ignore", log, log] }));
    closeSync(log);
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + START_MS;
    while (!(await holds())) {
      if (performance.now() > limit) throw new Error(`waited in vain until ${what}\n${this.lastWords()}`);
      await sleep(200);
    }
  }

  #isOf(node: string, pid: number): boolean {
    const variables = read(`/proc/${pid}/environ`).split("\0");
    return variables.includes(`SLURMD_NODENAME=${node}`) && variables.includes(`SLURM_CONF=${this.#at("slurm.conf")}`);
  }
}

/** RequeueExit is what docs/scale.md asks for; the times are short, so that a lost node is noticed soon and its tasks start again at once. */
function configuration(directory: string, nodes: readonly string[], [controlPort, ...nodePorts]: number[]): string {
  const host = hostname();
  return `ClusterName=klpsim
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controlPort}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${directory}/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1
ReturnToService=2
SlurmdTimeout=5
KillWait=5
RequeueExit=137,130
StateSaveLocation=${directory}/state
SlurmdSpoolDir=${directory}/spool.%n
SlurmctldPidFile=${directory}/slurmctld.pid
SlurmdPidFile=${directory}/slurmd.%n.pid
SlurmctldLogFile=${directory}/log/slurmctld.log
SlurmdLogFile=${directory}/log/slurmd.%n.log
${nodes.map((node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${nodePorts[i]} CPUs=1`).join("\n")}
PartitionName=all Nodes=${nodes.join(",")} Default=YES State=UP
`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** First asked, then made to. */
async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const over = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill();
  await Promise.race([over, sleep(END_MS).then(() => daemon.kill("SIGKILL"))]);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function parentOf(pid: number): number[] {
  const found = /^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
  return found === undefined ? [] : [Number(found)];
}

function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trim();
}

/** Processes come and go. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
