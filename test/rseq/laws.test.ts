// Where the rseq experiment is simple enough its law is known: the engine gives it.

import { describe, expect, it } from "vitest";
import { clopperPearson } from "../../src/results/binomial.js";
import { every, metricsOf } from "./run.js";

// A loop of 1,400 ns: 100 in user mode, 300 up to the guest, 500 in it, 300 back, 200 of reading.
const LOOP = { loop: "100ns", enter: "300ns", guest: "500ns", exit: "300ns", load: "50ns", getcpu: "50ns" };
const PERIOD = 1400;
const BEFORE_EXIT = 900; // from the end of a read section to the guest's exit

/** Migrations far apart, at moments that have nothing to do with the reader's; `race`: ns from the odd counter to the interrupt. */
function raced(race: number, iterations: number, replicas: number) {
  return metricsOf({
    host: { cpus: 64 }, // a stale number is hardly ever right again by chance
    costs: every("0us", { ...LOOP, affinity: `${race - 1}ns`, ipi: "1ns", timerSlack: { exponential: "50us" } }),
    test: { iterations, delay: { sleep: { uniform: ["10us", "20us"] } }, notifyResume: "cleared" },
    replicas,
  });
}

describe("A migration that meets the reader at a random moment", () => {
  it.each([50, 200, 500, 880, 900, 1200])(
    "Always: %d ns after the counter turned odd finds it before the guest's exit as often as the window is wide",
    async (race) => {
      const share = Math.max(0, Math.min(800, BEFORE_EXIT - race)) / PERIOD;
      const [iterations, replicas] = [500, 40];
      const { staleShare } = await raced(race, iterations, replicas);
      const trials = iterations * replicas;
      const { low, high } = clopperPearson(Math.round(staleShare!.value! * trials), trials, 0.9999);
      expect(share).toBeGreaterThanOrEqual(low);
      expect(share).toBeLessThanOrEqual(high);
    },
  );

  it("Always: a run of n catches the bug with 1 - (1 - p)^n, p being one migration's window", async () => {
    const [race, iterations, replicas] = [880, 10, 3000];
    const p = (BEFORE_EXIT - race) / PERIOD;
    const { caught } = await raced(race, iterations, replicas);
    const { low, high } = clopperPearson(Math.round(caught!.value! * replicas), replicas, 0.9999);
    const expected = 1 - (1 - p) ** iterations;
    expect(expected).toBeGreaterThan(low);
    expect(expected).toBeLessThan(high);
  });
});

describe("A reader under a counter that turns odd now and then, moved by nobody", () => {
  // CPU 1 is not in the mask and CPU 0 is where the reader is: the call does nothing, for an exponential time.
  const host = { cpus: 6, mask: "0,5" };
  const test = { iterations: 4000, next: "modulo", delay: { sleep: "100us" }, notifyResume: "updated" };
  const section = 200;

  it("Always: its retries are the sections that end in the odd time, geometrically many, and the one that began there", async () => {
    const mean = 1000;
    const costs = every("0us", {
      load: "50ns",
      getcpu: "50ns",
      loop: "1ns",
      affinity: { exponential: `${mean}ns` },
      timerSlack: { exponential: "20us" },
    });
    const { retries } = await metricsOf({ host, test, costs, replicas: 6 });
    // The last one fails unless it has not looked at the counter yet: one in four.
    const each = mean / section + (section - 50) / section;
    const standardError = (retries!.high! - retries!.low!) / 3.92;
    expect(Math.abs(retries!.value! - (each * test.iterations) / 2)).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan((0.02 * each * test.iterations) / 2);
  });

  it("Always: undisturbed it makes as many KVM_RUNs as fit", async () => {
    const costs = every("0us", { ...LOOP, timerSlack: "1ms" });
    const { readerProgress } = await metricsOf({ host, test: { ...test, iterations: 200 }, costs, replicas: 5 });
    expect(readerProgress!.value).toBeCloseTo(1, 2);
  });
});
