// Requests byte for byte, as no browser or library would send them.

import { connect } from "node:net";

export interface RawAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string;
}

/** Everything that comes back until the server closes the connection. */
export function exchange(port: number, bytes: string, host = "127.0.0.1"): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, host, () => socket.write(bytes, "latin1"));
    socket.setEncoding("latin1").on("data", (chunk) => (text += chunk));
    socket.on("close", () => resolve(text));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? resolve(text) : reject(error),
    );
  });
}

/** The first answer in what came back. */
export function parseAnswer(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(
      lines.map((line) => [line.split(":")[0]!.toLowerCase(), line.replace(/^[^:]*: ?/, "")]),
    ),
    body: rest.join("\r\n\r\n"),
  };
}

interface Asked {
  method?: string;
  /** As it stands in the first line. */
  target?: string;
  /** Lines; the right Host unless one is among them. */
  headers?: string[];
  body?: string;
}

export async function ask(port: number, { method = "GET", target = "/", headers = [], body = "" }: Asked = {}) {
  const hosts = headers.some((line) => /^host:/i.test(line)) ? [] : [`Host: 127.0.0.1:${port}`];
  const head = [`${method} ${target} HTTP/1.1`, ...hosts, "Connection: close", ...headers].join("\r\n");
  return parseAnswer(await exchange(port, `${head}\r\n\r\n${body}`));
}
