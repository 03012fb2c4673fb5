// What an rseq scenario may say, as lists of words (KF 6; docs/rseq.md): for the schema, and for the engine, which loads no schema in its threads.

/** What KVM does about TIF_NOTIFY_RESUME before guest entry (KF 6.2). */
export const NOTIFY_RESUME = ["untouched", "cleared", "updated", "deferred"] as const;
export const PROTOCOLS = ["twice", "counter"] as const;
export const MOVES = ["reader", "migrator"] as const;
export const NEXT_CPU = ["modulo", "cycle"] as const;
export const GETCPU = ["vdso", "syscall"] as const;
export const PREEMPTION = ["voluntary", "full"] as const;

/** The steps whose lengths are drawn, in the engine's order. */
export const STEPS = {
  increment: {
    default: { uniform: ["50ns", "150ns"] },
    about: "An atomic increment of the counter, whose cache line the reader has",
  },
  affinity: {
    default: { uniform: ["200ns", "400ns"] },
    about: "sched_setaffinity() up to where it looks at the thread",
  },
  affinityReturn: { default: { uniform: ["80ns", "120ns"] }, about: "From there back to user mode" },
  sleepCall: { default: { uniform: ["300ns", "500ns"] }, about: "usleep(), without the sleep" },
  timerSlack: { default: "50us", about: "How much later than asked for a sleep ends" },
  ipi: { default: { uniform: ["200ns", "1us"] }, about: "An inter-processor interrupt" },
  idleWake: { default: { uniform: ["1us", "3us"] }, about: "An idle CPU's way out of its idle state" },
  deepWake: {
    default: { uniform: ["1us", "3us"] },
    about: "The same of a CPU that the reader is moved to, which has been idle for longer",
  },
  contextSwitch: { default: "1.07us", about: "A switch to another task" },
  stopper: { default: { uniform: ["300ns", "700ns"] }, about: "The stopper's work of moving a task" },
  enter: { default: { uniform: ["220ns", "366ns"] }, about: "KVM_RUN up to the last look before guest entry" },
  guest: { default: { uniform: ["400ns", "506ns"] }, about: "Guest entry, the guest, its exit to user space" },
  exit: { default: { uniform: ["220ns", "366ns"] }, about: "From there to the last look before user mode" },
  vmExit: { default: { uniform: ["440ns", "980ns"] }, about: "A VM exit for an interrupt" },
  vcpuLoad: { default: { uniform: ["1us", "2us"] }, about: "Loading a vCPU that was last loaded on another CPU" },
  helper: { default: "50ns", about: "One turn of the work before guest entry" },
  update: { default: "50ns", about: "Writing the CPU's number to the reader's memory" },
  load: { default: { uniform: ["5ns", "15ns"] }, about: "A load by the reader" },
  getcpu: { default: { uniform: ["20ns", "40ns"] }, about: "sched_getcpu() by the vDSO" },
  getcpuCall: { default: { uniform: ["80ns", "116ns"] }, about: "getcpu as a system call: there, and as long back" },
  loop: { default: { uniform: ["50ns", "100ns"] }, about: "What else the reader does in user mode, per KVM_RUN" },
} as const;
export type Step = keyof typeof STEPS;
