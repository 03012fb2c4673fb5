// What holds for every recording: of a random machine, whose tasks' true times are known.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Account } from "../../../src/fit/account.js";
import type { LeftState } from "../../../src/fit/trace-event.js";
import { type Seen, Story } from "./story.js";

const CPUS = 3;
const TASKS = 6;
const STATES: LeftState[] = ["interruptible", "uninterruptible", "unknown"];

interface Machine {
  story: Story;
  end: number;
  /** CPU time of each task, of each CPU. */
  ran: Map<number, number>;
  busy: number[];
}

/** A step: how long until it, on which CPU, what is done there. */
const step = fc.tuple(
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: CPUS - 1 }),
  fc.integer({ min: 0, max: 9999 }),
);
const steps = fc.array(step, { minLength: 1, maxLength: 150 });

/** Calls, sleeps, preemptions, wakeups, guests, as a whole machine records them; task 1 runs a guest, task 2 makes no calls. */
function machine(choices: readonly (readonly [number, number, number])[]): Machine {
  const story = new Story().named(1, "CPU 0/KVM");
  const on: number[] = [1, 2, 3].slice(0, CPUS);
  const ready: number[] = [];
  const asleep = [4, 5, 6].slice(0, TASKS - CPUS);
  const calls = new Map<number, string>();
  const guests = new Set<number>();
  const ran = new Map<number, number>();
  const busy = on.map(() => 0);
  let now = 0;
  story.to(0, CPUS, 0, "running", TASKS + 1); // one more, by which the recording is seen to be of the whole machine
  for (const [wait, cpu, choice] of choices) {
    now += wait;
    for (const [i, pid] of on.entries()) {
      if (pid === 0) continue;
      ran.set(pid, (ran.get(pid) ?? 0) + wait);
      busy[i]! += wait;
    }
    const pid = on[cpu]!;
    const leave = (state: LeftState) => {
      const next = ready.shift() ?? 0;
      story.to(now, cpu, pid, state, next);
      on[cpu] = next;
    };
    const what = choice % 7;
    if (what < 2 && asleep.length > 0) {
      const [target] = asleep.splice(choice % asleep.length, 1);
      story.wake(now, cpu, pid, target!);
      ready.push(target!);
      if (pid === 0) leave("running");
    } else if (pid === 0) {
      if (ready.length > 0) leave("running");
    } else if (what === 2) {
      ready.push(pid);
      leave("running");
    } else if (what === 3 && !guests.has(pid)) {
      asleep.push(pid);
      leave(STATES[choice % STATES.length]!);
    } else if (pid === 1 && guests.has(pid)) {
      guests.delete(pid);
      story.tell(now, cpu, pid, { type: "guest-exit", vcpu: 0, reason: choice % 2 === 0 ? "HLT" : "CPUID" });
    } else if (pid === 1 && calls.has(pid) && what === 4) {
      guests.add(pid);
      story.tell(now, cpu, pid, { type: "guest-entry", vcpu: 0 });
    } else if (pid !== 2) {
      const call = calls.get(pid);
      if (call === undefined) {
        calls.set(pid, pid === 1 ? "ioctl" : ["read", "futex"][choice % 2]!);
        story.enter(now, cpu, pid, calls.get(pid)!);
      } else {
        calls.delete(pid);
        story.exit(now, cpu, pid, call, choice % 5 === 0 ? -4 : 0);
      }
    }
  }
  now += 100;
  for (const [i, pid] of on.entries()) {
    if (pid === 0) continue;
    ran.set(pid, (ran.get(pid) ?? 0) + 100);
    busy[i]! += 100;
  }
  for (const [cpu, pid] of on.entries()) story.tell(now, cpu, pid, { type: "note", words: "ends" });
  return { story, end: now, ran, busy };
}

function known(account: Account): number {
  return [...account.phases.values()].reduce((sum, { lengths }) => sum + lengths.seen, account.runnable.seen);
}

function onCpu(account: Account): number {
  const phases = [...account.phases.values()].filter(({ spec }) => spec.mode !== "sleep");
  return phases.reduce((sum, { lengths }) => sum + lengths.seen, 0);
}

function accounts({ recording }: Seen): Account[] {
  return recording.lots.map(({ account }) => account);
}

describe("Of every recording", () => {
  it("Always: the intervals of a task are all the time for which it was known what it did", () => {
    fc.assert(
      fc.property(steps, (choices) => {
        for (const account of accounts(machine(choices).story.seen())) expect(known(account)).toBe(account.known);
      }),
    );
  });

  it("Always: it stays so with gaps, and within any window", () => {
    const place = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(
        steps,
        place,
        place,
        fc.integer({ min: -1, max: CPUS - 1 }),
        fc.nat(150),
        (choices, a, b, cpu, after) => {
          const { story } = machine(choices);
          const told = story.events();
          const gapped = new Story();
          for (const [i, event] of told.entries()) {
            if (event.type === "gap") continue;
            gapped.tell(event.at, event.cpu, event.pid, event);
            if (i === after) gapped.gap(event.at, cpu);
          }
          for (const options of [{}, { from: Math.min(a, b), to: Math.max(a, b) }])
            for (const account of accounts(gapped.seen(options))) {
              expect(known(account)).toBe(account.known);
              expect(account.known).toBeGreaterThanOrEqual(0);
            }
        },
      ),
    );
  });

  it("Always: as many phases have a successor as ended, but for the last of each task", () => {
    fc.assert(
      fc.property(steps, (choices) => {
        for (const account of accounts(machine(choices).story.seen())) {
          let pending = 0;
          for (const { lengths, next } of account.phases.values()) {
            const ended = lengths.whole.n + lengths.cutAtStart.n;
            const followed = [...next.values()].reduce((sum, count) => sum + count, 0);
            pending += ended - followed;
            expect(ended - followed).toBeGreaterThanOrEqual(0);
          }
          expect(pending).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("Always: tasks ran, and CPUs were busy, for as long as the machine says", () => {
    fc.assert(
      fc.property(steps, (choices) => {
        const { story, end, ran, busy } = machine(choices);
        const seen = story.seen();
        expect(seen.recording.window).toBe(end);
        for (const [pid, time] of ran) {
          const account = seen.recording.lots.find((lot) => lot.pid === pid)!.account;
          const halts = [...account.phases.values()].filter(({ spec }) => spec.halt);
          if (halts.length === 0) expect([pid, onCpu(account)]).toEqual([pid, time]); // polling counts as the halt
        }
        expect(seen.recording.busy.length).toBe(CPUS + 1);
        for (const [cpu, time] of busy.entries()) expect(seen.recording.busy[cpu]).toBeCloseTo(time / end, 12);
      }),
    );
  });
});
