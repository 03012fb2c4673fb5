// A Redis server of the test's own: a free port, a password, its log (AOF) in a directory of the test, so that it can be killed and come back.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { Redis } from "ioredis";

/** Why there can be no server here; undefined where there can. */
export function whyNoRedis(): string | undefined {
  return spawnSync("redis-server", ["--version"]).status === 0
    ? undefined
    : "not installed: redis-server (apt-get install redis-server)";
}

export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    private readonly port: number,
    readonly password: string,
  ) {}

  static async start(directory: string, password: string): Promise<RedisServer> {
    mkdirSync(directory, { recursive: true });
    const server = new RedisServer(directory, await freePort(), password);
    await server.restart();
    return server;
  }

  /** With the password in it. */
  get url(): string {
    return `redis://:${encodeURIComponent(this.password)}@127.0.0.1:${this.port}`;
  }

  /** As messages name it. */
  get shown(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, again with what its log has. */
  async restart(): Promise<void> {
    const options = { port: this.port, bind: "127.0.0.1", dir: this.directory, requirepass: this.password };
    const fixed = { save: "", appendonly: "yes", "maxmemory-policy": "noeviction" };
    const args = Object.entries({ ...options, ...fixed }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#process = spawn("redis-server", args, { stdio: "ignore" });
    const client = this.client();
    await client.ping();
    client.disconnect();
  }

  /** A client of the test's own, which waits for the server. */
  client(): Redis {
    const client = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on("error", () => {});
    return client;
  }

  /** SIGKILL: what is not in its log yet is lost. */
  async kill(): Promise<void> {
    const dying = this.#process;
    this.#process = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    dying.kill("SIGKILL");
    await once(dying, "exit");
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
