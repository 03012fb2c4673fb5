// A long trace out of a short one of perf script: its lines again and again, each time a second later, in the layouts of several tools.

const CHUNK = 1 << 18;
const LINE = /^ *(.+?) +(\d+) \[(\d+)\] +(\d+)\.(\d+): +[a-z_]+:(\w+): (.*)$/;

/** A layout makes the text of a perf script into that of its own tool. */
export const LAYOUTS = {
  "perf-script": (text) => text,
  ftrace: (text) =>
    lines(text, (who, cpu, time, event, fields) => `${who} [${cpu}] d..2. ${time}: ${event}: ${fields}`),
  "trace-cmd": (text) =>
    lines(text, (who, cpu, time, event, fields) => `${who} [${cpu}] ${time}: ${`${event}:`.padEnd(22)} ${fields}`),
};

function lines(text, write) {
  return text.replace(/.+/g, (line) => {
    const [, comm, tid, cpu, seconds, fraction, event, fields] = LINE.exec(line);
    return write(
      `${comm.padStart(16)}-${tid.padEnd(6)}`,
      cpu,
      `${seconds.padStart(6)}.${fraction.slice(0, 6)}`,
      event,
      fields,
    );
  });
}

/** About so many bytes of it; the text must lie within one second of four digits. */
export async function* repeated(text, bytes) {
  const block = Buffer.from(text);
  const second = Number(/ (\d{4})\.\d{6,9}: /.exec(text)[1]);
  const places = [...text.matchAll(new RegExp(` ${second}(?=\\.\\d{6,9}: )`, "g"))].map(({ index }) => index + 1);
  for (let left = bytes, now = second; left > 0; left -= block.length, now++) {
    const digits = Buffer.from(String(now));
    for (const place of places) block.set(digits, place);
    for (let at = 0; at < block.length; at += CHUNK) yield block.subarray(at, at + CHUNK);
  }
}
