import { expect, it } from "vitest";
import { type PlannedShard, Planner } from "../../../../src/execute/remote/planner.js";
import { RemoteError } from "../../../../src/execute/remote/remote-error.js";

const shards = (count: number): PlannedShard[] =>
  Array.from({ length: count }, (_, n) => ({ name: `shard-${n}`, variant: 0, first: n, count: 1 }));

function planner(count: number, window?: number) {
  const told: string[] = [];
  return { told, planner: new Planner(shards(count), { window, tell: (line) => told.push(line) }) };
}

it("Always: shards go into the queue once, in their order, as many at a time as the window has room for", () => {
  const { planner: plan } = planner(10, 4);
  expect(plan.next(3).map(({ first }) => first)).toEqual([0, 1, 2]);
  expect(plan.next(3).map(({ first }) => first)).toEqual([3]);
  expect(plan.next(3)).toEqual([]);
  plan.done("shard-1");
  expect(plan.next(3).map(({ first }) => first)).toEqual([4]);
  plan.serve(2);
  expect(plan.next(9).map(({ first }) => first)).toEqual([5, 6, 7, 8]);
});

it("Never: a result is wanted twice, or of a shard that nobody asked for", () => {
  const { planner: plan } = planner(2);
  plan.next(2);
  expect(plan.done("shard-0")).toMatchObject({ first: 0 });
  expect(plan.done("shard-0")).toBeUndefined();
  plan.kept("shard-0");
  expect(plan.done("shard-0")).toBeUndefined();
  expect(plan.done("shard-7")).toBeUndefined();
  expect(plan.left).toBe(1);
});

it("Always: a shard that failed, or is nowhere, is sent once more", () => {
  const { planner: plan, told } = planner(3);
  plan.next(3);
  plan.failed("shard-0", "w1", "no memory");
  plan.failed("shard-1", "w1", "no memory");
  plan.absent("shard-2");
  plan.absent("shard-2");
  expect(plan.queued).toBe(0);
  expect(
    plan
      .next(9)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["shard-0", "shard-1", "shard-2"]);
  expect(told).toEqual(["w1: no memory; such shards go to the others"]);
  expect(plan.note()).toBe("2 failed, 1 lost by the server");
});

it("Never: a shard that fails wherever it goes is sent for ever", () => {
  const { planner: plan } = planner(2);
  for (let n = 1; n < 5; n++) {
    plan.next(2);
    plan.failed("shard-1", `w${n}`, "no memory");
  }
  plan.next(2);
  expect(() => plan.failed("shard-1", "w5", "no\u001b[31m memory")).toThrow(
    new RemoteError("shard shard-1 failed 5 times, the last time on w5: no [31m memory"),
  );
});

it("Always: each shard in the queue is looked for once a round, whatever happens meanwhile", () => {
  const { planner: plan } = planner(5);
  plan.next(4);
  expect(plan.check(2)).toEqual(["shard-0", "shard-1"]);
  plan.done("shard-2");
  plan.kept("shard-2");
  expect(plan.check(9)).toEqual(["shard-3"]);
  expect(plan.check(9)).toEqual(["shard-0", "shard-1", "shard-3"]);
});

it("Never: after a recall anything goes into the queue, or what was taken out counts as lost", () => {
  const { planner: plan } = planner(4, 2);
  plan.next(4);
  expect(plan.recall()).toEqual(["shard-0", "shard-1"]);
  plan.absent("shard-0");
  expect(plan.next(4)).toEqual([]);
  expect(plan.queued).toBe(1);
  expect(plan.note()).toBe("");
});
