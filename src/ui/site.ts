// The page's folder, read once and whole: what the server can answer is known before anybody asks.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** The whole targets that are answered, as they stand in the request. Nothing is ever looked up in the file system by them. */
export type Site = ReadonlyMap<string, Asset>;

export type Encoding = "br" | "gzip";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".yaml": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};
const COMPRESSED = /^text\/|json|svg|wasm/;
/** The name tells the content: assets/index-Bx3f_9aZ.js. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;
/** Of the page itself, which each page load asks about again. */
const INDEX = "index.html";

const compressors: Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: promisify(gzip) as (bytes: Uint8Array) => Promise<Uint8Array>,
};

/** One file, in memory; compressed when somebody first takes it so. */
export class Asset {
  readonly type: string;
  readonly compresses: boolean;
  private readonly digest: string;
  private readonly packed = new Map<Encoding, Promise<Uint8Array>>();

  constructor(
    name: string,
    private readonly bytes: Uint8Array,
    readonly cacheControl = HASHED.test(`/${name}`) ? "public, max-age=31536000, immutable" : "no-cache",
  ) {
    this.type = TYPES[extname(name)] ?? "application/octet-stream";
    this.compresses = COMPRESSED.test(this.type);
    this.digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  }

  etag(encoding: Encoding | undefined): string {
    return encoding === undefined ? `"${this.digest}"` : `"${this.digest}-${encoding}"`;
  }

  async body(encoding: Encoding | undefined): Promise<Uint8Array> {
    if (encoding === undefined) return this.bytes;
    const packed = this.packed.get(encoding) ?? compressors[encoding](this.bytes);
    this.packed.set(encoding, packed);
    return packed;
  }
}

/** All plain files below `folder`. Symbolic links are left out, so that nothing from elsewhere can be among them. */
export async function readSite(folder: string): Promise<Map<string, Asset>> {
  const site = new Map<string, Asset>();
  for (const name of await filesBelow(folder)) {
    const target = `/${name.split("/").map(encodeURIComponent).join("/")}`;
    site.set(target, new Asset(name, await readFile(join(folder, name))));
  }
  const index = site.get(`/${INDEX}`);
  if (index !== undefined) site.set("/", index);
  return site;
}

/** Their paths from `folder`, with slashes. */
async function filesBelow(folder: string, before = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, before), { withFileTypes: true })) {
    const name = `${before}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, `${name}/`)));
    else if (entry.isFile()) found.push(name);
  }
  return found;
}
