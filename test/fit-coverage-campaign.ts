// How often the 99% intervals of fitted laws hold, by family, number of lengths and window. Run by hand from the project's root:
//   npx rolldown test/fit-coverage-campaign.ts --platform node --format esm --file build/fit-coverage.mjs
//   node build/fit-coverage.mjs [REPETITIONS] [FAMILY]
// The table goes to stdout.

import { exponential } from "../src/fit/laws/exponential.js";
import { lognormal } from "../src/fit/laws/lognormal.js";
import { mixtures } from "../src/fit/laws/mixture.js";
import { pareto } from "../src/fit/laws/pareto.js";
import { weibull } from "../src/fit/laws/weibull.js";
import { markdownTable } from "../src/report/marked.js";
import { type Case, coverage, STEP } from "./src/fit/coverage.js";
import * as drawn from "./src/fit/through-window.js";

const repetitions = Number(process.argv[2] ?? 1000);
const only = process.argv[3] ?? "";

const [exponentials, lognormals] = mixtures[0]!;
const CASES: Case[] = [
  { name: "exponential", family: exponential, law: drawn.exponential(5e6), truth: [5e6] },
  { name: "log-normal, sigma 1", family: lognormal, law: drawn.lognormal(2e6, 1), truth: [2e6, 1] },
  { name: "log-normal, sigma 2", family: lognormal, law: drawn.lognormal(2e6, 2), truth: [2e6, 2] },
  { name: "Weibull, shape 1/2", family: weibull, law: drawn.weibull(4e6, 0.5), truth: [4e6, 0.5] },
  { name: "Weibull, shape 2", family: weibull, law: drawn.weibull(4e6, 2), truth: [4e6, 2] },
  { name: "Pareto, shape 1.5", family: pareto, law: drawn.pareto(1e6, 1e9, 1.5), truth: [1e6, 1e9, 1.5] },
  { name: "Pareto, shape 0.5", family: pareto, law: drawn.pareto(1e6, 1e9, 0.5), truth: [1e6, 1e9, 0.5] },
  {
    name: "mixture of exponentials",
    family: exponentials!,
    law: drawn.mixture([
      { weight: 0.7, law: drawn.exponential(1e6) },
      { weight: 0.3, law: drawn.exponential(2e7) },
    ]),
    truth: [1e6, 2e7, 0.7],
  },
  {
    name: "mixture of log-normals",
    family: lognormals!,
    law: drawn.mixture([
      { weight: 0.7, law: drawn.lognormal(1e6, 0.5) },
      { weight: 0.3, law: drawn.lognormal(1e7, 0.5) },
    ]),
    truth: [1e6, 0.5, 1e7, 0.5, 0.7],
  },
];

const NUMBERS = [30, 100, 1000, 10_000];
/** Recordings of so many mean lengths of so many tasks. */
const WINDOWS: [number, number][] = [
  [1, 40],
  [3, 40],
  [3, 400],
];

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
const rows: string[][] = [];
for (const one of CASES.filter(({ name }) => name.startsWith(only))) {
  const samplers = [
    ...NUMBERS.map((n) => ({
      seen: `${n} whole`,
      sampler: (law: drawn.Drawn, random: drawn.Random) => drawn.plainSample(law, n, random, STEP),
    })),
    ...WINDOWS.map(([means, tasks]) => ({
      seen: `${tasks} tasks, ${means} means`,
      sampler: (law: drawn.Drawn, random: drawn.Random) =>
        drawn.throughWindow(law, law.mean, means * law.mean, tasks, random, STEP),
    })),
  ];
  for (const { seen, sampler } of samplers) {
    const { ended, parameters, mean, chosen, recognised } = coverage(one, sampler, repetitions);
    const shares = one.family.parameters.map(({ name }, i) => `${name} ${percent(parameters[i]!)}`);
    rows.push([
      one.name,
      seen,
      ended.toFixed(0),
      shares.join(", "),
      percent(mean),
      percent(chosen),
      percent(recognised),
    ]);
    process.stderr.write(`${rows.at(-1)!.join(" | ")}\n`);
  }
}
const heads = ["law", "seen", "ended", "parameters", "mean", "mean of the chosen law", "recognised"];
process.stdout.write(`${markdownTable(heads, rows)}\n`);
