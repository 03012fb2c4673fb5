// The names of the final clause, made out: registers and locations that the explorers are to report, and what is asked of them.

import { nearMiss } from "../scenario/errors.js";
import type { Code } from "./code.js";
import type { Operand, Proposition } from "./condition.js";
import { fail } from "./errors.js";
import { addressOf, type Locations } from "./locations.js";
import type { Expression, Observed } from "./program.js";
import type { OperandText, TestText } from "./test-text.js";

export interface CpuNames {
  code: Code;
  interrupt: { pending: number; off: number } | null;
}

export interface Clauses {
  observed: Observed[];
  /** Of those that people asked for, which come first. */
  names: string[];
  condition: Proposition;
  filter: Proposition;
  cycle: Expression | null;
}

export function resolveClauses(text: TestText, locations: Locations, cpus: CpuNames[]): Clauses {
  const seen = new Observations(locations, cpus);
  for (const one of text.locations) seen.operand(one);
  const isCycle = text.quantifier === "cycle";
  const filter = seen.proposition(text.filter);
  const condition: Proposition = isCycle ? { kind: "truth", value: true } : seen.proposition(text.condition);
  const names = seen.observed.map((one) => seen.nameOf(one));
  const delivered = cpus.flatMap((cpu, i) => (cpu.interrupt ? [seen.delivered(i, cpu.interrupt)] : []));
  return {
    observed: seen.observed,
    names,
    condition,
    filter: { kind: "and", parts: [filter, ...delivered] },
    cycle: isCycle ? seen.cycle(text.condition) : null,
  };
}

class Observations {
  readonly observed: Observed[] = [];
  private readonly locations: Locations;
  private readonly cpus: CpuNames[];

  constructor(locations: Locations, cpus: CpuNames[]) {
    this.locations = locations;
    this.cpus = cpus;
  }

  proposition(text: Proposition<OperandText>): Proposition {
    switch (text.kind) {
      case "truth":
        return text;
      case "equal":
        return { kind: "equal", left: this.operand(text.left), right: this.operand(text.right) };
      case "not":
        return { kind: "not", part: this.proposition(text.part) };
      default:
        return { kind: text.kind, parts: text.parts.map((part) => this.proposition(part)) };
    }
  }

  operand(text: OperandText): Operand {
    if (text.kind === "number") return { kind: "constant", value: text.value };
    if (text.kind === "address") return addressOf(this.location(text)) as Operand;
    if (text.kind === "content") return this.observe({ kind: "location", location: this.location(text) });
    this.checkCpu(text);
    if (text.name === "blocked" && text.of === "process") return { kind: "blocked", cpu: text.cpu };
    return this.observe({ kind: "register", cpu: text.cpu, register: this.register(text) });
  }

  /** An interrupt that was sent was taken, unless interrupts stayed off. */
  delivered(cpu: number, { pending, off }: { pending: number; off: number }): Proposition {
    const equals = (left: Operand, value: number): Proposition => ({
      kind: "equal",
      left,
      right: { kind: "constant", value },
    });
    const waiting = this.observe({ kind: "location", location: pending });
    const isOff = this.observe({ kind: "register", cpu, register: off });
    return { kind: "or", parts: [equals(waiting, 0), equals(isOff, 1)] };
  }

  /** The clause of `cycle`: over locations alone, since it must hold in every state. */
  cycle(text: Proposition<OperandText>): Expression {
    switch (text.kind) {
      case "truth":
        return { kind: "constant", value: text.value ? 1 : 0 };
      case "equal":
        return { kind: "binary", operator: "==", left: this.content(text.left), right: this.content(text.right) };
      case "not":
        return { kind: "unary", operator: "!", operand: this.cycle(text.part) };
      default:
        return balanced(
          text.parts.map((part) => this.cycle(part)),
          text.kind === "and" ? "&&" : "||",
        );
    }
  }

  nameOf(one: Observed): string {
    if (one.kind === "location") return this.locations.list[one.location]!.name;
    const name = this.cpus[one.cpu]!.code.registers[one.register]!;
    return name.includes(":") ? name : `${one.cpu}:${name}`;
  }

  private content(text: OperandText): Expression {
    if (text.kind === "number") return { kind: "constant", value: text.value };
    if (text.kind === "register") fail(text, "expected a location: cycle asks about memory, not registers");
    const location = this.location(text);
    return text.kind === "address" ? addressOf(location) : { kind: "location", location };
  }

  private observe(one: Observed): Operand {
    const same = this.observed.findIndex((other) => JSON.stringify(other) === JSON.stringify(one));
    return { kind: "observed", index: same < 0 ? this.observed.push(one) - 1 : same };
  }

  private location(text: Extract<OperandText, { kind: "content" | "address" }>): number {
    const { name } = text;
    const hint = () => nearMiss(name, this.locations.names());
    return this.locations.find(name) ?? fail(text, `there is no location ${name}`, hint());
  }

  private checkCpu(text: Extract<OperandText, { kind: "register" }>): void {
    if (text.cpu >= this.cpus.length) fail(text, `there is no P${text.cpu}`);
  }

  private register(text: Extract<OperandText, { kind: "register" }>): number {
    const { of, cpu, name } = text;
    const { registers } = this.cpus[cpu]!.code;
    const prefix = of === "process" ? "" : `${of}${cpu}:`;
    const found = registers.indexOf(prefix + name);
    if (found >= 0) return found;
    const known = registers.filter((one) => one.startsWith(prefix) && !one.startsWith("."));
    const hint = nearMiss(
      name,
      known.map((one) => one.slice(prefix.length)),
    );
    fail(text, `${of === "process" ? "" : `${of} `}P${cpu} has no variable ${name}`, hint);
  }
}

/** All or any of many, without nesting as deep as they are many. */
function balanced(parts: Expression[], operator: "&&" | "||"): Expression {
  if (parts.length === 1) return parts[0]!;
  const middle = parts.length >> 1;
  const left = balanced(parts.slice(0, middle), operator);
  return { kind: "binary", operator, left, right: balanced(parts.slice(middle), operator) };
}
