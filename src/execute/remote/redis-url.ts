// Where a Redis server is, and who asks there: redis://[user:password@]host[:port][/db], rediss:// for TLS. Name and password may come from
// the environment instead. No message ever repeats them.

/** How to reach a server. */
export interface RedisAddress {
  host: string;
  port: number;
  db: number;
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
}

const PORT = 6379;
const DB_MAX = 1_000_000;
const EXPECTED = "expected redis://[user:password@]host[:port][/db], or rediss:// for TLS";
/** What stands in a message instead of name or password. */
const HIDDEN = "***";

/** @throws RangeError that says what was expected, not what was found: that may hold a password */
export function parseRedisUrl(text: string, env: NodeJS.ProcessEnv = process.env): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === "") throw new RangeError(EXPECTED);
  if (url.search !== "" || url.hash !== "") throw new RangeError(`${EXPECTED}, with nothing behind it`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? PORT : Number(url.port),
    db: database(url.pathname),
    tls: url.protocol === "rediss:",
    username: decoded(url.username) ?? given(env.KLPSIM_REDIS_USERNAME),
    password: decoded(url.password) ?? given(env.KLPSIM_REDIS_PASSWORD),
  };
}

function database(path: string): number {
  const digits = path.replace(/^\//, "");
  const db = Number(digits);
  if (/^\d*$/.test(digits) && db <= DB_MAX) return db;
  throw new RangeError(`${EXPECTED}: the part behind the host is the number of a database`);
}

function decoded(part: string): string | undefined {
  try {
    return given(decodeURIComponent(part));
  } catch {
    throw new RangeError(`${EXPECTED}: a % in name or password is written %25`);
  }
}

function given(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** The server as messages name it. */
export function shownAddress({ host, port, db, tls }: RedisAddress): string {
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return `${tls ? "rediss" : "redis"}://${shownHost}:${port}${db === 0 ? "" : `/${db}`}`;
}

/** A text that others made, such as an error's, without name and password. */
export function withoutSecrets(text: string, { username, password }: RedisAddress): string {
  return [password, username].reduce<string>(
    (shown, secret) => (secret === undefined ? shown : shown.replaceAll(secret, HIDDEN)),
    text,
  );
}
