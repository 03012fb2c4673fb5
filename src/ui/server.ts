// Serves a site to browsers of this machine, and to nobody else. Other sites that such a browser has open are hostile: they can send
// requests here, and have a name of theirs point here (DNS rebinding). So Host, Origin and Sec-Fetch-Site are looked at before anything
// else, and what is answered may be neither framed, embedded nor read elsewhere.

import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Asset, Encoding, Site } from "./site.js";

export const LOOPBACK = ["127.0.0.1", "::1"] as const;
export type Loopback = (typeof LOOPBACK)[number];

/** What the page may do: its own scripts and modules, nothing written into markup, no request to anywhere else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SECURITY: OutgoingHttpHeaders = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** A browser sends some 20 headers, and no cookie of ours. */
const HEADER_BYTES_MAX = 8192;
const CONNECTIONS_MAX = 128;

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** For the headers of a request, and for all of it. */
  request: number;
  /** Between two bytes, either way. */
  silence: number;
}

const PATIENCE: Patience = { request: 10_000, silence: 30_000 };

export interface UiServer {
  url: string;
  port: number;
  /** At once, whoever is connected. */
  close(): Promise<void>;
}

/** Port 0: one that is free. @throws what listen() refuses, with its code */
export async function serve(
  site: Site,
  { host = "127.0.0.1", port = 0, patience = PATIENCE }: { host?: Loopback; port?: number; patience?: Patience } = {},
): Promise<UiServer> {
  let own: ReadonlySet<string> = new Set();
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: patience.request,
      requestTimeout: patience.request,
      connectionsCheckingInterval: Math.ceil(patience.request / 4),
      keepAliveTimeout: Math.min(5000, patience.silence),
    },
    (request, response) => void answer(site, own, request, response).catch(() => response.destroy()),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(patience.silence);
  const bound = await listening(server, host, port);
  own = new Set(["127.0.0.1", "localhost", "[::1]"].map((name) => new URL(`http://${name}:${bound}`).host));
  return {
    url: new URL(`http://${host === "::1" ? "[::1]" : host}:${bound}/`).href,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The port. */
function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function answer(site: Site, own: ReadonlySet<string>, request: IncomingMessage, response: ServerResponse) {
  const refused = refusal(own, request);
  if (refused !== undefined) return refuse(response, refused);
  const asset = site.get(request.url!);
  if (asset === undefined) return refuse(response, { status: 404, reason: "there is nothing of that name here" });
  return send(asset, request, response);
}

interface Refusal {
  status: number;
  reason: string;
  headers?: OutgoingHttpHeaders;
}

/** Words of a refusal repeat nothing that the client sent. */
function refusal(own: ReadonlySet<string>, { method, headers, headersDistinct }: IncomingMessage): Refusal | undefined {
  const hosts = headersDistinct.host ?? [];
  if (hosts.length !== 1 || !own.has(hosts[0]!))
    return { status: 403, reason: "asked for by another name or port than the address that klpsim ui printed" };
  const { origin, "sec-fetch-site": fetchSite } = headers;
  if (origin !== undefined && !(origin.startsWith("http://") && own.has(origin.slice("http://".length))))
    return { status: 403, reason: "asked for by a page of another site" };
  if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none")
    return {
      status: 403,
      reason: "reached from another site; paste the address that klpsim ui printed into the browser",
    };
  if (method !== "GET" && method !== "HEAD")
    return { status: 405, reason: "only GET and HEAD are answered", headers: { Allow: "GET, HEAD" } };
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0)
    return { status: 413, reason: "no request has a body here" };
  return undefined;
}

/** The connection goes with it: what the client may still send is not read. */
function refuse(response: ServerResponse, { status, reason, headers }: Refusal): void {
  const text = `klpsim ui: ${reason}\n`;
  response.writeHead(status, {
    ...SECURITY,
    ...headers,
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    Connection: "close",
  });
  response.end(text);
}

async function send(asset: Asset, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const encoding = asset.compresses ? encodingOf(request.headers["accept-encoding"] ?? "") : undefined;
  const etag = asset.etag(encoding);
  const headers: OutgoingHttpHeaders = {
    ...SECURITY,
    ...(asset.compresses && { Vary: "Accept-Encoding" }),
    "Cache-Control": asset.cacheControl,
    ETag: etag,
  };
  if (request.headers["if-none-match"]?.split(/\s*,\s*/).includes(etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = await asset.body(encoding);
  response.writeHead(200, {
    ...headers,
    ...(encoding && { "Content-Encoding": encoding }),
    "Content-Type": asset.type,
    "Content-Length": body.byteLength,
  });
  response.end(body);
}

/** The better one of those that are accepted. */
function encodingOf(accepted: string): Encoding | undefined {
  const names = accepted
    .split(",")
    .map((one) => one.trim())
    .filter((one) => !/;\s*q=0(\.0*)?$/.test(one))
    .map((one) => one.split(";")[0]);
  return (["br", "gzip"] as const).find((encoding) => names.includes(encoding));
}
