// The server of klpsim ui against clients that mean ill, over raw sockets.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasDisplay } from "../../src/ui/open-browser.js";
import { CONTENT_SECURITY_POLICY, serve, type UiServer } from "../../src/ui/server.js";
import { readSite } from "../../src/ui/site.js";
import { ask, exchange, parseAnswer } from "./raw-http.js";

const PAGE = "<!doctype html><title>the page</title>";
const SECRET = "not for the web";
const SCRIPT = `export const x = 1;${" ".repeat(5000)}`;

const root = mkdtempSync(join(tmpdir(), "klpsim-ui-"));
const folder = join(root, "web");
let server: UiServer;
let port: number;

beforeAll(async () => {
  mkdirSync(join(folder, "assets"), { recursive: true });
  const files = {
    "index.html": PAGE,
    "assets/index-Bx3f_9aZ.js": SCRIPT,
    "assets/core.wasm": "\0asm",
    "assets/style.css": "body{}",
    "a name.svg": "<svg/>",
    "no-extension": "?",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeFileSync(join(root, "secret.txt"), SECRET);
  symlinkSync(join(root, "secret.txt"), join(folder, "link.txt"));
  symlinkSync(root, join(folder, "linked"));
  server = await serve(await readSite(folder));
  port = server.port;
});
afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true });
});

describe("The server of klpsim ui", () => {
  it.each([
    ["/", "text/html; charset=utf-8", "no-cache"],
    ["/index.html", "text/html; charset=utf-8", "no-cache"],
    ["/assets/index-Bx3f_9aZ.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
    ["/assets/core.wasm", "application/wasm", "no-cache"],
    ["/assets/style.css", "text/css; charset=utf-8", "no-cache"],
    ["/a%20name.svg", "image/svg+xml", "no-cache"],
    ["/no-extension", "application/octet-stream", "no-cache"],
  ])(
    "Always: serves %s as %s, to be kept as %s, with every header that keeps other sites out",
    async (target, type, cache) => {
      const { status, headers } = await ask(port, { target });
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        "content-type": type,
        "cache-control": cache,
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
      expect(headers).not.toHaveProperty("x-powered-by");
    },
  );

  it("Always: its policy lets nothing be framed, sent away, written into markup or evaluated", () => {
    const directives = CONTENT_SECURITY_POLICY.split("; ");
    expect(directives).toEqual(
      expect.arrayContaining(["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  });

  it("Always: its policy is that of the page itself, which other hosts leave to the page, and no framing", () => {
    const html = readFileSync(new URL("../../web/index.html", import.meta.url), "utf8");
    const own = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)![1];
    expect(`${own}; frame-ancestors 'none'`).toBe(CONTENT_SECURITY_POLICY);
  });

  it.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const)("Always: what is sent as %s is the file", async (encoding, unpack) => {
    const { headers, body } = await ask(port, {
      target: "/assets/index-Bx3f_9aZ.js",
      headers: [`Accept-Encoding: ${encoding}`],
    });
    expect(headers).toMatchObject({ "content-encoding": encoding, vary: "Accept-Encoding" });
    expect(body.length).toBeLessThan(500);
    expect(unpack(Buffer.from(body, "latin1")).toString()).toBe(SCRIPT);
  });

  it("Never: an encoding that is refused with q=0 is sent", async () => {
    const { headers } = await ask(port, { headers: ["Accept-Encoding: br;q=0, gzip;q=0.5"] });
    expect(headers["content-encoding"]).toBe("gzip");
  });

  it.each(["/", "/assets/index-Bx3f_9aZ.js", "/nothing"])(
    "Always: HEAD of %s has GET's status and headers, and no body",
    async (target) => {
      const got = await ask(port, { target });
      const head = await ask(port, { target, method: "HEAD" });
      const { date: _, ...headers } = got.headers;
      expect(head).toMatchObject({ status: got.status, headers, body: "" });
      expect(Number(headers["content-length"])).toBe(got.body.length);
    },
  );

  it("Always: what has not changed is not sent again", async () => {
    const { headers } = await ask(port);
    const again = await ask(port, { headers: [`If-None-Match: "other", ${headers.etag}`] });
    expect({ status: again.status, body: again.body, etag: again.headers.etag }).toEqual({
      status: 304,
      body: "",
      etag: headers.etag,
    });
  });
});

describe("Names that are not the server's (DNS rebinding)", () => {
  it.each([
    ["127.0.0.1", 200],
    ["localhost", 200],
    ["[::1]", 200],
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost.evil.example", 403],
    ["evil.example@127.0.0.1", 403],
    ["127.1", 403],
    ["0.0.0.0", 403],
    ["127.0.0.2", 403],
    ["2130706433", 403],
  ])("Host %s with the right port: %i", async (name, status) => {
    const answer = await ask(port, { headers: [`Host: ${name}:${port}`] });
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body).not.toContain("evil");
  });

  it.each([
    ["no port", () => ["Host: 127.0.0.1"]],
    ["another port", () => [`Host: 127.0.0.1:${(port % 60_000) + 1}`]],
    ["an empty name", () => ["Host:"]],
    ["two names, the right one first", () => [`Host: 127.0.0.1:${port}`, "Host: evil.example"]],
    ["two names, the right one last", () => ["Host: evil.example", `Host: 127.0.0.1:${port}`]],
  ])("Never: %s is answered", async (_, headers) => {
    expect([400, 403]).toContain((await ask(port, { headers: headers() })).status);
  });

  it("Never: a request without Host is answered, under HTTP/1.1 or 1.0", async () => {
    for (const version of ["1.0", "1.1"]) {
      const text = await exchange(port, `GET / HTTP/${version}\r\nConnection: close\r\n\r\n`);
      expect([400, 403]).toContain(parseAnswer(text).status);
      expect(text).not.toContain("the page");
    }
  });

  it("Never: X-Forwarded-Host or Forwarded stand in for Host", async () => {
    const headers = ["Host: evil.example", `X-Forwarded-Host: 127.0.0.1:${port}`, `Forwarded: host=127.0.0.1:${port}`];
    expect((await ask(port, { headers })).status).toBe(403);
  });
});

describe("Pages of other sites", () => {
  it.each([
    ["its own origin", 200, () => `Origin: http://127.0.0.1:${port}`],
    ["its own origin by name", 200, () => `Origin: http://localhost:${port}`],
    ["another site", 403, () => "Origin: https://evil.example"],
    ["an origin that is none (a file, a sandboxed frame)", 403, () => "Origin: null"],
    ["another port of this machine", 403, () => "Origin: http://127.0.0.1:1"],
    ["the right host by https", 403, () => `Origin: https://127.0.0.1:${port}`],
    ["an origin that begins alike", 403, () => `Origin: http://127.0.0.1:${port}.evil.example`],
    ["the address bar", 200, () => "Sec-Fetch-Site: none"],
    ["the page itself", 200, () => "Sec-Fetch-Site: same-origin"],
    ["another port, as the browser says", 403, () => "Sec-Fetch-Site: same-site"],
    ["another site, as the browser says", 403, () => "Sec-Fetch-Site: cross-site"],
    ["a site that no browser says", 403, () => "Sec-Fetch-Site: whatever"],
  ])("from %s: %i", async (_, status, header) => {
    const answer = await ask(port, { headers: [header()] });
    expect({ status: answer.status, page: answer.body.includes("the page") }).toEqual({ status, page: status === 200 });
  });
});

describe("Ways out of the folder", () => {
  it.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/../index.html",
    "/./index.html",
    "//index.html",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "\\..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/..;/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/index.html%00.txt",
    "/index.html\0",
    "/link.txt",
    "/linked/secret.txt",
    "/linked/web/index.html",
    "/assets/",
    "/assets",
    "/index.html/",
    "/INDEX.HTML",
    "/?x",
    "/index.html#x",
    "/__proto__",
    "/constructor",
    "/toString",
    "*",
    "secret.txt",
    "C:/secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "http://evil.example/",
  ])("Never: %j is answered with a file", async (target) => {
    const { status, body } = await ask(port, { target });
    expect([400, 404]).toContain(status);
    expect(body).not.toMatch(/the page|not for the web|root:/);
  });

  it("Never: the absolute form of an address stands for the path in it", async () => {
    expect((await ask(port, { target: `http://127.0.0.1:${port}/` })).status).toBe(404);
  });

  it("Never: what is changed in the folder after the start is seen", async () => {
    writeFileSync(join(folder, "later.txt"), SECRET);
    writeFileSync(join(folder, "index.html"), SECRET);
    expect((await ask(port, { target: "/later.txt" })).status).toBe(404);
    expect((await ask(port)).body).toBe(PAGE);
  });
});

describe("Requests that are not GET or HEAD", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])(
    "Never: %s is done; 405 says what is",
    async (method) => {
      const { status, headers } = await ask(port, { method });
      expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD" });
      expect(headers).not.toHaveProperty("access-control-allow-methods");
    },
  );

  it("Never: CONNECT makes a tunnel of it", async () => {
    const text = await exchange(port, `CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(text).not.toMatch(/ 200 /);
  });

  it("Never: an upgrade to WebSocket is made", async () => {
    const headers = ["Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"];
    expect((await ask(port, { headers })).status).toBe(200);
  });

  it("Never: a body is read: a length is refused, a stream too, and the connection closed", async () => {
    expect((await ask(port, { headers: ["Content-Length: 1000000000"] })).status).toBe(413);
    expect((await ask(port, { headers: ["Transfer-Encoding: chunked"], body: "5\r\nabcde\r\n" })).status).toBe(413);
  });

  it("Never: a second request is smuggled in behind a length", async () => {
    const body = `GET /assets/core.wasm HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const head = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const text = await exchange(port, `${head}0\r\n\r\n${body}`);
    expect(text).not.toMatch(/ 200 |asm/);
  });
});

describe("Clients that are rude", () => {
  it.each([
    ["one header of 20 kB", 431, () => [`X: ${"x".repeat(20_000)}`]],
    ["headers of 20 kB", 431, () => Array.from({ length: 400 }, (_, i) => `X-${i}: ${"x".repeat(50)}`)],
    ["a header with a line of its own", 400, () => ["X: a\nY: b\rZ: c"]],
  ])("%s: %i", async (_, status, headers) => {
    expect((await ask(port, { headers: headers() })).status).toBe(status);
  });

  it("Never: a target of 20 kB is looked at", async () => {
    expect((await ask(port, { target: `/${"x".repeat(20_000)}` })).status).toBe(431);
  });

  it.each(["\0\0\0\0\r\n\r\n", "\x16\x03\x01\x02\x00\x01\r\n\r\n", "GET\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"])(
    "Never: %j is anything but a bad request",
    async (bytes) => {
      expect(parseAnswer(await exchange(port, bytes)).status).toBe(400);
    },
  );

  it("Never: a client that sends its headers drop by drop, or nothing at all, is waited for", async () => {
    const impatient = await serve(await readSite(folder), { patience: { request: 200, silence: 400 } });
    const half = exchange(impatient.port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${impatient.port}\r\nX: `);
    const silent = exchange(impatient.port, "");
    expect(parseAnswer(await half).status).toBe(408);
    await silent;
    await impatient.close();
  });

  it("Always: connections that hang do not keep it from others, nor from ending", async () => {
    const other = await serve(await readSite(folder));
    const hanging = Array.from({ length: 50 }, () => exchange(other.port, "GET / HT"));
    expect((await ask(other.port)).status).toBe(200);
    await other.close();
    expect(await Promise.all(hanging)).toHaveLength(50);
  });
});

describe("Where it listens", () => {
  const refused = (address: string) =>
    new Promise<string | undefined>((resolve) => {
      const socket = connect({ host: address, port, timeout: 2000 }, () => resolve(undefined));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.on("timeout", () => resolve("ETIMEDOUT"));
      socket.on("close", () => {});
    });
  const addresses = Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80"))
    .map(({ address }) => address);

  it.each([...addresses, "127.0.0.2"])("Never: at %s", async (address) => {
    expect(await refused(address)).toBeDefined();
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
  it.skipIf(!hasIpv6)("Always: at ::1 instead where that is asked for", async () => {
    const six = await serve(await readSite(folder), { host: "::1" });
    expect(six.url).toBe(`http://[::1]:${six.port}/`);
    const head = `GET / HTTP/1.1\r\nHost: [::1]:${six.port}\r\nConnection: close\r\n\r\n`;
    expect(parseAnswer(await exchange(six.port, head, "::1")).status).toBe(200);
    await six.close();
  });

  it("Never: two servers share a port", async () => {
    await expect(serve(await readSite(folder), { port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("The browser", () => {
  it.each([
    ["linux", {}, false],
    ["linux", { DISPLAY: ":0" }, true],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["darwin", {}, true],
    ["darwin", { SSH_CONNECTION: "x" }, false],
    ["win32", {}, true],
  ] as const)("on %s with %j: a screen to show it on is %s", (platform, env, is) => {
    expect(hasDisplay(platform, env)).toBe(is);
  });
});
