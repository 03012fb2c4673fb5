import { describe, expect, it } from "vitest";
import { type ClassOptions, classesOf } from "../../../src/fit/classes.js";
import type { TraceSum } from "../../../src/fit/trace-event.js";
import { NAME } from "../../../src/scenario/fields.js";
import { CLASS_MAX, PHASE_MAX } from "../../../src/scenario/schema.js";
import { recordingOf, Story } from "./story.js";

/** Tasks that run and sleep for so long, in turn, each on a CPU of its own. */
interface Habit {
  comm: string;
  run: number;
  sleep: number;
  times: number;
}

function storyOf(habits: readonly Habit[]): Story {
  const steps: [number, (story: Story) => void][] = [];
  for (const [cpu, { run, sleep, times }] of habits.entries()) {
    const pid = 100 + cpu;
    for (let i = 0, at = 0; i < times; i++, at += run + sleep) {
      const began = at;
      steps.push([began, (story) => story.wake(began, cpu, 0, pid).to(began, cpu, 0, "running", pid)]);
      steps.push([began + run, (story) => story.to(began + run, cpu, pid, "interruptible", 0)]);
    }
  }
  const story = new Story();
  for (const [cpu, { comm }] of habits.entries()) story.named(100 + cpu, comm);
  for (const [, tell] of steps.sort(([a], [b]) => a - b)) tell(story);
  return story;
}

function classes(habits: readonly Habit[], options: Partial<ClassOptions> = {}) {
  return classesOf(storyOf(habits).seen().recording, { by: "name", anonymise: false, ...options }).classes;
}

const habit = (comm: string, run: number, sleep: number, times = 50): Habit => ({ comm, run, sleep, times });

describe("Classes by name", () => {
  it("Always: hold the tasks of one name, whatever number is in it", () => {
    const found = classes([
      habit("io_thread #1", 10, 90),
      habit("io_thread #2", 11, 88),
      habit("kworker/3:1-mm", 10, 80),
      habit("kworker/u8:0", 10, 90),
    ]);
    expect(found.map(({ name, kind, tasks }) => [name, kind, tasks]).sort()).toEqual([
      ["io_thread", "user", 2],
      ["kworker", "kthread", 2],
    ]);
    const threads = found.find(({ name }) => name === "io_thread")!;
    expect(threads.comms).toEqual(
      new Map([
        ["io_thread #1", 1],
        ["io_thread #2", 1],
      ]),
    ); // prettier-ignore
    expect(threads.cpus).toEqual(
      new Map([
        [0, { tasks: 1, alone: 1 }],
        [1, { tasks: 1, alone: 1 }],
      ]),
    ); // prettier-ignore
    expect(threads.phases.get("run")!.lengths.whole.n).toBe(100);
  });

  it("Always: are apart where tasks of one name plainly behave differently, by the lengths of their phases or their shares", () => {
    const found = classes([
      habit("node", 10, 90, 500),
      habit("node", 11, 100, 450),
      habit("node", 400, 30, 116),
      habit("node", 100, 900, 50),
    ]);
    const meanRun = (name: string) => {
      const { n, sum } = found.find((one) => one.name === name)!.phases.get("run")!.lengths.whole;
      return sum / n;
    };
    expect(found.map(({ name, tasks }) => [name, tasks, Math.round(meanRun(name))])).toEqual([
      ["node", 2, 10],
      ["node-2", 1, 400],
      ["node-3", 1, 100],
    ]);
    // prettier-ignore
  });

  it("Never: are apart for what few intervals say", () => {
    expect(classes([habit("node", 10, 90, 50), habit("node", 400, 30, 5)]).map(({ tasks }) => tasks)).toEqual([2]);
  });
});

describe("Classes otherwise", () => {
  const habits = [habit("redis", 10, 90), habit("memcached", 12, 100), habit("batch", 900, 10)];

  it("Always: by behaviour hold those who behave alike, whatever their names", () => {
    const found = classes(habits, { by: "behaviour" });
    expect(found.map(({ comms }) => [...comms.keys()].sort()).sort()).toEqual([["batch"], ["memcached", "redis"]]);
  });

  it("Always: by task are one task each", () => {
    expect(
      classes([habit("a", 10, 90), habit("a", 10, 90)], { by: "task" }).map(({ name, tasks }) => [name, tasks]),
    ).toEqual([
      ["a", 1],
      ["a-2", 1],
    ]);
  });

  it("Always: by process hold its threads, which are counted", () => {
    const story = storyOf([habit("redis", 10, 90), habit("bio", 10, 900), habit("redis", 10, 90)]);
    for (const [pid, tgid] of [
      [100, 100],
      [101, 100],
      [102, 102],
    ] as const)
      story.tell(46_000, 0, pid, { type: "process", tgid }); // prettier-ignore
    const { recording } = story.seen();
    const by = (by: ClassOptions["by"]) => classesOf(recording, { by, anonymise: false }).classes;
    expect(
      by("process")
        .map(({ tasks, threadsPerProcess }) => [tasks, threadsPerProcess])
        .sort(),
    ).toEqual([
      [1, 1],
      [2, 2],
    ]); // prettier-ignore
    expect(by("name").find(({ name }) => name === "redis")!.threadsPerProcess).toBe(1);
  });

  it("Never: tell names when they are to be dropped", () => {
    const found = classes([...habits, habit("kworker/0:1", 5, 90)], { anonymise: true });
    expect(found.map(({ name }) => name).sort()).toEqual(["kthread-1", "user-1", "user-2", "user-3"]);
    expect(found.every(({ comms }) => comms.size === 0)).toBe(true);
  });
});

describe("What a scenario takes", () => {
  it("Always: is kept to: names, how many classes, how many phases, and what is left out is told", () => {
    const story = new Story();
    for (let pid = 1; pid <= 100; pid++)
      story.named(pid, `${"%é:".repeat(pid % 3)}${String.fromCharCode(97 + (pid % 26)).repeat(pid)}`);
    story.to(0, 0, 0, "running", 1);
    for (let pid = 1, at = 10; pid <= 100; pid++, at += 10 * pid) {
      if (pid === 50)
        for (let call = 0; call < 300; call++, at += call)
          story.enter(at, 0, pid, `call ${call}`).exit(at + call, 0, pid, `call ${call}`);
      story.to(at, 0, pid, "interruptible", pid + 1);
    }
    const observed = classesOf(story.seen().recording, { by: "name", anonymise: false });
    expect(observed.classes.length).toBeLessThanOrEqual(CLASS_MAX);
    const names = observed.classes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, phases } of observed.classes) {
      expect(phases.size).toBeLessThanOrEqual(PHASE_MAX);
      for (const word of [name, ...phases.keys()]) expect(word).toMatch(NAME);
      for (const { next } of phases.values())
        for (const then of next.keys()) expect(then === "exit" || phases.has(then)).toBe(true);
    }
    expect(observed.notes.filter((note) => note.includes("became `other`")).length).toBe(2);
  });

  it("Always: has no call that is taken for a task's end, or for another phase", () => {
    const story = new Story().to(0, 0, 0, "running", 1);
    for (const [i, call] of ["exit", "user", "sleep", "user"].entries())
      story.enter(10 * i + 1, 0, 1, call).exit(10 * i + 3, 0, 1, call);
    story.to(90, 0, 1, "interruptible", 0).to(95, 0, 0, "running", 2);
    const [found] = classesOf(story.seen().recording, { by: "name", anonymise: false }).classes;
    expect([...found!.phases].map(([name, { call }]) => [name, call]).sort()).toEqual([
      ["exit-2", "exit"],
      ["sleep", "sleep"],
      ["sleep-2", null],
      ["user", null],
      ["user-2", "user"],
    ]);
  });

  it("Never: is followed by what began as the recording ended, for nothing is known of it", () => {
    const story = new Story().to(0, 0, 0, "running", 1).to(90, 0, 1, "interruptible", 0);
    const [found] = classesOf(story.seen().recording, { by: "name", anonymise: false }).classes;
    expect([...found!.phases.values()].map(({ name, next }) => [name, next.size])).toEqual([["run", 0]]);
  });

  it("Always: is of no more tasks than were there at once", () => {
    const story = new Story().named(1, "sh").to(0, 0, 0, "running", 1);
    for (let pid = 2, at = 10; pid < 60; pid++, at += 20) {
      story.named(pid, "worker");
      story.tell(at, 0, 1, { type: "fork", child: pid, childComm: "worker" }).to(at + 1, 0, 1, "interruptible", pid);
      story.tell(at + 10, 0, pid, { type: "end" }).to(at + 11, 0, pid, "dead", 1);
    }
    const found = classesOf(story.seen().recording, { by: "name", anonymise: false }).classes;
    expect(found.find(({ name }) => name === "worker")).toMatchObject({ tasks: 1, born: 58, ended: 58 });
  });
});

describe("More tasks than are kept apart", () => {
  it("Always: become those of their name, nothing of their time lost", () => {
    const reconstruction: Story = new Story().to(0, 0, 0, "running", 1);
    const TASKS = 36_000;
    for (let pid = 1; pid <= TASKS; pid++)
      reconstruction.named(pid, `task-${pid % 10}`).to(pid, 0, pid, "interruptible", pid + 1);
    const recording = recordingOf(reconstruction.events());
    const ran = recording.lots.flatMap(({ account }) =>
      [...account.phases.values()].filter(({ spec }) => spec.name === "run"),
    );
    expect(ran.reduce((sum, { lengths }) => sum + lengths.seen, 0)).toBe(TASKS);
    expect(recording.notes.join()).toMatch(/\d tasks' counts became those of all tasks of their name/);
  });
});

describe("Sums of tools that count in the kernel", () => {
  const only = (sums: readonly TraceSum[], story = new Story()) => {
    const recording = recordingOf(story.events());
    recording.sums.push(...sums);
    return classesOf(recording, { by: "name", anonymise: false });
  };
  const blocked = (comm: string, functions: string[], total: number): TraceSum => ({
    type: "blocked",
    pid: null,
    comm,
    functions,
    total,
  });

  it("Always: give the sleeps of a name's tasks their stacks, each by its share of the blocked time", () => {
    const story = new Story().named(1, "redis").to(0, 0, 0, "running", 1);
    for (let i = 0, at = 10; i < 8; i++, at += 100)
      story
        .enter(at, 0, 1, "read")
        .to(at + 1, 0, 1, "interruptible", 0)
        .wake(at + 41, 0, 0, 1)
        .to(at + 42, 0, 0, "running", 1)
        .exit(at + 44, 0, 1, "read");
    const observed = only(
      [
        blocked("redis", ["schedule", "pipe_read", "__x64_sys_read"], 300),
        blocked("redis", ["schedule", "tcp_recvmsg", "__x64_sys_read"], 100),
        blocked("redis", ["schedule", "do_wait", "__x64_sys_wait4"], 9000),
        blocked("node", ["schedule", "pipe_read", "__x64_sys_read"], 9000),
      ],
      story,
    );
    const phases = observed.classes[0]!.phases;
    const sleeps = [...phases.values()].filter(({ mode }) => mode === "sleep");
    expect(sleeps.map(({ name, stack, lengths }) => [name, stack![1], lengths.whole.n])).toEqual([
      ["read-sleep", "pipe_read", 6],
      ["read-sleep-2", "tcp_recvmsg", 2],
    ]);
    expect(phases.get("read")!.next).toEqual(
      new Map([
        ["read-sleep", 6],
        ["read-sleep-2", 2],
      ]),
    ); // prettier-ignore
  });

  it("Always: alone tell where tasks sleep, and that they do not tell how long", () => {
    const observed = only([blocked("redis", ["a"], 300), blocked("redis", ["b"], 100), blocked("rcuos/0", ["c"], 7)]);
    expect(observed.classes.map(({ name, kind }) => [name, kind])).toEqual([
      ["redis", "user"],
      ["rcuos", "kthread"],
    ]); // prettier-ignore
    const sleeps = [...observed.classes[0]!.phases.values()];
    expect(sleeps.map(({ stack, lengths }) => [stack, lengths.seen])).toEqual([
      [["a"], 300],
      [["b"], 100],
    ]); // prettier-ignore
    expect(observed.notes.join()).toContain("not the length of a sleep");
  });

  it("Always: of lengths keep the bins as wide as they were", () => {
    const bins = [
      { low: 2000, high: 4000, count: 5 },
      { low: 4000, high: 8000, count: 0 },
      { low: 8000, high: 16_000, count: 2 },
    ]; // prettier-ignore
    const observed = only([
      { type: "histogram", of: "on-cpu", task: null, bins },
      { type: "histogram", of: "run-queue", task: null, bins },
    ]); // prettier-ignore
    const [tasks] = observed.classes;
    expect(tasks!.phases.get("run")!.lengths.whole.bins()).toEqual([bins[0], bins[2]]);
    expect(tasks!.runnable.whole.n).toBe(7);
  });

  it("Always: of lengths on the CPU alone make a task that only runs", () => {
    const [tasks] = only([
      { type: "histogram", of: "on-cpu", task: null, bins: [{ low: 8, high: 16, count: 3 }] },
    ]).classes;
    expect([...tasks!.phases.values()].map(({ name, next }) => [name, ...next])).toEqual([["run", ["run", 3]]]);
  });

  it("Never: of waits for a CPU alone make a class, which is told", () => {
    const observed = only([{ type: "histogram", of: "run-queue", task: null, bins: [{ low: 8, high: 16, count: 3 }] }]);
    expect(observed.classes).toEqual([]);
    expect(observed.notes.join()).toContain("1 classes left out");
  });

  it("Always: of exits make a thread of a recording without guests a vCPU", () => {
    const story = storyOf([habit("CPU 0/KVM", 10, 90)]);
    const exits = (reason: string, count: number): TraceSum => ({
      type: "guest-exits",
      pid: 1,
      tid: 100,
      comm: "CPU 0/KVM",
      vcpu: 0,
      reason,
      count,
    }); // prettier-ignore
    const observed = only([exits("HLT", 50), exits("MSR_WRITE", 12)], story);
    expect(observed.classes.map(({ kind }) => kind)).toEqual(["vcpu"]);
    const { phases } = observed.classes[0]!;
    expect(phases.get("guest")).toMatchObject({ mode: "guest", exits: new Map([["MSR_WRITE", 12]]) });
    expect(phases.get("halt")).toMatchObject({ mode: "sleep", halt: true });
  });

  it("Always: of exits alone tell how often, with no lengths", () => {
    const exits = (reason: string, count: number): TraceSum => ({
      type: "guest-exits",
      pid: 1,
      tid: 100,
      comm: "vm",
      vcpu: 0,
      reason,
      count,
    }); // prettier-ignore
    const [vm] = only([exits("EXIT_REASON_HLT", 5), exits("EXIT_REASON_CPUID", 3)]).classes;
    expect(vm).toMatchObject({ kind: "vcpu", tasks: 1 });
    expect(vm!.phases.get("guest")!.next).toEqual(new Map([["halt", 5]]));
    expect(vm!.phases.get("guest")!.exits).toEqual(new Map([["EXIT_REASON_CPUID", 3]]));
  });
});
