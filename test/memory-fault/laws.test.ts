// Closed forms, where the model is simple enough: products of independent windows, geometric repeats, a race between two kinds of faults.

import { describe, expect, it } from "vitest";
import { binomialCdf } from "../../src/results/binomial.js";
import { pages, paths, quiet, tally } from "./vm.js";

const FAULTS = 1000;
const REPLICAS = 1000;
const ALL = FAULTS * REPLICAS;

/** So many of a million independent faults, each with probability p: not in a tail of one in ten thousand. */
function expectBinomial(count: number, p: number, trials = ALL): void {
  const below = binomialCdf(count, trials, p);
  expect(below).toBeGreaterThan(1e-4);
  expect(below).toBeLessThan(1 - 1e-4);
}

/** Within four deviations of a Poisson count, which scatters more than counts of exclusive events do. */
function expectNear(count: number, mean: number): void {
  expect(Math.abs(count - mean)).toBeLessThan(4 * Math.sqrt(mean));
}

/** Sum over a vCPU's faults of a quantity that follows from what it was before. */
function perVcpu(step: (before: number) => { here: number; after: number }): number {
  let state = 0;
  let sum = 0;
  for (let fault = 0; fault < FAULTS; fault++) {
    const { here, after } = step(state);
    sum += here;
    state = after;
  }
  return sum;
}

describe("the law of", () => {
  it("bare faults: before the series every fault that needs user space is one", () => {
    const counted = tally(quiet({ pages: pages(60, 36, 2, 2) }), "H0", REPLICAS);
    expectBinomial(counted.bare, 0.38);
    expect(counted.lost).toBe(counted.bare);
  });

  it("clobbered exits: a product of independent windows", () => {
    const struck = quiet({ pages: pages(70, 10, 10, 10), paths: paths(5, 2, 2, 1), construction: { struck: 0.3 } });
    expectBinomial(tally(struck, "H2", REPLICAS).clobbered, 0.1 * 0.3 * 0.9);
    expectBinomial(tally(struck, "H6", REPLICAS).clobbered, 0.1 * 0.3 * 0.5 * 0.9);
  });

  it("repeats: geometric, cut at the VMM's bound", () => {
    const [fails, repeats] = [0.5, 6];
    const counted = tally(quiet({ pages: pages(0, 1), vmm: { fails, repeats } }), "H2", REPLICAS);
    expectBinomial(counted.livelocks, fails ** repeats);
    const mean = (1 - fails ** repeats) / (1 - fails);
    expect(Math.abs(counted.exits / ALL - mean)).toBeLessThan(4 * Math.sqrt(2 / ALL)); // a geometric's variance is 2
  });

  it("wrong ways: one of each handler's fault that the VMM's records do not tell, none with reason flags", () => {
    const half = { pages: pages(0, 1), paths: paths(3, 1) };
    expectBinomial(tally(quiet({ ...half, vmm: { knows: 0.6 } }), "H2", REPLICAS).wrongWay, 0.25 * 0.4);
    expect(tally(quiet({ ...half, vmm: { knows: 0.6, reasonFlags: true } }), "H2", REPLICAS).wrong).toBe(0);
  });

  it("stale reads without a reset: a race between fills and unannotated faults since the VM started", () => {
    const [plain, missing, other, dropped] = [0.9, 0.1, 0.05, 0.2];
    const fields = quiet({ pages: pages(plain, missing), paths: paths(1 - other, 0, 0, other), dropped });
    const { livelocks, bare } = tally(fields, "H2", REPLICAS);
    const fill = (plain * dropped + missing) * (1 - other);
    const bad = missing * other;
    // The last of either kind before was a fill; a VM begins, and begins again after a bad one, as if it had been a bad one.
    const stale = perVcpu((filled) => ({ here: filled * bad, after: filled * (1 - fill - bad) + fill }));
    expectNear(livelocks, REPLICAS * stale);
    expectNear(bare, REPLICAS * (FAULTS * bad - stale));
  });

  it("stale reads with a reset: a dropped fill in the same KVM_RUN, which signals and exits end", () => {
    const [plain, missing, other, dropped] = [0.9, 0.1, 0.05, 0.2];
    const vm = { vcpus: 1, faults: FAULTS, gap: { exponential: "10us" }, signals: { exponential: "40us" } };
    const fields = quiet({ vm, pages: pages(plain, missing), paths: paths(1 - other, 0, 0, other), dropped });
    const fill = plain * dropped * (1 - other);
    const undisturbed = 40 / (10 + 40); // no signal between two faults: one exponential outlasts the other
    const stale = (kept: number) =>
      perVcpu((filled) => {
        const still = filled * undisturbed;
        return { here: still * kept, after: still * (1 - missing) + (1 - still) * fill };
      });
    // Only an unannotated fault reads what H2 with a reset has left; H5's guard keeps every fault's own fill out.
    expectNear(
      tally(fields, { name: "reset", extends: "H2", reset: true }, REPLICAS).stale,
      REPLICAS * stale(missing * other),
    );
    expectNear(tally(fields, "H5", REPLICAS).stale, REPLICAS * stale(missing));
  });
});
