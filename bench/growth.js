// How the cost of a replica grows with what it need not grow with: the larger scenario's over the smaller one's, as CSV on stdout.

import { printFigure, printFiguresHead } from "./csv.js";
import { progress } from "./measure.js";
import { growthRelations, speeds } from "./relative.js";

const ROUNDS = 11;

printFiguresHead();
for (const relation of await growthRelations()) {
  progress(relation.figure);
  const [samples] = await speeds([relation], ROUNDS);
  printFigure(
    relation.figure,
    "x",
    samples.map((speed) => 1 / speed),
  );
}
