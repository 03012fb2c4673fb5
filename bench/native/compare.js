// Where the engine and the C reference differ: nowhere, if both follow docs/rules.md.

import { COUNTERS } from "../../dist/results/counts.js";
import { DRAW_COLUMNS, drawReference } from "./reference.js";

/** The first difference between two Counts, in words; undefined: they are equal. */
export function countsDiffer(engine, reference, layout) {
  const [ours, theirs] = [engine, reference].map(
    ({ index, value }) => new Map(Array.from(index, (word, i) => [word, value[i]])),
  );
  for (const word of [...ours.keys(), ...theirs.keys()].sort((a, b) => a - b)) {
    const [one, other] = [ours.get(word) ?? 0n, theirs.get(word) ?? 0n];
    if (one !== other) return `${nameOf(word, layout)}: the engine counts ${one}, the C reference ${other}`;
  }
  for (const name of ["latencyMin", "latencyMax", "lastSwitchMin", "lastSwitchMax", "worst"]) {
    const [one, other] = [engine, reference].map((counts) => JSON.stringify(counts[name]));
    if (one !== other) return `${name}: the engine has ${one}, the C reference ${other}`;
  }
}

function nameOf(word, layout) {
  const { replicas, censored, counters, tries, rounds, exceed, blame, stuck } = layout;
  const parts = { replicas, censored, tries, rounds, exceed, blame, stuck };
  COUNTERS.forEach((name, n) => {
    parts[name] = counters + n;
  });
  for (const histogram of ["latency", "lastSwitch"]) {
    for (const [part, at] of Object.entries(layout[histogram]))
      if (part !== "buckets") parts[`${histogram}.${part}`] = at;
  }
  const [name, first] = Object.entries(parts)
    .filter(([, at]) => at <= word)
    .reduce((a, b) => (a[1] > b[1] ? a : b));
  return `${name}[${word - first}]`;
}

/** The first difference among so many draws; undefined: there is none. */
export function drawsDiffer(draws, program, seed, count) {
  const rows = drawReference(program, seed, count);
  draws.select(seed, 0);
  for (let n = 0; n < count; n++) {
    const u = draws.uniform(n & 0xfffff, n % 7, n);
    const small = u * u;
    const ours = [
      u,
      draws.standardExponential(u),
      draws.standardExponential(1 - small),
      draws.exponentialTicks(1e12, u),
      draws.geometric(1 - small, u),
      draws.exponentialCdf(small),
      draws.exceededTicks(1e12, small),
      exponentialOf(draws, u, rows[DRAW_COLUMNS * n + 7]),
    ];
    const column = ours.findIndex((value, i) => !Object.is(value, rows[DRAW_COLUMNS * n + i]));
    if (column >= 0)
      return `draw ${n}, column ${column}: the engine has ${ours[column]}, the C reference ${rows[DRAW_COLUMNS * n + column]}`;
  }
}

/** The guess at exp(-mean) if it is the engine's own: the least u for which a Poisson number of this mean is not 0. */
function exponentialOf(draws, mean, guess) {
  const below = guess * (1 - 2 ** -53);
  return draws.poisson(mean, guess) > 0 && draws.poisson(mean, below) === 0 ? guess : Number.NaN;
}
