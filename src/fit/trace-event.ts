// What a recorded trace says, whatever tool wrote it: each reader turns its lines into these. Times are nanoseconds since the
// second in which the trace begins (whole seconds of an epoch would not leave room for the rest in a number).

/** In which state a task leaves its CPU. */
export type LeftState =
  | "running" // runnable: preempted, or gave way
  | "interruptible"
  | "uninterruptible"
  | "killable"
  | "idle" // TASK_IDLE: uninterruptible, not counted as load
  | "freezable"
  | "stopped"
  | "traced"
  | "dead"
  | "unknown"; // asleep, the trace does not say how

/** Who the event is about and where: `pid` is the thread's id (0: the idle task), `cpu` -1 where the trace does not say. */
interface Where {
  at: number;
  cpu: number;
  pid: number;
  comm: string;
}

export type TraceEvent = Where &
  (
    | { type: "switch"; state: LeftState; next: number; nextComm: string } // pid leaves the CPU, next gets it
    | { type: "wakeup"; target: number; targetComm: string; targetCpu: number; fresh?: true } // target becomes runnable; fresh: a new task's first
    | { type: "enter"; call: string } // a system call, by its name where that is known, else as `nr-500`
    | { type: "exit"; call: string | null; result: number | null } // null: the trace does not say
    | { type: "guest-entry"; vcpu: number }
    | { type: "guest-exit"; vcpu: number; reason: string } // reason as the kernel spells it: HLT, EXTERNAL_INTERRUPT, ...
    | { type: "fork"; child: number; childComm: string }
    | { type: "rename"; to: string } // exec, or prctl
    | { type: "end" } // the task exits
    | { type: "migrate"; target: number; from: number; to: number }
    | { type: "stack"; functions: string[] } // kernel functions, innermost first, on pid's stack at its event before this one
    | { type: "note"; words: string } // what a recorder wrote among the events: a marker
    | { type: "process"; tgid: number } // which process the thread is of: told when it is first seen, where the trace says so
  );

/** What is known beforehand of a number of a system call: a comment in a trace of klpsim's own. */
export interface CallName {
  call: string;
  name: string;
}

/** Tools that count in the kernel leave sums, not events. Lengths are nanoseconds. */
export type TraceSum =
  | { type: "histogram"; of: "on-cpu" | "off-cpu" | "run-queue"; task: string | null; bins: HistogramBin[] } // null: all
  | { type: "blocked"; pid: number | null; comm: string; functions: string[]; total: number } // off-CPU time of a stack
  | { type: "guest-exits"; pid: number; tid: number; comm: string; vcpu: number | null; reason: string; count: number };

/** Lengths from `low` up to, not including, `high`. */
export interface HistogramBin {
  low: number;
  high: number;
  count: number;
}
