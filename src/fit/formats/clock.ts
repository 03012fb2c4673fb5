// Times as tracers print them, seconds and a fraction, to ns since the second in which the trace begins.

const POINT = 46;
const ZERO = 48;
/** No clock counts as far; differences still have whole ns. */
const SECONDS_MAX = 1e12;
const SCALE = [0, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1];

export class TraceClock {
  private first: number | null = null;
  /** Where the time that was read last ends. */
  end = 0;

  /** The time that begins at `from`; NaN: there is none (no point, over nine digits after it, not `follows` after those). */
  read(text: string, from: number, follows = ""): number {
    let at = from;
    let seconds = 0;
    let digit = text.charCodeAt(at) - ZERO;
    for (; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - ZERO) seconds = seconds * 10 + digit;
    if (at === from || text.charCodeAt(at) !== POINT) return Number.NaN;
    const point = at++;
    let fraction = 0;
    digit = text.charCodeAt(at) - ZERO;
    for (; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - ZERO) fraction = fraction * 10 + digit;
    const scale = SCALE[at - point - 1];
    if (!scale || seconds > SECONDS_MAX || !text.startsWith(follows, at)) return Number.NaN;
    this.end = at;
    this.first ??= seconds;
    return (seconds - this.first) * 1e9 + fraction * scale;
  }
}
