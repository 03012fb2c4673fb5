// What a pilot's branches tell of who matters: kinds that decide are found, and where nothing decides, or too little was seen, nothing is.

import { describe, expect, it } from "vitest";
import { importanceOf, type Left, learn, type PilotStage } from "../../src/importance.js";
import { pilotOf, pilotWords } from "../../src/results/pilot.js";

const PARENTS = 100;
const CHILDREN = 5;

/** A stage whose parents have what `left` says, and of whose branches as many are late. */
function lastStage(left: (parent: number) => Left, late: (parent: number) => number): PilotStage {
  const parents = Array.from({ length: PARENTS }, (_, parent) => left(parent));
  const branches = parents.flatMap((_, parent) =>
    Array.from({ length: CHILDREN }, (_, child) => ({
      parent,
      end: child < late(parent) ? (1 as const) : (0 as const),
    })),
  );
  return { parents, branches };
}

/** The start: half of the replicas get to the level, with what the last stage's parents have left. */
function firstStage({ parents }: PilotStage): PilotStage {
  const branches = parents.flatMap((end) => [
    { parent: 0, end },
    { parent: 0, end: 0 as const },
  ]);
  return { parents: [[]], branches };
}

function learntOf(last: PilotStage) {
  return learn([firstStage(last), last]);
}

const isLong = (parent: number) => parent % 7 === 0;
const kinds = (parent: number): Left => [
  { column: 0, value: 1 + (parent % 3) },
  ...(isLong(parent) ? [{ column: 3, value: 1 }] : []),
];

describe("what a branch is worth", () => {
  it("Always: a kind that decides who is late is what branches are by, and that saves variance", () => {
    const learnt = learntOf(lastStage(kinds, (parent) => (isLong(parent) ? 4 : 0)));
    const [level] = learnt?.importance ?? [];
    expect(level).not.toBeNull();
    expect(importanceOf(level!, kinds(0))).toBeGreaterThan(3 * importanceOf(level!, kinds(1)));
    expect(learnt?.gain).toBeGreaterThan(1.5);
  });

  it("Never: by a kind that decides nothing", () => {
    const learnt = learntOf(lastStage(kinds, (parent) => Number(parent % 5 === 0)));
    expect(learnt?.importance).toEqual([null]);
  });

  it("Always: what only branches of one parent have in common counts for the stage before", () => {
    const hidden = learntOf(
      lastStage(
        () => [{ column: 0, value: 1 }],
        (parent) => (parent % 10 === 0 ? CHILDREN : 0),
      ),
    );
    const drawn = learntOf(
      lastStage(
        () => [{ column: 0, value: 1 }],
        (parent) => Number(parent % 2 === 0),
      ),
    );
    expect(hidden!.effort[0]! / hidden!.effort[1]!).toBeGreaterThan(1.5 * (drawn!.effort[0]! / drawn!.effort[1]!));
  });

  it("Never: anything from seven that were late", () => {
    expect(learntOf(lastStage(kinds, (parent) => Number(parent < 7)))).toBeNull();
    expect(learntOf(lastStage(kinds, (parent) => Number(parent < 8)))).not.toBeNull();
  });

  it("Always: what was learnt comes back from a pilot's words", () => {
    for (const late of [4, 0]) {
      const learnt = learntOf(lastStage(kinds, (parent) => (isLong(parent) ? late : 0)));
      const pilot = { levels: [14], shares: [0.5, 0.1], learnt };
      const words = pilotWords(pilot);
      const counts = { index: Uint32Array.from(words.keys()), value: BigUint64Array.from(words) };
      const none = { latencyMin: null, latencyMax: null, lastSwitchMin: null, lastSwitchMax: null, worst: [] };
      expect(pilotOf({ ...counts, ...none })).toEqual(pilot);
    }
  });
});
