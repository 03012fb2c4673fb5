// A small host on which every mechanism comes to work in some replica: for tests of replays.

export const EVERY_MECHANISM = {
  name: "every-mechanism",
  host: {
    cpus: 6,
    hz: 250,
    preemption: "voluntary",
    nohzFull: "5",
    loaderCpu: "any",
    tryCostPerTask: "2us",
    contextSwitch: "2us",
    ipi: "3us",
    vmExit: "2us",
    signal: "4us",
    unpatchWait: "rude",
    hookOn: "200us",
    hookOff: "300us",
  },
  workload: {
    vcpu: { kind: "vcpu", count: 3, cpus: "0-2", behaviour: "busy-guest" },
    halted: { kind: "vcpu", count: 2, cpus: "3-4", behaviour: "halted-guest" },
    reader: {
      kind: "user",
      count: 4,
      cpus: "0-3",
      behaviour: {
        phases: {
          think: { mode: "user", duration: { exponential: "3ms" }, next: { read: 1, call: 1, fall: 1 } },
          read: {
            mode: "sleep",
            wait: "interruptible",
            onSignal: "restart",
            stack: ["vfs_read", "pipe_read"],
            duration: { exponential: "2s" },
            next: "think",
          },
          call: {
            mode: "sleep",
            wait: "interruptible",
            onSignal: "eintr",
            stack: ["vfs_read", "pipe_read"],
            duration: { exponential: "800ms" },
            next: "think",
          },
          fall: { mode: "sleep", wait: "freezable", duration: { exponential: "90ms" }, next: "think" },
        },
      },
    },
    thread: {
      kind: "kthread",
      count: 2,
      cpus: "3-4",
      behaviour: {
        phases: {
          work: { mode: "kernel", condResched: "100/s", duration: { exponential: "40ms" }, next: "rest" },
          rest: { mode: "sleep", wait: "freezable", affected: 0.5, duration: { exponential: "1s" }, next: "work" },
        },
      },
    },
    poller: { kind: "user", count: 1, cpus: "5", behaviour: "cpu-bound" },
  },
  patch: { functions: ["pipe_read", "vcpu_run"], direction: "patch" },
  admin: [{ at: "3500ms", do: "force" }],
  policies: [
    "linux-5.13",
    "linux-6.4",
    { extends: "kvm-direct", name: "remote", remote: "v2", scheduleHook: true, wakeKthreads: true },
    { extends: "linux-5.19", name: "tired", giveUp: true, signalEveryTries: 1 },
  ],
  run: { replicas: 250, seed: 5, horizon: "30s", settle: "100ms" },
};
