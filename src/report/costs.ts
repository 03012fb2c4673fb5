// What a transition costs others: the kinds of disturbance, as pages and tables call them.

import type { Disturbance } from "../results/result.js";

export const COSTS: { kind: keyof Disturbance; title: string; short: string }[] = [
  { kind: "eintr", title: "EINTRs that programs see", short: "EINTR" },
  { kind: "restarts", title: "restarted system calls", short: "restarts" },
  { kind: "guestExits", title: "exits from guest to user space", short: "guest exits" },
  { kind: "ipis", title: "IPIs", short: "IPIs" },
  { kind: "kthreadWakes", title: "kthread wake-ups", short: "kthread wakes" },
  { kind: "signalPasses", title: "rounds' passes over the tasks", short: "signal passes" },
  { kind: "isolatedInterrupts", title: "interrupts of isolated CPUs", short: "isolated interrupts" },
];
