// rseq and KVM_RUN (KF 6): which kernel leaves the old CPU in user memory, and what the selftest makes of it.

import { describe, expect, it } from "vitest";
import { every, metricsOf } from "../rseq/run.js";

/** KVM_RUN is long against the way from the odd counter to the interrupt: most migrations meet the reader in it. */
const LONG_RUN = every("10ns", { enter: "2us", guest: "2us", timerSlack: { exponential: "50us" } });
/** So many CPUs that a stale number is not right again by chance. */
const MANY = { cpus: 64 };
const FAR_APART = { iterations: 300, delay: { sleep: "20us" } };

describe("What KVM does about TIF_NOTIFY_RESUME before guest entry", () => {
  it("Always: from 5.9 to 5.14 a migration before the helper leaves the old CPU in user memory, and the reader sees it", async () => {
    const { staleShare, visibleShare, caught } = await metricsOf({
      host: MANY,
      costs: LONG_RUN,
      test: { ...FAR_APART, notifyResume: "cleared" },
    });
    expect(staleShare!.value).toBeGreaterThan(0.9);
    expect(visibleShare!.value).toBe(staleShare!.value);
    expect(caught!.value).toBe(1);
  });

  it.each([
    ["up to 5.8, where KVM leaves it alone", "untouched"],
    ["from 5.15 on, where the helper updates", "updated"],
    ["in 7.3, where the way out updates", "deferred"],
  ])("Never: %s, is user memory wrong when KVM_RUN has returned", async (_, notifyResume) => {
    for (const preemption of ["voluntary", "full"]) {
      const metrics = await metricsOf({ host: { preemption }, costs: LONG_RUN, test: { ...FAR_APART, notifyResume } });
      for (const name of ["staleShare", "visibleShare", "caught", "falseAlarm"]) expect(metrics[name]!.value).toBe(0);
    }
  });

  it("Never: a KVM_RUN shorter than the way from the odd counter to the interrupt is met by a migration", async () => {
    const { staleShare, retries } = await metricsOf({
      costs: { ...LONG_RUN, enter: "100ns", guest: "100ns", affinity: "500ns" },
      test: { ...FAR_APART, notifyResume: "cleared" },
    });
    expect(staleShare!.value).toBe(0); // the reader has come back and waits for an even counter
    expect(retries!.value).toBeGreaterThan(300);
  });
});

describe("The selftest on a right kernel", () => {
  const right = { notifyResume: "updated" };
  const moved = { cpus: 8, hz: 1000, balanceRate: "20000/s" };

  it("Sometimes: before 6.0 it fails, when the balancer moves the reader between getcpu and the field", async () => {
    const before = { ...FAR_APART, ...right, version: "5.15", getcpu: "syscall" };
    const { falseAlarm, caught } = await metricsOf({ host: moved, test: before });
    expect(falseAlarm!.low).toBeGreaterThan(0);
    expect(caught!.value).toBe(0);
  });

  it("Never: from 6.0 on, when every move is between two increments", async () => {
    const { falseAlarm } = await metricsOf({ host: moved, test: { ...FAR_APART, ...right, getcpu: "syscall" } });
    expect(falseAlarm!.value).toBe(0);
  });

  it("Never: v1, which has no counter, mistakes a single migration between its reads for the bug", async () => {
    const { falseAlarm } = await metricsOf({ test: { ...FAR_APART, ...right, protocol: "twice" } });
    expect(falseAlarm!.value).toBe(0);
  });

  it("Always: deep idle states make the ratio assertion fail on a large host: the reader is moved on before it has woken up", async () => {
    const host = { cpus: 224 };
    const test = { iterations: 500, ...right };
    const deep = await metricsOf({ host, costs: { deepWake: "200us" }, test });
    const shallow = await metricsOf({ host, test });
    expect([deep.ratioAlarm!.value, shallow.ratioAlarm!.value]).toEqual([1, 0]);
  });
});

describe("The delay between two migrations", () => {
  it("Always: without one the reader starves: it is moved on while its new CPU wakes up", async () => {
    const { livelock, runsPerMigration } = await metricsOf({ test: { iterations: 2000, delay: "none" } });
    expect(livelock!.value).toBe(1);
    expect(runsPerMigration!.value).toBeLessThan(0.01);
  });

  it("Always: without one, in the selftest as it was, about every other iteration lets a read section through", async () => {
    const { runsPerMigration, caught } = await metricsOf({
      host: { cpus: 64, hz: 1000 },
      test: { version: "v2", iterations: 200, delay: "none" },
      replicas: 10,
    });
    expect(runsPerMigration!.value).toBeGreaterThan(0.4);
    expect(runsPerMigration!.value).toBeLessThan(0.8);
    expect(caught!.value).toBe(0);
  });

  it("Never: v2's modulo loop over the CPUs 0 and 2 moves the reader twice; cycling through the mask does every time", async () => {
    const test = { ...FAR_APART, notifyResume: "cleared" };
    const host = { cpus: 3, mask: "0,2" };
    const modulo = await metricsOf({ host, costs: LONG_RUN, test: { ...test, next: "modulo" } });
    const cycle = await metricsOf({ host, costs: LONG_RUN, test: { ...test, next: "cycle" } });
    expect(modulo.staleShare!.value).toBeLessThanOrEqual(1 / FAR_APART.iterations);
    expect(cycle.staleShare!.value).toBeGreaterThan(0.4); // back on the first CPU its number is right again
  });
});
