// The table of docs/statistics.md: how often intervals hold. Run by hand from the project's root after a build:
//   npx rolldown test/coverage-campaign.ts --platform node --format esm --external piscina --dir build
//   node build/coverage-campaign.js [REPETITIONS]
// The table goes to stdout, progress to stderr.

import { whole } from "../src/report/format.js";
import { markdownTable } from "../src/report/markdown-table.js";
import { coverage, patchLite, sleepers } from "./coverage.js";

const repetitions = Number(process.argv[2] ?? 2000);
const STOPS = [
  { name: "at 5,000 replicas", stop: { replicas: 5000 } },
  { name: "mean ci < 5%", stop: { replicas: 32_000, until: "mean ci < 5%" } },
  { name: "p99 ci < 15%", stop: { replicas: 32_000, until: "p99 ci < 15%" } },
  { name: "P(>9s) < 20% @ 99%", stop: { replicas: 32_000, until: "P(>9s) < 20% @ 99%" } },
];

const rows: string[][] = [];
for (const law of [patchLite(), sleepers()]) {
  for (const { name, stop } of STOPS) {
    process.stderr.write(`${law.name}, ${name}\n`);
    const { held, replicas } = await coverage(law, repetitions, stop);
    const shares = held.map((count) => `${((100 * count) / repetitions).toFixed(1)}%`);
    rows.push([law.name, name, whole(replicas), ...shares]);
    process.stderr.write(`  ${shares.join(" ")}\n`);
  }
}
process.stdout.write(`${markdownTable(["law", "stops", "mean replicas", "mean", "p50", "p99", "P(> 9 s)"], rows)}\n`);
