// A shard as bytes: how many, and what it costs to write, to check and to add them.

import { CountsSum } from "../../dist/results/merge.js";
import { decodeShard, encodeShard } from "../../dist/results/shard-file.js";
import { printFigure } from "../csv.js";
import { cpuMs, interleave, progress } from "../measure.js";
import { sampleOf } from "./sample.js";

const ROUNDS = 7;
const SHARDS = 2000;

progress("bytes of shards");
for (const name of ["busy-vcpus", "fleet-host"]) {
  const { planned, result, keyOf } = await sampleOf(name, SHARDS);
  const keys = planned.map(keyOf);
  const bytes = planned.map((shard, n) => encodeShard(keys[n], result(shard)));
  const results = bytes.map((one, n) => decodeShard(keys[n], one));
  const sum = new CountsSum();
  const tasks = [
    () => planned.forEach((shard, n) => encodeShard(keys[n], result(shard))),
    () => bytes.forEach((one, n) => decodeShard(keys[n], one)),
    () => results.forEach(({ counts }) => sum.add(counts)),
  ];
  const columns = await interleave(tasks, ROUNDS, cpuMs);
  printFigure(`${name}: a shard`, "bytes", [bytes[0].length]);
  for (const [n, what] of ["written as bytes", "checked and read", "added"].entries()) {
    printFigure(
      `${name}: a shard ${what}`,
      "us",
      columns[n].map((ms) => (1000 * ms) / SHARDS),
    );
  }
}
