// The ratios that a regression shows in, as CSV on stdout: speed relative to a calibration, and kept as things grow. With
// --check they are compared with this machine's stored ones, or those of --machine; what has fallen is named, exit 1.

import { parseArgs } from "node:util";
import { explain, regressions } from "./compare.js";
import { printFigure, printFiguresHead, readCsv } from "./csv.js";
import { machine, resultsUrl } from "./machine.js";
import { median, progress } from "./measure.js";
import { allRelations, speeds } from "./relative.js";

const ROUNDS = 7;

const { values } = parseArgs({
  options: { check: { type: "boolean" }, machine: { type: "string", default: machine() } },
});
if (values.check) await check(values.machine);
else await print();

async function print() {
  const relations = await warmedUp();
  progress(`${ROUNDS} rounds`);
  printFiguresHead();
  const samples = await speeds(relations, ROUNDS);
  for (const [n, { figure }] of relations.entries()) printFigure(figure, "relative speed", samples[n]);
}

function warmedUp() {
  progress("warming up");
  return allRelations();
}

/** What seems to have fallen is taken again: a machine that others use deceives now and then, seldom twice. */
async function check(name) {
  const stored = readCsv(resultsUrl(name, "ratios")).map(({ figure, value }) => ({ figure, value: Number(value) }));
  const relations = await warmedUp();
  let fallen = stored.map(({ figure }) => figure);
  let found = [];
  for (const rounds of [ROUNDS, 2 * ROUNDS]) {
    const again = relations.filter(({ figure }) => fallen.includes(figure));
    progress(`${rounds} rounds of ${again.length} ratios`);
    const samples = await speeds(again, rounds);
    const measured = again.map(({ figure }, n) => ({ figure, value: median(samples[n]) }));
    found = regressions(
      stored.filter(({ figure }) => fallen.includes(figure)),
      measured,
    );
    fallen = found.map(({ figure }) => figure);
    if (fallen.length === 0) break;
  }
  for (const one of found) console.log(explain(one));
  process.exitCode = found.length === 0 ? 0 : 1;
}
