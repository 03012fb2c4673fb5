// What SchedViz's bpftrace script records (github.com/google/schedviz, ebpf/sched.bt, which also says the order of fields): switches,
// wake-ups and migrations, all numbers hexadecimal, times since the start. It does not tell calls or stacks; names come apart.
//
//   ST:0:start   P:time:pid:prio:name   S:time:cpu:prev:state:next   W:time:cpu:target cpu:pid   M:time:cpu:from:to:pid

import type { Quality } from "../quality.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { LeftStates } from "./left-state.js";
import { IDLE, ThreadNames } from "./names.js";
import { shareOf } from "./recognised.js";

const H = "([0-9a-f]{1,13})";
const START = /^ST:0:[0-9a-f]+$/;
const NAME = new RegExp(`^P:${H}:${H}:${H}:`);
const SWITCH = new RegExp(`^S:${H}:${H}:${H}:${H}:${H}$`);
const WAKEUP = new RegExp(`^W:${H}:${H}:${H}:${H}$`);
const MIGRATE = new RegExp(`^M:${H}:${H}:${H}:${H}:${H}$`);
const OF_BPFTRACE = /^Attaching \d+ probes?\.\.\.$|^@|^\^C$/;
const LOST = /^Lost (\d+) events$/;
const OWN = /^(?:ST|P|S|W|M):[0-9a-f]+:[0-9a-f]+/;
const CPUS_MAX = 1 << 16;

class SchedvizReader implements LineReader {
  private readonly names = new ThreadNames();
  private readonly states = new LeftStates();
  /** Who is current, by CPU. */
  private readonly current = new Map<number, number>();
  private last = 0;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    if (!this.event(text) && !this.noEvent(text))
      this.quality.unread(number, text, "no ST, P, S, W or M of SchedViz's script with all its fields");
  }

  end(): void {}

  private event(text: string): boolean {
    switch (text.charAt(0)) {
      case "S":
        return this.switched(hex(SWITCH, text));
      case "W":
        return this.woken(hex(WAKEUP, text));
      case "M":
        return this.migrated(hex(MIGRATE, text));
      default:
        return this.named(text);
    }
  }

  private noEvent(text: string): boolean {
    const lost = LOST.exec(text);
    if (lost !== null) {
      this.quality.lost(Number(lost[1]));
      this.sink.gap(this.last, -1);
      return true;
    }
    if (text.trim() !== "" && !START.test(text) && !OF_BPFTRACE.test(text)) return false;
    this.quality.other++;
    return true;
  }

  private named(text: string): boolean {
    const name = NAME.exec(text);
    if (name === null) return false;
    this.names.of(Number.parseInt(name[2]!, 16), text, name[0].length, text.length);
    this.quality.other++;
    return true;
  }

  private switched(fields: number[] | null): boolean {
    if (fields === null) return false;
    const [at, cpu, pid, bits, next] = fields as [number, number, number, number, number];
    const spelled = String(bits);
    const state = this.states.of(spelled, 0, spelled.length);
    if (this.current.size < CPUS_MAX || this.current.has(cpu)) this.current.set(cpu, next);
    this.last = at;
    this.sink.event({ type: "switch", at, cpu, pid, comm: this.comm(pid), state, next, nextComm: this.comm(next) });
    return true;
  }

  private woken(fields: number[] | null): boolean {
    if (fields === null) return false;
    const [at, cpu, targetCpu, target] = fields as [number, number, number, number];
    const targetComm = this.comm(target);
    this.sink.event({ type: "wakeup", ...this.who(at, cpu), target, targetComm, targetCpu });
    return true;
  }

  private migrated(fields: number[] | null): boolean {
    if (fields === null) return false;
    const [at, cpu, from, to, target] = fields as [number, number, number, number, number];
    this.sink.event({ type: "migrate", ...this.who(at, cpu), target, from, to });
    return true;
  }

  /** Before its first switch it is not known who runs on a CPU: then nobody on none is told. */
  private who(at: number, cpu: number): { at: number; cpu: number; pid: number; comm: string } {
    const pid = this.current.get(cpu);
    this.last = at;
    return pid === undefined ? { at, cpu: -1, pid: 0, comm: IDLE } : { at, cpu, pid, comm: this.comm(pid) };
  }

  private comm(pid: number): string {
    return this.names.known(pid) ?? `pid-${pid}`;
  }
}

function hex(pattern: RegExp, text: string): number[] | null {
  const found = pattern.exec(text);
  return found === null ? null : found.slice(1).map((digits) => Number.parseInt(digits, 16));
}

export const SCHEDVIZ: TraceFormat = {
  name: "schedviz",
  title: "SchedViz's bpftrace script",
  recognise: (head) => shareOf(head, OWN, OF_BPFTRACE),
  reader: (sink, quality) => new SchedvizReader(sink, quality),
  tells: ["cpus", "switches", "wakeups"],
};
