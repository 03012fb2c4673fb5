import { describe, expect, it } from "vitest";
import { withoutResting } from "../../../src/fit/resting.js";
import { madeClass, madePhase, throughout } from "./made-fits.js";

const user = madePhase("user", "user", { next: new Map([["read", 1]]) });
const read = madePhase("read", "kernel", { next: new Map([["user", 1]]) });
const asleep = madePhase("futex-sleep", "sleep", { lengths: throughout(5) });

describe("Tasks that did one thing all the time", () => {
  it("become a class of their own, of so many tasks", () => {
    const split = withoutResting(madeClass("server", [user, read, asleep], { tasks: 8 }));
    expect(split.map(({ name, tasks, phases }) => [name, tasks, [...phases.keys()]])).toEqual([
      ["server", 3, ["user", "read"]],
      ["server-in-futex-sleep", 5, ["futex-sleep"]],
    ]);
  });

  it("stay what they are where they are the whole class", () => {
    const sleepers = madeClass("sleeper", [asleep], { tasks: 5 });
    expect(withoutResting(sleepers)).toEqual([sleepers]);
  });

  it("are told apart by what they did where nobody did anything else", () => {
    const other = madePhase("poll-sleep", "sleep", { lengths: throughout(2) });
    const split = withoutResting(madeClass("sleeper", [asleep, other], { tasks: 7 }));
    expect(split.map(({ name, tasks }) => [name, tasks])).toEqual([
      ["sleeper-in-futex-sleep", 5],
      ["sleeper-in-poll-sleep", 2],
    ]);
  });

  it("have a name that a scenario takes, however long it was", () => {
    const split = withoutResting(madeClass("a".repeat(64), [user, read, asleep]));
    expect(split.every(({ name }) => name.length <= 64)).toBe(true);
  });

  it("Never: a phase that nobody was in is kept", () => {
    const never = madePhase("never", "kernel", {}, 0);
    expect([...withoutResting(madeClass("server", [user, never, read]))[0]!.phases.keys()]).toEqual(["user", "read"]);
    expect(withoutResting(madeClass("nobody", [never]))).toEqual([]);
  });
});
