import { describe, expect, it } from "vitest";
import { affinityOf } from "../../../src/fit/affinity.js";
import { madeClass, madePhase } from "./made-fits.js";

const classOn = (cpus: [cpu: number, tasks: number, alone: number][], rest: object = {}, seen = 1000) =>
  madeClass("busy", [madePhase("user", "user", {}, seen)], {
    tasks: cpus.length,
    cpus: new Map(cpus.map(([cpu, tasks, alone]) => [cpu, { tasks, alone }])),
    ...rest,
  });

describe("Where a class runs", () => {
  it.each([
    [
      "each on its own CPU, from the first on",
      classOn([
        [0, 1, 1],
        [1, 1, 1],
      ]),
      "one-each",
    ],
    [
      "each on its own CPU, but not the first ones",
      classOn([
        [1, 1, 1],
        [2, 1, 1],
      ]),
      "1-2",
    ],
    [
      "a kthread a CPU, seen seldom",
      classOn(
        [
          [0, 1, 1],
          [1, 1, 1],
        ],
        { kind: "kthread" },
        4,
      ),
      "one-each",
    ],
    [
      "some CPUs, often",
      classOn([
        [3, 2, 0],
        [1, 2, 0],
      ]),
      "1,3",
    ],
    [
      "some CPUs, seldom",
      classOn(
        [
          [3, 2, 0],
          [1, 2, 0],
        ],
        {},
        20,
      ),
      "spread",
    ],
    [
      "all CPUs",
      classOn([
        [0, 2, 0],
        [1, 2, 0],
        [2, 1, 0],
        [3, 1, 0],
      ]),
      "spread",
    ],
    ["no CPU", classOn([]), "spread"],
    ["a CPU that the host has not", classOn([[9, 1, 0]]), "spread"],
  ])("%s", (_, observed, cpus) => {
    expect(affinityOf(observed, 4).cpus).toBe(cpus);
  });
});
