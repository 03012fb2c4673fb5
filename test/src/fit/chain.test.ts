import { describe, expect, it } from "vitest";
import { chainOf } from "../../../src/fit/chain.js";
import type { ObservedPhase } from "../../../src/fit/observed.js";
import { madePhase } from "./made-fits.js";

const chain = (...phases: ObservedPhase[]) => chainOf(new Map(phases.map((phase) => [phase.name, phase])));
const next = (weights: Record<string, number>) => ({ next: new Map(Object.entries(weights)) });

describe("The chain of a class", () => {
  it("is what was seen where that has no loose end", () => {
    const {
      first,
      next: found,
      assumed,
    } = chain(
      madePhase("user", "user", next({ read: 2, poll: 1 })),
      madePhase("read", "kernel", next({ user: 2 })),
      madePhase("poll", "kernel", next({ user: 1 })),
    );
    expect(first).toBe("user");
    expect([...found.get("user")!]).toEqual([
      ["read", 2],
      ["poll", 1],
    ]);
    expect(assumed.size).toBe(0);
  });

  it("goes on with the first phase where the recording ended, and says so", () => {
    const { next: found, assumed } = chain(
      madePhase("user", "user", next({ read: 2 })),
      madePhase("read", "sleep", next({})),
    );
    expect([...found.get("read")!]).toEqual([["user", 1]]);
    expect(assumed.get("read")).toEqual(["never seen to end: user is an assumption"]);
  });

  it("leads as often to a phase that was under way at the beginning as that was seen to end", () => {
    const { next: found, assumed } = chain(
      madePhase("user", "user", next({ read: 5 })),
      madePhase("read", "kernel", next({ user: 5 })),
      madePhase("wait", "sleep", next({ user: 3 })),
    );
    expect(found.get("user")!.get("wait")).toBe(3);
    expect(assumed.get("user")![0]).toContain("wait was under way when the recording began");
  });

  it("takes a task that ended to be followed by one like it", () => {
    const { next: found, assumed } = chain(
      madePhase("user", "user", next({ read: 5, exit: 2 })),
      madePhase("read", "kernel", next({ user: 5, exit: 1 })),
    );
    expect([...found.get("read")!]).toEqual([["user", 6]]);
    expect(found.get("user")!.get("user")).toBe(2);
    expect(assumed.get("read")).toEqual(["1 ended here: each is taken to be followed by one like it"]);
  });

  it("leaves out what was never seen to follow, and phases that are not there", () => {
    const { next: found } = chain(
      madePhase("user", "user", next({ read: 5, gone: 2 })),
      madePhase("read", "kernel", next({ user: 5, poll: 0 })),
    );
    expect([...found.get("user")!.keys()]).toEqual(["read"]);
    expect([...found.get("read")!.keys()]).toEqual(["user"]);
  });

  it("of a single phase is nothing at all", () => {
    expect([...chain(madePhase("user", "user", next({ exit: 1 }))).next.get("user")!]).toEqual([]);
  });
});
