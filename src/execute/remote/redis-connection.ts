// A connection to the server that comes back by itself, and says so; what the server is set up for. ioredis and BullMQ are loaded here, when
// somebody asks for a server.

import type { Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { RefusedError } from "./collection.js";
import { type RedisAddress, shownAddress, withoutSecrets } from "./redis-url.js";
import { RemoteError } from "./remote-error.js";

const RETRY_MS = { least: 100, most: 5000 };
const CONNECT_MS = 10_000;
/** LPOP takes a count since. */
const VERSION_LEAST = "6.2";

export interface Packages {
  Queue: typeof Queue;
  Worker: typeof Worker;
  Redis: typeof Redis;
}

/** What speaks to servers. @throws RemoteError where it is not installed */
export async function loadPackages(): Promise<Packages> {
  try {
    const [{ Queue, Worker }, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { Queue, Worker, Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new RemoteError(
      "a Redis server takes two packages that are not installed: npm install bullmq@6.7.0 ioredis@5.11.1",
    );
  }
}

export interface ConnectOptions {
  /** Waits for a server that is not there yet. */
  patient: boolean;
  /** Takes a line for people. */
  tell: (line: string) => void;
}

/** @throws RemoteError where the server lets nobody in, or, unless patient, is not there */
export async function connect(address: RedisAddress, { patient, tell }: ConnectOptions): Promise<Redis> {
  const { Redis } = await loadPackages();
  const { host, port, db, tls, username, password } = address;
  const client = new Redis({
    host,
    port,
    db,
    username,
    password,
    ...(tls ? { tls: { servername: host } } : {}),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null, // commands wait for a server that is away
    retryStrategy: (attempt) => Math.min(RETRY_MS.most, RETRY_MS.least * 2 ** attempt),
  });
  try {
    await firstContact(client, address, patient, tell);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  tellOutages(client, address, tell);
  return client;
}

/** Errors after which trying again is no use. */
const LOCKED_OUT = /^(NOAUTH|WRONGPASS|NOPERM|ERR (AUTH|invalid password|Client sent AUTH))/i;
const NO_DATABASE = /^ERR (invalid DB|DB index)/i;

function firstContact(
  client: Redis,
  address: RedisAddress,
  patient: boolean,
  tell: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = false;
    const settle = (done: () => void) => {
      client.off("ready", onReady);
      client.off("error", onError);
      client.on("error", () => {}); // an error that nobody listens to is printed
      done();
    };
    const onReady = () => settle(resolve);
    const onError = (error: Error) => {
      const reason = readable(error, address);
      const advice = adviceOn(error.message);
      if (advice !== NOT_THERE || !patient)
        return settle(() => reject(new RemoteError(`cannot use ${shownAddress(address)}: ${reason}; ${advice}`)));
      if (!told) tell(`cannot reach ${shownAddress(address)}: ${reason}; trying until it is there`);
      told = true;
    };
    client.on("ready", onReady);
    client.on("error", onError);
    client.connect().catch(() => {}); // told as an error
  });
}

const NOT_THERE = "is a server running there? docs/scale.md starts one";

function adviceOn(message: string): string {
  if (NO_DATABASE.test(message)) return "the number behind the host is the database's";
  if (/certificate/i.test(message))
    return "NODE_EXTRA_CA_CERTS=FILE names who is trusted besides the usual authorities";
  if (!LOCKED_OUT.test(message)) return NOT_THERE;
  return "name and password come from the URL or from KLPSIM_REDIS_USERNAME and KLPSIM_REDIS_PASSWORD";
}

/** An error of server or network in one line. */
export function readable(error: Error, address: RedisAddress): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return withoutSecrets(message === "" ? (code ?? error.name) : message, address);
}

/** Once when the server goes, once when it is back. */
function tellOutages(client: Redis, address: RedisAddress, tell: (line: string) => void): void {
  let away = false;
  const lost = (reason: string) => {
    if (!away) tell(`lost ${shownAddress(address)}: ${reason}; trying until it is back`);
    away = true;
  };
  client.on("error", (error) => lost(readable(error, address)));
  client.on("close", () => {
    if (client.status !== "end") lost("it closed the connection"); // the end is of our own making
  });
  client.on("ready", () => {
    if (away) tell(`${shownAddress(address)} is back`);
    away = false;
  });
}

/** What speaks against this server for a run of days; empty where nothing does. @throws RemoteError where it cannot be used at all */
export async function serverWarnings(client: Redis): Promise<string[]> {
  const info = await client.info().catch(() => ""); // not everybody may ask
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const version = field("redis_version");
  if (version !== undefined && version.localeCompare(VERSION_LEAST, "en", { numeric: true }) < 0)
    throw new RemoteError(`the server is Redis ${version}: ${VERSION_LEAST} or newer is needed`);
  if (field("cluster_enabled") === "1")
    throw new RemoteError("the server is part of a Redis Cluster: one server is needed");
  const policy = field("maxmemory_policy");
  const warnings: string[] = [];
  if (policy !== undefined && policy !== "noeviction")
    warnings.push(
      `the server drops what it holds when memory is short (${policy}): CONFIG SET maxmemory-policy noeviction`,
    );
  if (field("aof_enabled") === "0")
    warnings.push(
      "the server keeps no log (AOF): when it dies, what it holds is done again; CONFIG SET appendonly yes",
    );
  return warnings;
}

/** What `ask` comes to; an answer that the server will not is a RefusedError. */
export async function asked<T>(address: RedisAddress, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if ((error as Error).name !== "ReplyError") throw error;
    throw new RefusedError(readable(error as Error, address));
  }
}
