import { describe, expect, it } from "vitest";
import { classesOf } from "../../../src/fit/classes.js";
import { Reconstruction } from "../../../src/fit/reconstruct.js";
import { phasesOf, Seen, Story } from "./story.js";

const A = 10;
const B = 11;

/** A call that A is preempted in and sleeps in twice, from user mode to user mode. */
function readTwice(): Story {
  return new Story()
    .to(0, 0, 0, "running", A)
    .enter(10, 0, A, "getpid")
    .exit(11, 0, A, "getpid") // in user mode from here
    .enter(20, 0, A, "read")
    .to(25, 0, A, "running", B) // 5 in the kernel
    .to(35, 0, B, "interruptible", A)
    .to(37, 0, A, "interruptible", 0) // 2 more
    .wake(50, 0, 0, A)
    .to(53, 0, 0, "running", A)
    .to(57, 0, A, "uninterruptible", 0)
    .wake(60, 0, 0, A)
    .to(60, 0, 0, "running", A)
    .exit(64, 0, A, "read")
    .enter(70, 0, A, "write")
    .exit(71, 0, A, "write");
}

describe("A system call", () => {
  it("Always: is its CPU time up to its first sleep, its sleeps by state, and what it does after", () => {
    const seen = readTwice().seen();
    expect(seen.phases(A)).toEqual({
      user: { whole: [6, 9], cutAtStart: [10] },
      getpid: { whole: [1] },
      read: { whole: [7] },
      "read-sleep": { whole: [13] },
      "read-sleep-uninterruptible": { whole: [3] },
      "read-rest": { whole: [4, 4] },
      write: { whole: [1] },
    });
    expect(seen.flow(A)).toEqual({
      "user > getpid": 1,
      "getpid > user": 1,
      "user > read": 1,
      "read > read-sleep": 1,
      "read-sleep > read-rest": 1,
      "read-rest > read-sleep-uninterruptible": 1,
      "read-sleep-uninterruptible > read-rest": 1,
      "read-rest > user": 1,
      "user > write": 1,
    });
  });

  it("Always: leaves the wait for a CPU out, which is kept apart", () => {
    expect(readTwice().seen().runnable(A)).toEqual({ whole: [0, 3, 10] });
  });

  it("Always: has no phase of length 0 around a sleep: user mode and the sleep follow each other", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .enter(5, 0, A, "getpid")
      .exit(5, 0, A, "getpid") // a whole call counts, however short
      .enter(9, 0, A, "read")
      .to(9, 0, A, "interruptible", 0)
      .wake(30, 0, 0, A)
      .to(30, 0, 0, "running", A)
      .exit(30, 0, A, "read")
      .to(40, 0, A, "running", 0)
      .seen();
    expect(seen.phases(A)).toEqual({
      user: { whole: [4], cutAtStart: [5], cutAtEnd: [10] },
      getpid: { whole: [0] },
      "read-sleep": { whole: [21] },
    });
    expect(seen.flow(A)).toEqual({
      "user > getpid": 1,
      "getpid > user": 1,
      "user > read-sleep": 1,
      "read-sleep > user": 1,
    });
  });

  it("Always: is what a task was in since the recording began if its first event of that kind is an exit", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", B)
      .wake(40, 0, B, A)
      .to(42, 0, B, "running", A)
      .exit(45, 0, A, "poll")
      .enter(50, 0, A, "read")
      .exit(52, 0, A, "read")
      .seen();
    expect(seen.phases(A)).toEqual({
      "poll-sleep": { cutAtStart: [40] },
      "poll-rest": { whole: [3] },
      user: { whole: [5] },
      read: { whole: [2] },
    });
  });

  it("Always: ended by a signal is counted at the sleep that the signal ended", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .enter(5, 0, A, "read")
      .to(6, 0, A, "interruptible", 0)
      .wake(30, 0, 0, A)
      .to(31, 0, 0, "running", A)
      .exit(33, 0, A, "read", -512)
      .enter(33, 0, A, "read")
      .exit(39, 0, A, "read", -4)
      .seen();
    const interrupted = [...seen.account(A).phases.values()].map((phase) => [phase.spec.name, phase.interrupted]);
    expect(Object.fromEntries(interrupted)).toEqual({ user: 0, read: 1, "read-sleep": 1, "read-rest": 0 });
    expect(seen.flow(A)).toMatchObject({ "read-rest > read": 1 }); // no time in user mode between them
  });

  it("Never: is seen where none is recorded: a task runs and sleeps", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .to(6, 0, A, "interruptible", 0)
      .wake(30, 0, 0, A)
      .to(31, 0, 0, "running", A)
      .to(35, 0, A, "uninterruptible", 0)
      .seen();
    expect(seen.phases(A)).toEqual({ run: { whole: [4], cutAtStart: [6] }, sleep: { whole: [24] } });
    expect(seen.flow(A)).toEqual({ "run > sleep": 1, "sleep > run": 1, "run > sleep-uninterruptible": 1 });
  });

  it("Always: has the name that a recording of klpsim's own gives its number", () => {
    const story = new Story().to(0, 0, 0, "running", A).enter(5, 0, A, "nr-501").exit(8, 0, A, "nr-501");
    const reconstruction = new Reconstruction();
    reconstruction.name({ call: "nr-501", name: "loop" });
    for (const step of story.events()) if (step.type !== "gap") reconstruction.event(step);
    expect(new Seen(reconstruction.finish()).phases(A)).toEqual({ user: { cutAtStart: [5] }, loop: { whole: [3] } });
  });
});

describe("A sleep", () => {
  it("Always: lasts until its task is on a CPU again where no wakeup is recorded, and that is told", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .enter(5, 0, A, "read")
      .to(6, 0, A, "interruptible", 0)
      .to(31, 0, 0, "running", A)
      .exit(33, 0, A, "read")
      .seen();
    expect(seen.phases(A)).toMatchObject({ "read-sleep": { whole: [25] } });
    expect(seen.recording.has.wakeups).toBe(false);
    expect(seen.recording.notes.join()).toContain("no wakeups");
  });

  it("Always: under way at the end is cut there", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .to(10, 0, A, "interruptible", 0)
      .to(100, 0, 0, "running", B)
      .seen();
    expect(seen.phases(A)).toEqual({ run: { cutAtStart: [10] }, sleep: { cutAtEnd: [90] } });
  });

  it("Always: outside of a call is in user mode, where a page fault is", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .enter(2, 0, A, "getpid")
      .exit(3, 0, A, "getpid")
      .to(10, 0, A, "uninterruptible", 0)
      .wake(30, 0, 0, A)
      .to(30, 0, 0, "running", A)
      .enter(44, 0, A, "getpid")
      .seen();
    expect(seen.phases(A)).toMatchObject({ user: { whole: [7, 14] }, "sleep-uninterruptible": { whole: [20] } });
  });

  it("Always: on another stack is another phase, the four most frequent apart and the rest together", () => {
    const story = new Story().to(0, 0, 0, "running", A);
    const asleep = (at: number, functions: string[]) =>
      story
        .to(at, 0, A, "interruptible", 0)
        .tell(at, 0, A, { type: "stack", functions })
        .wake(at + 3, 0, 0, A)
        .to(at + 4, 0, 0, "running", A);
    const often = [6, 5, 4, 3, 2, 1];
    let at = 10;
    for (const [stack, count] of often.entries())
      for (let i = 0; i < count; i++, at += 10) asleep(at, ["schedule", `wait_${stack}`]);
    const observed = classesOf(story.to(at, 0, A, "interruptible", 0).seen().recording, {
      by: "name",
      anonymise: false,
    });
    const phases = [...observed.classes[0]!.phases.values()];
    const sleeps = phases.filter(({ mode }) => mode === "sleep");
    expect(sleeps.map(({ name, stack, lengths }) => [name, stack?.[1], lengths.whole.n])).toEqual([
      ["sleep", "wait_0", 6],
      ["sleep-2", "wait_1", 5],
      ["sleep-3", "wait_2", 4],
      ["sleep-4", "wait_3", 3],
      ["sleep-other", undefined, 3],
    ]);
    expect(phases.find(({ name }) => name === "run")!.next.get("sleep")).toBe(6);
  });
});

describe("The window", () => {
  it("Always: has been where it is first seen, of a task on a CPU where nobody was seen before", () => {
    const seen = new Story().to(0, 1, 0, "running", B).to(90, 0, A, "running", 0).to(100, 1, B, "running", 0).seen();
    expect(seen.phases(A)).toEqual({ run: { throughout: [90] } });
    expect(seen.runnable(A)).toEqual({ cutAtEnd: [10] });
    expect(seen.recording.busy).toEqual([0.9, 1]);
  });

  it("Always: is what was asked for: what is under way at its ends is cut there, what is beyond is not counted", () => {
    const seen = readTwice().seen({ from: 30, to: 58 });
    expect(seen.recording.window).toBe(28);
    expect(seen.phases(A)).toEqual({
      read: { cutAtStart: [2] }, // 5 of it were before
      "read-sleep": { whole: [13] },
      "read-rest": { whole: [4] },
      "read-sleep-uninterruptible": { cutAtEnd: [1] },
    });
    expect(seen.runnable(A)).toEqual({ cutAtStart: [5], whole: [3] });
    expect(seen.phases(B)).toEqual({ run: { cutAtStart: [5] }, sleep: { cutAtEnd: [23] } });
  });

  it("Always: ends for everybody where events of any CPU were lost, and begins anew", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .to(10, 0, A, "interruptible", 0)
      .gap(50, -1)
      .wake(100, 0, 0, A)
      .to(101, 0, 0, "running", A)
      .to(105, 0, A, "interruptible", 0)
      .seen();
    expect(seen.phases(A)).toEqual({ run: { cutAtStart: [10], whole: [4] }, sleep: { cutAtEnd: [40] } });
    expect(seen.recording.window).toBe(55);
  });

  it("Always: ends for the tasks of a CPU whose events were lost, and for no others", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", A)
      .to(0, 1, 0, "running", B)
      .gap(50, 0)
      .to(70, 1, B, "interruptible", 0)
      .to(80, 0, A, "interruptible", 0)
      .seen();
    expect(seen.phases(B)).toEqual({ run: { cutAtStart: [70] }, sleep: { cutAtEnd: [10] } });
    expect(seen.phases(A)).toEqual({ run: { throughout: [50] } });
  });
});

describe("A task", () => {
  it("Always: that is new begins with its fork, and one that ends is followed by its exit", () => {
    const seen = new Story()
      .named(B, "worker/1")
      .to(0, 0, 0, "running", A)
      .enter(5, 0, A, "clone")
      .tell(6, 0, A, { type: "fork", child: B, childComm: "worker/1" })
      .wake(6, 0, A, B, true)
      .exit(8, 0, A, "clone", B)
      .to(10, 0, A, "running", B)
      .exit(11, 0, B, "clone")
      .enter(20, 0, B, "exit_group")
      .tell(24, 0, B, { type: "end" })
      .to(25, 0, B, "dead", A)
      .to(50, 0, A, "running", 0)
      .seen();
    const pool = seen.recording.lots.find(({ pattern }) => pattern === "worker")!;
    expect(pool).toMatchObject({ born: 1, ended: 1, pid: null });
    expect(phasesOf(pool.account)).toEqual({ clone: { whole: [1] }, user: { whole: [9] }, exit_group: { whole: [4] } });
    const last = [...pool.account.phases.values()].find(({ spec }) => spec.name === "exit_group")!;
    expect([...last.next]).toEqual([["exit", 1]]);
  });

  it("Always: known from its first wakeup on if that says it is new, though its fork was not recorded", () => {
    const seen = new Story().to(0, 0, 0, "running", A).wake(50, 0, A, B, true).to(60, 0, A, "running", B).seen();
    expect(seen.runnable(B)).toEqual({ whole: [10] });
    expect(seen.phases(B)).toEqual({});
    expect(seen.recording.lots.find(({ pid }) => pid === B)!.born).toBe(1);
  });

  it("Always: that is woken first was asleep since the recording began", () => {
    const seen = new Story().to(0, 0, 0, "running", A).wake(50, 0, A, B).to(60, 0, A, "running", B).seen();
    expect(seen.phases(B)).toEqual({ sleep: { cutAtStart: [50] } });
  });

  it("Always: has the name that it has at last", () => {
    const seen = new Story()
      .named(A, "sh")
      .to(0, 0, 0, "running", A)
      .tell(10, 0, A, { type: "rename", to: "redis-server" })
      .named(A, "redis-server")
      .to(20, 0, A, "interruptible", 0)
      .named(A, "<...>")
      .to(30, 0, 0, "running", A)
      .seen();
    expect(seen.recording.lots.map(({ pattern }) => pattern)).toEqual(["redis-server"]);
  });

  it("Never: counts, seen only as others' successor, where only some tasks' events were recorded", () => {
    const seen = new Story()
      .to(0, 0, A, "interruptible", 0)
      .enter(40, 0, A, "read")
      .to(50, 0, A, "interruptible", B)
      .exit(90, 0, A, "read")
      .seen();
    expect(seen.recording.lots.map(({ pid }) => pid)).toEqual([A]);
    expect(seen.phases(A)).toMatchObject({
      sleep: { whole: [40] },
      "read-sleep": { whole: [40] },
      read: { whole: [10] },
    });
    expect(seen.recording.notes.join()).toContain("only some tasks' events");
  });

  it("Always: in a recording without switches is asleep in a call of 100 us or more, and runs in a shorter one", () => {
    const seen = new Story()
      .enter(0, -1, A, "read")
      .exit(200_000, -1, A, "read")
      .enter(200_100, -1, A, "read")
      .exit(200_150, -1, A, "read")
      .seen();
    expect(seen.phases(A)).toMatchObject({ user: { whole: [100] }, read: { whole: [50] } });
    expect(seen.flow(A)).toEqual({ "read-sleep > user": 1, "user > read": 1 });
    expect(seen.recording.has.switches).toBe(false);
  });
});

describe("A kernel thread", () => {
  const kinds = (story: Story) => Object.fromEntries(story.seen().recording.lots.map(({ pid, kind }) => [pid, kind]));

  it("Always: is known by its name", () => {
    const story = new Story().named(A, "kworker/3:1-events").named(B, "redis-server");
    expect(kinds(story.to(0, 0, 0, "running", A).to(9, 0, A, "running", B).to(19, 0, B, "running", 0))).toEqual({
      [A]: "kthread",
      [B]: "user",
    });
  });

  it("Always: is known by never making a system call, though it sleeps, where calls are recorded", () => {
    const story = new Story().to(0, 0, 0, "running", B).enter(1, 0, B, "read");
    for (let at = 10; at < 100; at += 20) story.to(at, 0, B, "running", A).to(at + 5, 0, A, "interruptible", B);
    expect(kinds(story)).toEqual({ [A]: "kthread", [B]: "user" });
  });

  it("Never: makes system calls, whatever its name", () => {
    const story = new Story().named(A, "vhost-123").to(0, 0, 0, "running", A).enter(1, 0, A, "read");
    expect(kinds(story.exit(2, 0, A, "read"))).toEqual({ [A]: "user" });
  });
});
