// Where text goes: how wide, and whether colours are welcome.

export type Paint = (text: string) => string;

export interface Terminal {
  columns: number;
  bold: Paint;
  dim: Paint;
  warn: Paint;
  /** One colour a series, round and round. */
  series: (number: number) => Paint;
}

const PLAIN_COLUMNS = 100;
const SERIES_COLOURS = [36, 33, 35, 32, 34, 91]; // cyan, yellow, magenta, green, blue, bright red

const plain: Paint = (text) => text;

function ansi(code: number): Paint {
  return (text) => (text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`);
}

/** Colours only on a terminal, and not where NO_COLOR or TERM=dumb asks for none. */
export function terminalOf(stream: { isTTY?: boolean; columns?: number }, env = process.env): Terminal {
  const columns = stream.columns || Number(env.COLUMNS) || PLAIN_COLUMNS;
  if (!stream.isTTY || env.NO_COLOR || env.TERM === "dumb") return plainTerminal(columns);
  return {
    columns,
    bold: ansi(1),
    dim: ansi(2),
    warn: ansi(31),
    series: (number) => ansi(SERIES_COLOURS[number % SERIES_COLOURS.length]),
  };
}

export function plainTerminal(columns = PLAIN_COLUMNS): Terminal {
  return { columns, bold: plain, dim: plain, warn: plain, series: () => plain };
}
