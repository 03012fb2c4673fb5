import { describe, expect, it } from "vitest";
import { bestFirst, standingOf } from "../../../src/analyse/standing.js";
import { side, times } from "./columns.js";

describe("standings", () => {
  it("have the exact p99, the mean of what completed, and the disturbance of a transition", () => {
    const one = side("one", [1, 2, null], {
      eintr: [1, 0, 0],
      ipis: [1, 1, 1],
      guestExits: [3, 0, 0],
      restarts: [9, 9, 9],
    });
    expect(standingOf(one)).toEqual({
      policy: "one",
      replicas: 3,
      censored: 1,
      p99Ms: null,
      meanMs: 1500,
      disturbance: 7 / 3,
      violations: 0,
    });
    expect(
      standingOf(
        side(
          "hundred",
          times(100, (row) => row + 1),
        ),
      ),
    ).toMatchObject({ p99Ms: 99_000, meanMs: 50_500 });
    expect(standingOf(side("never", [null]))).toMatchObject({ p99Ms: null, meanMs: null });
  });

  it("put the sound before the quick, the complete before the quick, and the quiet before the noisy", () => {
    const standings = [
      side("unsound", [1, 1], { violations: [0, 1] }),
      side("stuck", [1, null]),
      side("noisy", [3, 3], { ipis: [9, 9] }),
      side("quiet", [3, 3]),
      side("mean", [1, 3], { ipis: [9, 9] }),
    ].map(standingOf);
    expect(bestFirst(standings).map((i) => standings[i]!.policy)).toEqual([
      "mean",
      "quiet",
      "noisy",
      "stuck",
      "unsound",
    ]);
  });
});
