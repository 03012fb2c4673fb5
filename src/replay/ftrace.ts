// A replay as ftrace text, in the layout of the kernel's trace file: sched, raw_syscalls and kvm events as a recorder on the
// host would have them, with the kernel stacks of those who leave a CPU (the trigger `stacktrace` on sched_switch), the
// transition's own as trace markers. A system call's number is 500 plus its phase's, KVM_RUN's 16.

import { type Replay, type ReplayPhase, workerOf } from "./account.js";
import { type ReplayEvent, WORKER } from "./events.js";

const PRIO = 120;
const IOCTL = 16;
const FIRST_NR = 500; // above those that there are
const EINTR = -4;
const ERESTARTSYS = -512;
const NO_ARGUMENTS = "(0, 0, 0, 0, 0, 0)";
const STATES: Record<string, string> = { uninterruptible: "D", killable: "D", idle: "I", stopped: "T", traced: "t" };

interface Who {
  comm: string;
  pid: number;
}

export function* ftraceLines(replay: Replay): Generator<string> {
  yield "# tracer: nop";
  yield `# klpsim replay of ${replay.scenario.name}, policy ${replay.policy}, seed ${replay.seed}, replica ${replay.replica}; 0 is start`;
  for (const [number, { class: of, name, mode }] of replay.phases.entries())
    if (mode !== "user" && mode !== "guest") yield `# NR ${FIRST_NR + number} is ${name} of ${of}`;
  yield "#";
  yield "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION";
  yield "#              | |         |   |||||     |         |";
  yield* new Recorder(replay).lines();
}

class Recorder {
  /** Who is current, by CPU; null: the idle task. */
  private readonly current: (Who | null)[];
  /** Who left its CPU at this very instant, until it is known who follows. */
  private readonly left = new Map<number, { at: number; state: string; stack: string[] }>();
  private readonly phase: number[];
  private readonly calls: (number | null)[]; // the system call that each is in
  private tryCpu = 0;

  constructor(private readonly replay: Replay) {
    this.current = replay.cpus.map(({ current }, cpu) => (current === null ? null : this.who(cpu, current)));
    this.phase = replay.tasks.map(({ start }) => start?.phase ?? 0);
    this.calls = replay.tasks.map((_, task) => this.callOf(task, this.phase[task]!));
  }

  *lines(): Generator<string> {
    const { events } = this.replay;
    for (const [i, event] of events.entries()) {
      yield* this.idled(event.at);
      yield* this.told(event, i);
    }
    yield* this.idled(Number.POSITIVE_INFINITY);
  }

  /** Nobody followed on those CPUs. */
  private *idled(now: number): Generator<string> {
    for (const [cpu, { at }] of this.left) if (at < now) yield* this.switchTo(at, cpu, null);
  }

  private *told(event: ReplayEvent, index: number): Generator<string> {
    const { at } = event;
    switch (event.type) {
      case "sched-in":
        return yield* this.switchTo(at, event.cpu, this.who(event.cpu, event.task));
      case "sched-out":
        this.left.set(event.cpu, { at, state: this.stateOf(event.task, event.to), stack: this.stackOf(event.task) });
        return;
      case "wake-up":
        return yield this.line(at, event.cpu, `sched_wakeup: ${this.target(event.task, event.cpu)}`);
      case "migrate":
        return yield this.line(
          at,
          event.to,
          `sched_migrate_task: ${this.fields(event.task)} orig_cpu=${event.from} dest_cpu=${event.to}`,
        );
      case "fork":
        yield this.line(at, event.cpu, this.forkText(event.parent, event.task));
        return yield this.line(at, event.cpu, `sched_wakeup_new: ${this.target(event.task, event.cpu)}`);
      case "phase":
        return yield* this.newPhase(at, event.task, event.phase);
      case "interrupted":
        return yield* this.interrupted(at, event.task, event.how);
      case "guest-entry":
        return yield this.line(at, event.cpu, `kvm_entry: vcpu ${this.vcpu(event.task)}, rip 0x0`);
      case "guest-exit":
        return yield this.line(at, event.cpu, this.exitText(event.task, index));
      default:
        return yield* this.marked(event);
    }
  }

  private *switchTo(at: number, cpu: number, next: Who | null): Generator<string> {
    const { state, stack } = this.left.get(cpu) ?? { state: "R", stack: [] };
    const before = this.current[cpu] ?? null;
    this.left.delete(cpu);
    const [prev, to] = [before ?? swapper(cpu), next ?? swapper(cpu)];
    if (prev.pid !== to.pid) {
      const from = `prev_comm=${prev.comm} prev_pid=${prev.pid} prev_prio=${PRIO} prev_state=${before === null ? "R" : state}`;
      yield this.line(at, cpu, `sched_switch: ${from} ==> next_comm=${to.comm} next_pid=${to.pid} next_prio=${PRIO}`);
      if (stack.length > 0) yield this.line(at, cpu, "<stack trace>");
      for (const name of stack) yield ` => ${name}`;
    }
    this.current[cpu] = next;
  }

  private stateOf(task: number, to: "sleep" | "ready" | "zombie"): string {
    if (to === "ready") return "R";
    if (to === "zombie") return "Z";
    const wait = task === WORKER ? null : this.replay.phases[this.phase[task]!]!.wait;
    return (wait === null ? undefined : STATES[wait]) ?? "S";
  }

  /** As the scenario lists it; nothing of a task in user mode, whose kernel stack is empty. */
  private stackOf(task: number): string[] {
    const phase = task === WORKER ? undefined : this.replay.phases[this.phase[task]!];
    return phase === undefined || phase.mode === "user" ? [] : phase.stack;
  }

  /** Out of user mode into a system call, or out of one. */
  private *newPhase(at: number, task: number, phase: number): Generator<string> {
    this.phase[task] = phase;
    const before = this.calls[task] ?? null;
    const call = this.callOf(task, phase);
    if (before !== null && call === null) {
      this.calls[task] = null;
      yield this.line(at, this.cpuOf(task), `sys_exit: NR ${before} = 0`);
    } else if (before === null && call !== null) {
      this.calls[task] = call;
      yield this.line(at, this.cpuOf(task), `sys_enter: NR ${call} ${NO_ARGUMENTS}`);
    }
  }

  /** The call returns for the signal; to be restarted, it is made again at once. */
  private *interrupted(at: number, task: number, how: "restart" | "eintr"): Generator<string> {
    const call = this.calls[task] ?? null;
    if (call === null) return;
    const cpu = this.cpuOf(task);
    yield this.line(at, cpu, `sys_exit: NR ${call} = ${how === "eintr" ? EINTR : ERESTARTSYS}`);
    if (how === "restart") yield this.line(at, cpu, `sys_enter: NR ${call} ${NO_ARGUMENTS}`);
    else this.calls[task] = null;
  }

  /** Of threads of user mode and of vCPUs; a call lasts until its task is in user mode again. */
  private callOf(task: number, phase: number): number | null {
    const { kind } = this.replay.tasks[task]!;
    const { mode, halt } = this.replay.phases[phase]!;
    if (kind === "kthread" || mode === "user") return null;
    return mode === "guest" || halt ? IOCTL : FIRST_NR + phase;
  }

  /** Why the guest was left: for its own sake if a phase follows, else for the host's. */
  private exitText(task: number, index: number): string {
    const follows = this.replay.events[index + 1];
    const own = follows?.type === "phase" && follows.task === task ? this.replay.phases[follows.phase] : undefined;
    const reason = own === undefined ? "EXTERNAL_INTERRUPT" : reasonOf(own);
    return `kvm_exit: vcpu ${this.vcpu(task)} reason ${reason} rip 0x0 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000`;
  }

  /** Written by who runs the try. */
  private *marked(event: ReplayEvent): Generator<string> {
    if (event.type === "try" || event.type === "start") this.tryCpu = event.cpu ?? 0;
    const words = markOf(event, this.replay);
    const cpu = event.type === "switch" ? this.cpuOf(event.task) : "cpu" in event ? (event.cpu ?? 0) : this.tryCpu;
    if (words !== null) yield this.line(event.at, cpu, `tracing_mark_write: klp: ${words}`);
  }

  private line(at: number, cpu: number, words: string): string {
    const { comm, pid } = this.current[cpu] ?? { comm: "<idle>", pid: 0 };
    const task = `${comm.padStart(16)}-${String(pid).padEnd(7)}`;
    const flags = words.startsWith("sched_") ? "d..2." : ".....";
    const [s, us] = [Math.floor(at / 1e6), at % 1e6];
    return `${task} [${String(cpu).padStart(3, "0")}] ${flags} ${String(s).padStart(5)}.${String(us).padStart(6, "0")}: ${words}`;
  }

  private who(cpu: number, task: number): Who {
    return task === WORKER ? workerOf(cpu) : this.replay.tasks[task]!;
  }

  private cpuOf(task: number): number {
    const { pid } = this.replay.tasks[task]!;
    const cpu = this.current.findIndex((who) => who?.pid === pid);
    return cpu < 0 ? this.tryCpu : cpu;
  }

  private fields(task: number): string {
    const { comm, pid } = this.replay.tasks[task]!;
    return `comm=${comm} pid=${pid} prio=${PRIO}`;
  }

  private target(task: number, cpu: number): string {
    return `${this.fields(task)} target_cpu=${String(cpu).padStart(3, "0")}`;
  }

  private forkText(parent: number, child: number): string {
    const [from, to] = [this.replay.tasks[parent]!, this.replay.tasks[child]!];
    return `sched_process_fork: comm=${from.comm} pid=${from.pid} child_comm=${to.comm} child_pid=${to.pid}`;
  }

  /** Number of the vCPU in its machine. */
  private vcpu(task: number): number {
    const { pid, tgid } = this.replay.tasks[task]!;
    return pid - tgid;
  }
}

function swapper(cpu: number): Who {
  return { comm: `swapper/${cpu}`, pid: 0 };
}

function reasonOf({ halt, mode }: ReplayPhase): string {
  if (halt) return "HLT";
  return mode === "user" ? "IO_INSTRUCTION" : "EPT_VIOLATION";
}

/** The transition's own, in a few words. */
function markOf(event: ReplayEvent, { tasks }: Replay): string | null {
  switch (event.type) {
    case "start":
    case "decided":
    case "complete":
    case "reversed":
      return event.type;
    case "try":
      return `try ${event.number}`;
    case "try-end":
      return `try ${event.number} leaves ${event.left}`;
    case "round":
      return `round ${event.number}`;
    case "admin":
      return `administrator: ${event.do}`;
    case "straggler":
      return `left: ${tasks[event.task]!.comm}:${tasks[event.task]!.pid}: ${event.reason} ${event.functions.join(" ")}`.trimEnd();
    case "switch":
      return `switched: ${tasks[event.task]!.comm}:${tasks[event.task]!.pid}: ${event.mechanism}`;
    case "idle-switch":
      return `switched: swapper/${event.cpu}: ${event.mechanism}`;
    default:
      return null;
  }
}
