// What `babeltrace2` prints of an LTTng kernel trace (babeltrace2-sink.text.pretty(7), lttng-modules' instrumentation/events):
//
//   [17:46:22.794569892] (+0.000002220) host sched_switch: { cpu_id = 5 }, { prev_comm = "swapper/5", prev_tid = 0, ... }
//
// Who an event is about is told by its context (lttng add-context -k -t tid -t procname) or by the CPU's last sched_switch; before
// that, events of a CPU are left out. It does not tell stacks.

import type { Quality } from "../quality.js";
import { callOfFunction } from "../system-calls.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { CtfFields } from "./ctf-fields.js";
import { exitReasonName } from "./kvm-exit-reasons.js";
import { LeftStates } from "./left-state.js";
import { IDLE, ThreadNames } from "./names.js";
import { Processes } from "./processes.js";
import { shareOf } from "./recognised.js";
import { TextClock } from "./text-clock.js";
import { Words } from "./words.js";

const HEAD = /^\[([^\]]{5,40})\] (?:\(\+[\d.?]+\) )?(?:\S+ )?([A-Za-z_][\w:.-]*): (?=\{)/;
const LOST = /Tracer (?:may have )?discarded (?:(\d+) )?/;
const CYCLES = /^\d{10,20}$/;
const CALL = /^(?:(?:compat_)?syscall_(entry|exit)|sys)_(\w+)$/;
const COMM_MAX = 15;
const CPUS_MAX = 1 << 16;

interface Who {
  at: number;
  cpu: number;
  pid: number;
  comm: string;
}

class LttngReader implements LineReader {
  private readonly clock = new TextClock();
  private readonly fields = new CtfFields();
  private readonly names = new ThreadNames();
  private readonly states = new LeftStates();
  private readonly words = new Words();
  private readonly processes: Processes;
  /** Who is current, by CPU. */
  private readonly current = new Map<number, number>();
  /** The vCPU that was entered last, by CPU: older kvm_exit events do not name theirs. */
  private readonly vcpus = new Map<number, number>();
  private last = 0;
  /** Of the event that is being read. */
  private cpu = -1;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {
    this.processes = new Processes(sink);
  }

  line(text: string, number: number): void {
    const head = HEAD.exec(text);
    const trouble = head === null ? this.noEvent(text) : this.event(head, text);
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  end(): void {}

  private noEvent(text: string): string | null {
    const lost = LOST.exec(text);
    if (lost !== null) this.lost(lost[1]);
    else if (text.trim() !== "") return "no time, event and fields where babeltrace2 has them";
    else this.quality.other++;
    return null;
  }

  /** After that it is not known who is current. */
  private lost(events: string | undefined): void {
    this.quality.lost(events === undefined ? null : Number(events));
    this.current.clear();
    this.sink.gap(this.last, -1);
  }

  private event(head: RegExpExecArray, text: string): string | null {
    const time = head[1]!;
    const at = this.clock.ns(
      !time.includes(".") && CYCLES.test(time) ? `${time.slice(0, -9)}.${time.slice(-9)}` : time,
    ); // LTTng counts ns
    if (Number.isNaN(at)) return `not a time: ${time}`;
    this.last = at;
    const name = this.words.of(head[2]!);
    const call = CALL.exec(name);
    if (call === null && !this.isUsed(name)) this.quality.leftOut(name);
    else if (!this.fields.read(text, head[0].length)) return "fields that do not end";
    else if (!this.hasCpu()) return "no cpu_id";
    else return call === null ? this.told(name, at) : this.called(at, call[1] === "exit", call[2]!, name);
    return null;
  }

  private isUsed(name: string): boolean {
    return name.startsWith("sched_") || name.includes("kvm_") || name === "exit_syscall" || name === STATEDUMP;
  }

  private hasCpu(): boolean {
    this.cpu = this.fields.contextNumber("cpu_id");
    return Number.isInteger(this.cpu) && this.cpu >= 0 && this.cpu < CPUS_MAX;
  }

  private told(name: string, at: number): string | null {
    switch (name) {
      case "sched_switch":
        return this.schedSwitch(at);
      case "sched_wakeup":
        return this.wakeup(at, false);
      case "sched_wakeup_new":
        return this.wakeup(at, true);
      case "sched_migrate_task":
        return this.migrate(at);
      case "sched_process_fork":
        return this.fork(at);
      case "sched_process_exec":
        return this.exec(at);
      case "sched_process_exit":
        return this.exited(at);
      case "kvm_entry":
      case "kvm_x86_entry":
        return this.guestEntry(at, name);
      case "kvm_exit":
      case "kvm_x86_exit":
        return this.guestExit(at, name);
      case "exit_syscall":
        return this.called(at, true, null, name);
      case STATEDUMP:
        return this.statedump(at);
      default:
        this.quality.leftOut(name);
        return null;
    }
  }

  private schedSwitch(at: number): string | null {
    const { fields } = this;
    const [pid, next] = [fields.number("prev_tid"), fields.number("next_tid")];
    const bits = fields.number("prev_state");
    if (!(pid >= 0 && next >= 0) || !Number.isInteger(bits)) return "not all fields of sched_switch";
    const { cpu } = this;
    this.current.set(cpu, next);
    this.tellProcess({ at, cpu, pid, comm: this.nameOf(pid, "prev_comm") });
    const state = this.states.of(String(bits), 0, String(bits).length);
    const comm = this.nameOf(pid, "prev_comm");
    const nextComm = this.nameOf(next, "next_comm");
    this.sink.event({ type: "switch", at, cpu, pid, comm, state, next, nextComm });
    return null;
  }

  private wakeup(at: number, fresh: boolean): string | null {
    const target = this.fields.number("tid");
    const targetCpu = this.fields.number("target_cpu");
    if (!(target >= 0) || Number.isNaN(targetCpu)) return "not all fields of sched_wakeup";
    const targetComm = this.nameOf(target, "comm");
    const wakeup = { type: "wakeup", ...this.waker(at), target, targetComm, targetCpu } as const;
    this.sink.event(fresh ? { ...wakeup, fresh } : wakeup);
    return null;
  }

  private migrate(at: number): string | null {
    const { fields } = this;
    const [target, from, to] = [fields.number("tid"), fields.number("orig_cpu"), fields.number("dest_cpu")];
    if (!(target >= 0 && from >= 0 && to >= 0)) return "not all fields of sched_migrate_task";
    this.sink.event({ type: "migrate", ...this.waker(at), target, from, to });
    return null;
  }

  private fork(at: number): string | null {
    const [pid, child] = [this.fields.number("parent_tid"), this.fields.number("child_tid")];
    if (!(pid >= 0 && child >= 0)) return "not all fields of sched_process_fork";
    const childComm = this.nameOf(child, "child_comm");
    this.sink.event({
      type: "fork",
      at,
      cpu: this.cpu,
      pid,
      comm: this.nameOf(pid, "parent_comm"),
      child,
      childComm,
    });
    return null;
  }

  /** Its new name is that of the file, cut as the kernel cuts it. */
  private exec(at: number): string | null {
    const pid = this.fields.number("tid");
    const path = this.fields.words("filename");
    if (!(pid >= 0) || path === null) return "not all fields of sched_process_exec";
    const to = this.words.of(path.slice(path.lastIndexOf("/") + 1).slice(0, COMM_MAX));
    this.sink.event({ type: "rename", at, cpu: this.cpu, pid, comm: this.known(pid), to });
    this.names.of(pid, to, 0, to.length);
    return null;
  }

  private exited(at: number): string | null {
    const pid = this.fields.number("tid");
    if (!(pid >= 0)) return "a sched_process_exit without a thread's id";
    this.sink.event({ type: "end", at, cpu: this.cpu, pid, comm: this.nameOf(pid, "comm") });
    return null;
  }

  private guestEntry(at: number, name: string): string | null {
    const who = this.who(at, name);
    const vcpu = this.fields.number("vcpu_id");
    if (Number.isNaN(vcpu)) return "a guest's entry without vcpu_id";
    if (who === null) return null;
    this.vcpus.set(who.cpu, vcpu);
    this.sink.event({ type: "guest-entry", ...who, vcpu });
    return null;
  }

  private guestExit(at: number, name: string): string | null {
    const who = this.who(at, name);
    const number = this.fields.number("exit_reason");
    if (Number.isNaN(number)) return "a guest's exit without exit_reason";
    if (who === null) return null;
    const own = this.fields.number("vcpu_id");
    const vcpu = Number.isNaN(own) ? (this.vcpus.get(who.cpu) ?? -1) : own;
    const reason = this.words.of(exitReasonName(number, this.fields.number("isa")));
    this.sink.event({ type: "guest-exit", ...who, vcpu, reason });
    return null;
  }

  private called(at: number, ends: boolean, call: string | null, name: string): null {
    const who = this.who(at, name);
    if (who === null) return null;
    const spelled = call === null ? null : this.words.of(this.callNamed(call));
    const result = this.fields.number("ret");
    if (!ends) this.sink.event({ type: "enter", ...who, call: spelled! });
    else this.sink.event({ type: "exit", ...who, call: spelled, result: Number.isNaN(result) ? null : result });
    return null;
  }

  private callNamed(call: string): string {
    const number = this.fields.number("id");
    return call === "unknown" && number >= 0 ? `nr-${number}` : callOfFunction(call);
  }

  private statedump(at: number): string | null {
    const pid = this.fields.number("tid");
    if (!(pid >= 0)) return "a thread without its id";
    const comm = this.nameOf(pid, "name");
    const tgid = this.fields.number("pid");
    if (tgid > 0) this.processes.tell({ at, cpu: this.cpu, pid, comm }, tgid);
    this.quality.other++;
    return null;
  }

  /** Who the event is about; null, and counted, while that is not known. */
  private who(at: number, name: string): Who | null {
    const who = this.waker(at);
    if (who.cpu >= 0) return who;
    this.quality.leftOut(this.words.of(`${name} before its CPU's first switch`));
    return null;
  }

  /** Who is current there; nobody on no CPU while that is not known. */
  private waker(at: number): Who {
    const { cpu } = this;
    const tid = this.fields.contextNumber("tid");
    const pid = Number.isNaN(tid) ? this.current.get(cpu) : tid;
    if (pid === undefined) return { at, cpu: -1, pid: 0, comm: IDLE };
    const named = this.fields.contextText("procname");
    const comm = named === null ? this.known(pid) : this.names.of(pid, named, 0, named.length);
    const who = { at, cpu, pid, comm };
    this.tellProcess(who);
    return who;
  }

  private tellProcess(who: Who): void {
    const tgid = this.fields.contextNumber("pid");
    if (tgid > 0 && who.pid === this.fields.contextNumber("tid")) this.processes.tell(who, tgid);
  }

  private known(pid: number): string {
    return this.names.known(pid) ?? `pid-${pid}`;
  }

  private nameOf(pid: number, field: string): string {
    const name = this.fields.words(field);
    return name === null ? this.known(pid) : this.names.of(pid, name, 0, name.length);
  }
}

const STATEDUMP = "lttng_statedump_process_state";

export const LTTNG: TraceFormat = {
  name: "lttng",
  title: "babeltrace2's text of an LTTng kernel trace",
  recognise: (head) => shareOf(head, HEAD, LOST),
  reader: (sink, quality) => new LttngReader(sink, quality),
  tells: ["cpus", "switches", "wakeups", "calls", "guests"],
};
