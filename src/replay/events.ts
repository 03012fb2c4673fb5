// What happens in one replica, as a stream of typed events in the order in which it happens. Times are ticks (1 us), 0 is
// `start`. Tasks, CPUs and phases are numbers of the compiled scenario; a try's or completion's worker is task WORKER.

import type { Mechanism, ThreadFlag } from "../scenario/model.js";

/** The worker that runs tries and completion, and the loader before it. */
export const WORKER = -1;

/** Why a try could not switch a task, in the order in which a try asks. */
export type Reason =
  | "unreliable stack"
  | "running" // on its CPU, and nothing reaches it there
  | "running in the kernel" // where the policy switches from afar, but only in user mode
  | "preempted" // inside an interrupt, which frame pointers do not cross
  | "affected" // a function of the patch is on its stack
  | "idle"; // an idle task whose CPU idles

/** Of completion (docs/rules.md, 10). */
export type Step =
  | "hookOff"
  | "unhook"
  | "leave"
  | "sync"
  | "turn"
  | "turn to work"
  | "rcu"
  | "holdouts"
  | "rcu at the end";

export type ReplayEvent = { at: number } & (
  | { type: "start"; cpu: number | null } // flags are set; the loader's CPU
  | { type: "sched-in"; cpu: number; task: number }
  | { type: "sched-out"; cpu: number; task: number; to: "sleep" | "ready" | "zombie" }
  | { type: "wake-up"; cpu: number; task: number }
  | { type: "migrate"; task: number; from: number; to: number }
  | { type: "phase"; task: number; phase: number; affected: boolean } // begins, or is gone on with after the VMM's
  | { type: "to-kernel"; cpu: number; task: number } // out of user mode: by a call, or by an interrupt that has work to do
  | { type: "to-user"; cpu: number; task: number }
  | { type: "guest-entry"; cpu: number; task: number }
  | { type: "guest-exit"; cpu: number; task: number }
  | { type: "flag"; task: number; flag: ThreadFlag; set: boolean }
  | { type: "fork"; task: number; parent: number; cpu: number }
  | { type: "exit"; task: number }
  | { type: "reaped"; task: number }
  | { type: "try"; number: number; cpu: number | null }
  | { type: "straggler"; task: number; reason: Reason; functions: string[] } // functions: of the patch, where it names them
  | { type: "idle-straggler"; cpu: number; reason: Reason }
  | { type: "try-end"; number: number; left: number; next: number | null } // next: when the next is due
  | { type: "round"; number: number }
  | { type: "signal"; task: number; flag: ThreadFlag; act: "wake" | "kick" | "none" }
  | { type: "kthread-wake"; task: number }
  | { type: "ipi"; cpu: number; why: "signal" | "idle" | "hooks"; isolated: boolean }
  | { type: "guest-kick"; cpu: number; task: number } // such an interrupt found the guest running
  | { type: "signal-pass"; task: number } // the exit loop handled a signal
  | { type: "interrupted"; task: number; how: "restart" | "eintr" } // a call or a sleep; a vCPU leaves KVM_RUN
  | { type: "eaten"; task: number } // KVM clears what should have brought the vCPU out, and goes on
  | { type: "switch"; task: number; mechanism: Mechanism; violation: boolean }
  | { type: "idle-switch"; cpu: number; mechanism: Mechanism }
  | { type: "late-violation"; task: number } // switched from afar, it called an affected function meanwhile
  | { type: "admin"; do: "signal" | "reverse" | "force"; givesUp: boolean }
  | { type: "synchronize"; cpu: number; isolated: boolean } // a CPU that is waited for; isolated: interrupted for it
  | { type: "reversed"; direction: "patch" | "unpatch" }
  | { type: "decided"; pending: number } // pending: tasks that still have the flag, the fork race's
  | { type: "step"; step: Step }
  | { type: "complete" }
);

export type EventType = ReplayEvent["type"];

/** An event without its time, which is now. */
export type Happening = ReplayEvent extends infer E ? (E extends ReplayEvent ? Omit<E, "at"> : never) : never;
