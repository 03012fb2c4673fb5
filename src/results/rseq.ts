// Counts of rseq test runs -> what is reported of them (docs/rseq.md, 4).

import type { Counts } from "./counts.js";
import { type Metric, mean, probability, ratio, wordsOf } from "./metrics.js";

/** The engine's words, in its order. Products of two quantities are sums over replicas. */
export const RSEQ_WORDS = [
  "replicas",
  "iterations",
  "runs",
  "successes",
  "retries",
  "stale",
  "visible",
  "nanoseconds",
  "microseconds",
  "iterations*iterations",
  "iterations*runs",
  "iterations*stale",
  "iterations*visible",
  "runs*runs",
  "successes*successes",
  "successes*retries",
  "retries*retries",
  "stale*stale",
  "visible*visible",
  "microseconds*microseconds",
  "microseconds*runs",
  "microseconds*visible",
  "caught",
  "falseAlarms",
  "ratioAlarms",
  "livelocks",
] as const;
type Word = (typeof RSEQ_WORDS)[number];

/** `undisturbedUs`: how long a KVM_RUN and its read section take a reader that nobody disturbs. */
export function rseqMetrics(counts: Counts, undisturbedUs: number): Metric[] {
  const words = wordsOf(counts);
  const word = (name: Word) => words(RSEQ_WORDS.indexOf(name));
  const n = word("replicas");
  const product = (a: Word, b: Word) => word(`${a}*${b}` as Word);
  const share = (name: string, of: Word) => probability(name, Number(word(of)), Number(n));
  const over = (
    name: string,
    x: "iterations" | "successes" | "microseconds",
    y: "runs" | "retries" | "stale" | "visible",
  ) =>
    ratio(name, {
      n,
      x: word(x),
      y: word(y),
      xx: product(x, x),
      xy: product(x, y),
      yy: product(y, y),
    });
  return [
    mean("successes", n, word("successes"), word("successes*successes")),
    mean("retries", n, word("retries"), word("retries*retries")),
    over("retriesPerSuccess", "successes", "retries"),
    over("runsPerMigration", "iterations", "runs"),
    scaled(over("readerProgress", "microseconds", "runs"), undisturbedUs),
    over("staleShare", "iterations", "stale"),
    over("visibleShare", "iterations", "visible"),
    scaled({ ...over("visibleShare", "microseconds", "visible"), name: "visiblePerSecond" }, 1e6),
    share("caught", "caught"),
    share("falseAlarm", "falseAlarms"),
    share("ratioAlarm", "ratioAlarms"),
    share("livelock", "livelocks"),
    scaled(mean("seconds", n, word("microseconds"), word("microseconds*microseconds")), 1e-6),
  ];
}

function scaled({ name, value, low, high }: Metric, factor: number): Metric {
  const times = (figure: number | null) => figure && figure * factor;
  return { name, value: times(value), low: times(low), high: times(high) };
}
