// Built-in behaviours, in the form a scenario writes them. `kinds` says which classes may use one; `source` gives each
// number's origin: a section of the kernel facts (KF), or the word assumption. Imports nothing.

export const BEHAVIOUR_PRESETS = {
  "busy-guest": {
    text: "A guest that computes for ever: it never halts and never leaves to user space by itself.",
    kinds: ["vcpu"],
    phases: { guest: { mode: "guest", duration: "forever", exits: "250/s" } },
    source: { "guest.exits": "KF 8.3: the guest's own timer, here 250 Hz (assumption); host ticks come on top" },
  },
  "io-guest": {
    text: "A guest whose devices live in the VMM: it leaves to user space every few milliseconds, which is where it switches.",
    kinds: ["vcpu"],
    phases: {
      guest: { mode: "guest", duration: { exponential: "5ms" }, exits: "2000/s", next: "device" },
      device: { mode: "user", duration: { exponential: "20us" }, next: "guest" },
    },
    source: { "guest.duration": "assumption", "guest.exits": "assumption", "device.duration": "assumption" },
  },
  "halted-guest": {
    text: "An idle guest: halted for minutes, woken for a moment's work. Asleep it is an ordinary sleeper to a try.",
    kinds: ["vcpu"],
    phases: {
      halted: { halt: true, duration: { exponential: "10m" }, next: "guest" },
      guest: { mode: "guest", duration: "50us", exits: "250/s", next: "halted" },
    },
    source: { "halted.duration": "assumption", "guest.duration": "assumption", "guest.exits": "assumption" },
  },
  "nested-guest": {
    text: "A guest that runs guests: exits by the thousand, served in the kernel, and now and then one to the VMM.",
    kinds: ["vcpu"],
    phases: {
      guest: { mode: "guest", duration: { exponential: "1s" }, exits: "20000/s", next: "device" },
      device: { mode: "user", duration: { exponential: "20us" }, next: "guest" },
    },
    source: {
      "guest.duration": "assumption",
      "guest.exits": "assumption; KF 8.3: 13-15 k cycles an exit bound it above",
      "device.duration": "assumption",
    },
  },
  "cpu-bound": {
    text: "Computes in user mode for ever; switches at its next tick, wherever it runs.",
    kinds: ["user"],
    phases: { compute: { mode: "user", duration: "forever" } },
    source: {},
  },
  "syscall-server": {
    text: "Serves requests: short system calls, user work between them, and epoll_wait() when there is nothing to do.",
    kinds: ["user"],
    phases: {
      work: { mode: "user", duration: { exponential: "200us" }, next: { call: 9, wait: 1 } },
      call: {
        mode: "kernel",
        duration: { lognormal: { median: "2us", sigma: 1 } },
        stack: ["do_syscall_64", "vfs_read"],
        next: "work",
      },
      wait: {
        mode: "sleep",
        duration: { exponential: "1ms" },
        stack: ["do_epoll_wait", "ep_poll"],
        onSignal: "eintr",
        next: "work",
      },
    },
    source: {
      "work.duration": "assumption",
      "work.next": "assumption",
      "call.duration": "KF 8.3: log-normal around 0.2-5 us (assumption)",
      "wait.duration": "assumption",
      "wait.onSignal": "KF 3.4: epoll_wait returns EINTR",
    },
  },
  "poll-loop": {
    text: "An agent that wakes from poll() ten times a second and does a little work.",
    kinds: ["user"],
    phases: {
      wait: { mode: "sleep", duration: "100ms", stack: ["do_sys_poll"], onSignal: "restart", next: "work" },
      work: { mode: "user", duration: { exponential: "200us" }, next: "wait" },
    },
    source: {
      "wait.duration": "assumption",
      "wait.onSignal": "KF 3.4: poll restarts through restart_syscall",
      "work.duration": "assumption",
    },
  },
  "blocked-reader": {
    text: "Blocked in read() on a pipe for seconds, restarted by a fake signal without noticing.",
    kinds: ["user"],
    phases: {
      think: { mode: "user", duration: "2ms", next: "read" },
      read: {
        mode: "sleep",
        duration: { exponential: "5s" },
        stack: ["vfs_read", "pipe_read"],
        onSignal: "restart",
        next: "think",
      },
    },
    source: {
      "think.duration": "assumption",
      "read.duration": "assumption",
      "read.onSignal": "KF 3.4: a pipe read gives ERESTARTSYS",
    },
  },
  "disk-wait": {
    text: "Reads from a slow disk: short user work, then uninterruptible waits that no signal ends.",
    kinds: ["user"],
    phases: {
      compute: { mode: "user", duration: { exponential: "1ms" }, next: "io" },
      io: {
        mode: "sleep",
        wait: "uninterruptible",
        duration: { lognormal: { median: "8ms", sigma: 1 } },
        stack: ["vfs_read", "io_schedule"],
        next: "compute",
      },
    },
    source: { "compute.duration": "assumption", "io.duration": "assumption" },
  },
  "vhost-worker": {
    text: "A vhost worker under load: seconds of packets with cond_resched() between them, a millisecond of rest. A kthread or a user worker, as the policy says.",
    kinds: ["kthread", "user"],
    worker: "vhost",
    phases: {
      busy: {
        mode: "kernel",
        duration: { exponential: "10s" },
        condResched: "10000/s",
        stack: ["vhost_worker", "handle_tx"],
        next: "rest",
      },
      rest: { mode: "sleep", duration: { exponential: "1ms" }, stack: ["vhost_worker"], next: "busy" },
    },
    source: {
      "busy.duration": "assumption; KF 4.7: stalls for days were reported up to 6.3",
      "busy.condResched": "assumption: once a batch of 100 us",
      "rest.duration": "assumption",
    },
  },
  kworker: {
    text: "A workqueue worker: asleep in TASK_IDLE, about once a second a moment's work.",
    kinds: ["kthread"],
    phases: {
      idle: { mode: "sleep", wait: "idle", duration: { exponential: "1s" }, stack: ["worker_thread"], next: "work" },
      work: {
        mode: "kernel",
        duration: { exponential: "50us" },
        stack: ["worker_thread", "process_one_work"],
        next: "idle",
      },
    },
    source: { "idle.wait": "KF 2.5: not freezable", "idle.duration": "assumption", "work.duration": "assumption" },
  },
  "kthread-loop": {
    text: "A kthread that works for seconds without a cond_resched() and sleeps briefly: only a try that finds it off its CPU switches it.",
    kinds: ["kthread"],
    phases: {
      work: { mode: "kernel", duration: { exponential: "2s" }, next: "pause" },
      pause: { mode: "sleep", duration: { exponential: "50ms" }, next: "work" },
    },
    source: { "work.duration": "assumption", "pause.duration": "assumption" },
  },
  "kthread-loop-cond-resched": {
    text: "The same loop with a cond_resched() about every half millisecond.",
    kinds: ["kthread"],
    phases: {
      work: { mode: "kernel", duration: { exponential: "2s" }, condResched: "2000/s", next: "pause" },
      pause: { mode: "sleep", duration: { exponential: "50ms" }, next: "work" },
    },
    source: {
      "work.duration": "assumption",
      "work.condResched": "assumption; the interval of the kernel-lab's W6 loop",
      "pause.duration": "assumption",
    },
  },
  "io-uring-waiter": {
    text: "Waits for completions in io_uring_enter(), which runs task work, clears TIF_NOTIFY_SIGNAL and waits on.",
    kinds: ["user"],
    phases: {
      wait: {
        mode: "sleep",
        duration: { exponential: "1s" },
        stack: ["__do_sys_io_uring_enter", "io_cqring_wait"],
        onSignal: "absorb",
        next: "work",
      },
      work: { mode: "user", duration: { exponential: "100us" }, next: "wait" },
    },
    source: {
      "wait.duration": "assumption",
      "wait.onSignal": "KF 3.5: N is swallowed, KF 3.4: P gives EINTR",
      "work.duration": "assumption",
    },
  },
  stopped: {
    text: "Stopped by SIGSTOP and never continued: not woken by a round, but switched by its stack.",
    kinds: ["user"],
    phases: {
      stopped: { mode: "sleep", wait: "stopped", duration: "forever", stack: ["get_signal", "do_signal_stop"] },
    },
    source: { "stopped.stack": "KF 3.2; get_signal measured in the kernel-lab's W7" },
  },
  traced: {
    text: "Held by a debugger: as stopped.",
    kinds: ["user"],
    phases: { traced: { mode: "sleep", wait: "traced", duration: "forever", stack: ["get_signal", "ptrace_stop"] } },
    source: { "traced.stack": "KF 3.2" },
  },
  "fork-storm": {
    text: "Forks a short-lived child every few milliseconds; children inherit the state of the moment.",
    kinds: ["user"],
    children: 16,
    phases: {
      work: { mode: "user", duration: { exponential: "5ms" }, next: "clone" },
      clone: {
        mode: "kernel",
        duration: { exponential: "100us" },
        stack: ["kernel_clone", "copy_process"],
        fork: "child",
        next: "work",
      },
      child: { mode: "user", duration: { exponential: "2ms" }, next: "leave" },
      leave: { mode: "kernel", duration: { exponential: "50us" }, stack: ["do_exit"], next: "exit" },
    },
    source: {
      "work.duration": "assumption",
      "clone.duration": "assumption",
      "child.duration": "assumption",
      "leave.duration": "assumption",
      children: "assumption",
    },
  },
  "nohz-poller": {
    text: "Polls a device from user mode for ever; on a nohzFull CPU nothing brings it into the kernel but an interrupt.",
    kinds: ["user"],
    phases: { poll: { mode: "user", duration: "forever" } },
    source: {},
  },
} as const;
