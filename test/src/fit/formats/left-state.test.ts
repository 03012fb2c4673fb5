import { describe, expect, it } from "vitest";
import { LeftStates } from "../../../../src/fit/formats/left-state.js";

const states = (...spelled: string[]) => {
  const all = new LeftStates();
  return spelled.map((one) => all.of(`<${one}>`, 1, one.length + 1));
};

describe("prev_state", () => {
  it("letters mean the same in every kernel; R+ and whatever else was preempted is running", () => {
    expect(
      states("R", "R+", "S", "D", "D|K", "D|W", "D|N", "I", "T", "t", "X", "x", "Z", "P", "S+", "K", "?", ""),
    ).toEqual([
      "running",
      "running",
      "interruptible",
      "uninterruptible",
      "killable",
      "uninterruptible",
      "idle",
      "idle",
      "stopped",
      "traced",
      "dead",
      "dead",
      "dead",
      "uninterruptible",
      "running",
      "killable",
      "unknown",
      "unknown",
    ]);
  });

  it("numbers below 64 mean the same in every kernel", () => {
    expect(states("0", "1", "2", "4", "8", "16", "32")).toEqual([
      "running",
      "interruptible",
      "uninterruptible",
      "stopped",
      "traced",
      "dead",
      "dead",
    ]);
  });

  it("before 4.14, 64 is dead, 130 killable, 1026 idle, and 1024 and up preempted", () => {
    expect(states("64", "130", "1026", "1024", "2048", "4096", "4097")).toEqual([
      "dead",
      "killable",
      "idle",
      "running",
      "running",
      "running",
      "running",
    ]);
  });

  it("since 4.14, which 128 or 256 shows, 64 is parked", () => {
    expect(states("64", "256", "64", "128")).toEqual(["dead", "running", "uninterruptible", "idle"]);
  });
});
