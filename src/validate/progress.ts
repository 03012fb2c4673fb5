// How far a long comparison is, on stderr, and only once it has taken longer than two seconds.

const QUIET_MS = 2000;
const EVERY_MS = { terminal: 200, log: 5000 };

export interface Progress {
  at(done: number, total: number): void;
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream): Progress {
  const start = Date.now();
  const every = stream.isTTY ? EVERY_MS.terminal : EVERY_MS.log;
  let shownAt = start + QUIET_MS - every;
  let shown = false;
  return {
    at(done, total) {
      const now = Date.now();
      if (now - shownAt < every || done === 0 || done === total) return;
      shownAt = now;
      shown = true;
      const left = Math.ceil((((now - start) / done) * (total - done)) / 1000);
      const text = `validate: ${done} of ${total} cells, about ${left} s left`;
      stream.write(stream.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end() {
      if (shown && stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}
