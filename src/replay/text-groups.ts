// Happenings that many tasks share, between two tries or within one, gathered into a line each.

import type { Mechanism } from "../scenario/model.js";
import type { Replay } from "./account.js";
import type { Reason, ReplayEvent, Step } from "./events.js";
import { whereabouts, whyIdleLeft, whyLeft } from "./reasons.js";
import type { States } from "./states.js";

const NAMED_MAX = 3; // more are counted

interface Group {
  first: number;
  last: number;
  straggling: boolean;
  members: string[];
  class: string;
  words(who: string, one: boolean): string;
}

/** How a task was switched, as a line says it. */
const BY: Record<Mechanism, string> = {
  none: "",
  "user-exit": "on the way to user mode (user-exit)",
  stack: "by a look at the stack (stack)",
  idle: "in the idle loop (idle)",
  cond_resched: "in cond_resched()",
  schedule: "on going to sleep (schedule)",
  "guest-direct": "before entering the guest (guest-direct)",
  remote: "from afar, in user mode on an isolated CPU (remote)",
  force: "by force",
};

const STEP: Record<Step, string | null> = {
  hookOff: "takes the hooks off their call sites",
  unhook: "unhooks a function",
  leave: null,
  sync: null, // whom it waits for is told
  turn: null,
  "turn to work": null,
  rcu: "begins an RCU-tasks grace period",
  holdouts: "waits for tasks that have not scheduled since",
  "rcu at the end": null,
};

export class Groups {
  private groups = new Map<string, Group>();

  constructor(
    private readonly replay: Replay,
    private readonly states: States,
  ) {}

  get isEmpty(): boolean {
    return this.groups.size === 0;
  }

  get onlyStragglers(): boolean {
    return [...this.groups.values()].every(({ straggling }) => straggling);
  }

  clear(): void {
    this.groups.clear();
  }

  /** A line a group, in the order in which they began. */
  take(): { at: number; words: string }[] {
    const lines = [...this.groups.values()].map((group) => {
      const { first, last, members } = group;
      const range = last > first ? `, until ${seconds(last)}` : "";
      return { at: first, words: `${group.words(whoOf(group), members.length === 1)}${range}` };
    });
    this.clear();
    return lines;
  }

  /** Events that no line tells of are passed over. */
  add(event: ReplayEvent): void {
    switch (event.type) {
      case "straggler":
        this.straggler(event.at, event.task, event.reason, event.functions);
        break;
      case "idle-straggler":
        this.idle(event.at, event.cpu, `left: ${whyIdleLeft(event.reason)}`, true);
        break;
      case "switch":
        this.switched(event.at, event.task, event.mechanism, event.violation);
        break;
      case "idle-switch":
        this.idle(event.at, event.cpu, `switched: ${BY[event.mechanism]}`);
        break;
      case "signal":
        this.signal(event);
        break;
      case "kthread-wake":
        this.task(event.at, event.task, "wakes", (who) => `wakes ${who}`);
        break;
      case "interrupted":
        this.interrupted(event.at, event.task, event.how);
        break;
      case "eaten":
        this.task(event.at, event.task, "eaten", (who, one) => {
          return `${who} ${one ? "stays" : "stay"} in KVM_RUN: KVM clears the flag and goes on`;
        });
        break;
      case "late-violation":
        this.task(event.at, event.task, "late", (who) => `violation: ${who} called a function of the patch meanwhile`);
        break;
      case "synchronize":
        this.gather(event.at, "synchronize", "", String(event.cpu), (who) => `waits until ${who} scheduled`, "CPU");
        break;
      case "step":
        this.step(event.at, event.step);
        break;

      default:
        break;
    }
  }

  private straggler(at: number, task: number, reason: Reason, functions: string[]): void {
    const why = whyLeft(this.replay, this.states, { task, reason, functions });
    this.task(at, task, `left ${why}`, (who) => `left: ${who}: ${why}`, true);
  }

  private switched(at: number, task: number, mechanism: Mechanism, violation: boolean): void {
    const name = this.replay.phases[this.states.tasks[task]!.phase]!.name;
    const but = violation ? ", with a function of the patch on the stack: a violation" : "";
    this.task(at, task, `switch ${mechanism} ${name} ${violation}`, (who, one) => {
      return `${who} ${one ? "switches" : "switch"} ${BY[mechanism]}, in ${name}${but}`;
    });
  }

  private signal({ at, task, flag, act }: Extract<ReplayEvent, { type: "signal" }>): void {
    const then = { wake: "woken up", kick: "kicked by an IPI", none: "no more than the flag" }[act];
    const where = whereabouts(this.replay, this.states, task);
    this.task(at, task, `${flag} ${act} ${where}`, (who) => `${flag} to ${who} ${where}: ${then}`);
  }

  private interrupted(at: number, task: number, how: "restart" | "eintr"): void {
    const { mode, halt, name } = this.replay.phases[this.states.tasks[task]!.phase]!;
    const kvm = mode === "guest" || halt;
    this.task(at, task, `${how} ${name}`, (who, one) => {
      if (how === "restart") return `${who}: ${name} is interrupted, and restarts`;
      return `${who} ${one ? "leaves" : "leave"} ${kvm ? "KVM_RUN" : name} with EINTR`;
    });
  }

  private step(at: number, step: Step): void {
    const words = STEP[step];
    if (words === null) return;
    this.gather(at, `step ${step}`, "", "", (_, one) => (one ? words : `${words}, again and again`), "");
  }

  private idle(at: number, cpu: number, words: string, straggling = false): void {
    this.gather(at, words, "", String(cpu), (who) => `idle task of ${who} ${words}`, "CPU", straggling);
  }

  private task(at: number, task: number, key: string, words: Group["words"], straggling = false): void {
    const { class: of, comm } = this.replay.tasks[task]!;
    this.gather(at, `${key} ${of}`, of, comm, words, "", straggling);
  }

  private gather(
    at: number,
    key: string,
    of: string,
    member: string,
    words: Group["words"],
    unit: string,
    straggling = false,
  ): void {
    const group = this.groups.get(key);
    if (group === undefined)
      this.groups.set(key, { first: at, last: at, straggling, members: [member], class: of || unit, words });
    else {
      group.members.push(member);
      group.last = at;
    }
  }
}

/** `vcpu/1, vcpu/2`, `63 vcpu`, `CPU 3`, `63 CPUs`. */
function whoOf({ members, class: of }: Group): string {
  if (of === "CPU") return members.length <= NAMED_MAX ? `CPU ${members.join(", ")}` : `${members.length} CPUs`;
  return members.length <= NAMED_MAX ? members.join(", ") : `${members.length} ${of}`;
}

/** Ticks as `12.346 s`. */
export function seconds(ticks: number): string {
  return `${(ticks / 1e6).toFixed(3)} s`;
}
